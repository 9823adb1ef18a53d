"""Expressions whose answers must be Terraform's. `SUPPORTED` must be answered, `HARD` may be left undecided."""

from __future__ import annotations

from tests.unit.template.function_calls import FUNCTION_CALLS

_EXPRESSIONS = r"""
1 + 2 * 3
(1 + 2) * 3
7 % 3
-7 % 3
7 / 2
1 / 3
0.1 + 0.2
0.1 + 0.2 == 0.3
0.1 * 3 == 0.3
1.10
100
1e3
1.5e-3
-0
2 - 3
"5" + 1
"x" + 1
"${1.50}"
"${true}"
"${1e30}"
"a${1 + 1}b"
"${[1, 2]}"
"${null}x"
"$${a}"
"%%{a}"
"$$"
"\u00e9\n\t\"\\"
"%{ if true }yes%{ else }no%{ endif }"
"%{ for x in ["a", "b"] }${x},%{ endfor }"
"%{ for i, x in ["a", "b"] }${i}${x} %{ endfor }"
"a ${~ "b" ~} c"
"%{ if false ~} a %{~ endif }|"
1 == 1
1 == "1"
"a" == "a"
true == "true"
null == null
null == ""
null != 1
tostring(null) == null
[1, 2] == [1, 2]
[1, 2] == tolist([1, 2])
tolist([1, 2]) == tolist([1, 2])
tolist([1, 2]) == tolist(["1", "2"])
toset([1, 2]) == toset([2, 1])
{ a = 1 } == { a = 1 }
{ a = 1 } == { a = "1" }
{ a = 1 } == tomap({ a = 1 })
[] == []
1 < 2
"1" < 2
"a" < "b"
null < 1
true && false
true || false
!true
"true" && true
!null
null > 1 || false
true && null > 1
tonumber("x") > 1 && true
tonumber("x") > 1 || null > 1
1 && true
!"false"
true ? 1 : "a"
false ? 1 : 2
true ? [1] : []
true ? null : "a"
true ? { a = 1 } : { a = "x" }
true ? { a = 1 } : { b = 2 }
true ? 1 : true
null ? 1 : 2
"true" ? 1 : 2
[1, 2, 3][0]
[1, 2, 3][3]
[1, 2, 3]["1"]
[1, 2, 3].1
{ a = 1 }.a
{ a = 1 }["a"]
{ a = 1 }.b
{ "a b" = 1 }["a b"]
{ (1 + 1) = "two" }["2"]
{ a = 1, a = 2 }
{ a : 1 }
tomap({ a = 1 })["a"]
tomap({ a = 1 }).a
tomap({ a = 1 }).b
[1, 2, 3][1.5]
[{ a = 1 }, { a = 2 }][*].a
[{ a = 1 }, { a = 2 }].*.a
[{ a = [1, 2] }][*].a[0]
[[1, 2], [3]].*[0]
null[*]
"a"[*]
{ a = 1 }[*].a
tolist([{ a = 1 }, { a = 2 }])[*].a
[for x in [1, 2, 3] : x * 2]
[for x in [1, 2, 3] : x if x > 1]
[for i, x in ["a", "b"] : "${i}${x}"]
[for k, v in { b = 1, a = 2 } : "${k}${v}"]
[for x in toset(["b", "a"]) : x]
[for x in toset([10, 9, 2]) : x]
{ for k, v in { a = 1 } : v => k }
{ for x in ["a", "a"] : x => 1 }
{ for x in ["a", "a", "b"] : x => 1... }
{ for x in ["a", "b"] : x => upper(x) if x != "a" }
[for x in null : x]
[for x in "abc" : x]
[for x in [1, 2] : [for y in [10, 20] : x * y]]
nonsensitive(sensitive("a")) == "a"
length(toset([{ a = 1 }, { a = 1 }, { a = 2 }]))
alltrue([for x in toset([{ a = 1 }, { a = 2 }]) : x.a > 0])
length(distinct([for x in toset([{ a = 1, b = 1 }, { a = 1, b = 2 }]) : x.a])) == 1
sum([for x in toset([{ a = 1 }, { a = 2 }]) : x.a])
[for o in [{ a = "x", b = null }] : coalesce(o.b, "none")]
tolist([{ a = 1 }, { a = "x" }])
tolist([["a"], []])
tomap({ x = { a = 1 }, y = { a = "b" } })
"a" != "b" ? "x" : "y"
1 == 1 && 2 == 2 || false
1 + 1 == 2
!(1 > 2)
- 5 + 3
- - 5
[for s in ["a/b", "c"] : split("/", s)[0]]
{ for i, s in ["a", "b"] : s => i }
length({ for s in ["a", "b"] : s => s })
join(",", [for k, v in { a = 1, b = 2 } : "${k}=${v}"])
true ? tolist(["a"]) : ["b"]
true ? tomap({ a = "x" }) : { b = "y" }
false ? null : [1]
try(tonumber("x"), 0) + 1
contains(keys({ a = 1 }), "a")
anytrue([for x in ["10.0.0.0/8"] : can(cidrnetmask(x))])
lower("ABC") == "abc"
length(trimspace("  ")) == 0
max(1, "2")
parseint("7", 8) == 7
tonumber("5") == 5
toset(["a"]) == toset(["a"])
setsubtract(toset(["a", "b"]), ["a"]) == toset(["b"])
length(setintersection(["a"], ["b"])) == 0
[1, "a", true]
{ a = [1], b = { c = null } }
12345678901234567890.123456789
9007199254740993
"${{ a = 1 }}"
concat([null], ["a"])
anytrue([null, true])
alltrue([null])
contains([null], "a")
tolist([null, "a"])
distinct([null, null])
replace("abc", "/(/", "x")
tonumber("1_000")
toset([null]) == toset([])
length("e\u0301")
title("it's o'clock")
format("%08.3f", 3.14159)
format("%+d", 3)
regex("(a)|(b)", "b")
substr("hello", 10, 2)
substr("hello", -10, 2)
substr("ab", -3, -1)
range(5, 1, 1)
1e400 * 10
2 / 3 * 3 == 2
1 / 3 + 1 / 3 + 1 / 3 == 1
tostring(1 / 3)
123456789012345678901234567890 * 123456789012345678901234567890
0.1 * 0.1
1e-30 + 1
cidrsubnets("10.0.0.0/8", 0)
jsonencode("a\u2028b")
urlencode("é+&")
merge(tomap({ a = 1 }), tomap({ b = "x" }))
lookup(tomap({ a = "x" }), "b", 5)
coalesce("a", 1)
{ for k in ["a"] : k => null }
[for k, v in toset(["x"]) : "${k}${v}"]
[null][*]
[[1], [2, 3]][*][0]
tolist([1, 2]) == [1, 2]
setunion([1], ["a"])
setproduct(toset(["a"]), toset(["b"]))
keys({})
max()
split(",", null)
tomap({})
zipmap([], [])
reverse(toset(["b", "a"]))
contains(toset([1, 2]), 2)
contains(toset([1, 2]), "2")
one(null)
length(tomap({ a = 1 }))
index(toset(["a"]), "a")
compact([])
slice(toset(["a"]), 0, 1)
element(toset(["a"]), 0)
timecmp("2030-02-30T00:00:00Z", "2031-01-01T00:00:00Z")
timecmp("2030-01-01 00:00:00Z", "2031-01-01T00:00:00Z")
cidrsubnet("10.0.0.1/16", 8, 1)
can(cidrhost("10.0.0.0/a", 0))
can(cidrhost("", 0))
can(regex("^(?:[0-9]{1,3}\\.){3}[0-9]{1,3}$", "10.0.0.1"))
can(regex("[[:alpha:]]+\\z", "abc"))
can(regex("(?i)^ABC$", "abc"))
can(regex("^\\pL+$", "é"))
can(regex("(?=a)", "a"))
can(regex("^.$", "\n"))
can(regex("^a$", "a\n"))
can(regex("(?s)^.$", "\n"))
regex("x*", "aaa")
regexall("x*", "ab")
replace("abc", "/x*/", "-")
replace("aXbX", "/X/", "$0$0")
replace("aX", "/(?P<n>X)/", "$${n}!")
startswith("a", "")
trim("aba", "ab")
trimspace("\u00a0a\u3000")
"${"a"}"
"${1}" == 1
jsondecode("1e2")
jsondecode("\"\\u00e9\"")
jsondecode("{\"a\":1,\"a\":2}")
base64decode("aGVs\nbG8=")
base64decode("aGVsbG8")
tolist([toset(["a"]), ["b"]])
""".strip().splitlines()
SUPPORTED = (*FUNCTION_CALLS, *_EXPRESSIONS)

HARD = r"""
length("👨‍👩‍👧")
length("a\r\nb")
true ? true : (true || null)
element(["a", "b"], -1)
pow(2, 0.5)
true || null
null && true
null || false
null > 1 || true
1 > null && false
tonumber("x") > 1 || true
null || tonumber("x") > 1
true && null
false || null
null && null
null || null
tonumber("x") > 1 && false
tonumber("x") > 1 && null
null || true
null && false
false && null
true || 1 / 0
format("%v", [1])
format("%#v", "a")
[for x in toset([{ a = 2 }, { a = 1 }]) : x.a]
formatdate("YYYY", "2030-01-01T00:00:00Z")
yamldecode("a: 1")
5.5 % 2
lower("İ")
upper("ß")
cidrhost("10.0.0.0/08", 1)
flatten(toset([["a"], ["b"]]))
can(regex("a{2000}", "a"))
can(regex("((a{100}){100}){100}", "a"))
can(regex("(a{2}", "a"))
can(1 / 0)
try(1 / 0, "fallback")
10 / 0
parseint("Zz", 62)
cidrhost("010.0.0.0/8", 1)
timeadd("2030-01-01T00:00:00.5Z", "1h")
title("élan vital")
jsonencode("\u007f")
true ? "a" : 1 / 0
""".strip().splitlines()
