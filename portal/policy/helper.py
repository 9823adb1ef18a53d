"""A process of its own in which expressions are evaluated: started by its file, knows nothing of the portal.

The library holds the interpreter while it works, cannot be interrupted, and may end its process; so whoever asks does not work in
this process, waits for so long, and kills it. It reads one JSON document a line and answers each with one:

    {"compile": "…"}                                → {} or {"error": "…"}
    {"load": {name: value, …}}                      → {}
    {"ask": "…"}                                    → {"answer": true} or {"error": "…"}
    {"where": "…", "assert": "…"}                   → {"failed": [[index, error or null], …], "count": n} or {"error": "…"}
    {"all": [such questions, …]}                    → {"answers": [what each gives, …]} or {"error": "…"} when one has an error

A question says in `names` what it names of what was loaded, in `plan` which parts of the plan, in `changes` and `change` which
fields of the changes there and of the change that it is asked of (null: all). Nothing else is turned into the library's values,
which takes longer than to evaluate.
"""

from __future__ import annotations

import json
import resource
import sys
from functools import lru_cache
from typing import Any

MEMORY = 1 << 30
CPU_SECONDS = 2
MOST = 200
"""So many failures are named; the rest is counted."""


def main() -> None:
    """Answer until nobody asks any more."""
    sys.path.append(sys.argv[1])
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(what, (most, most))
    loaded: dict[str, Any] = {}
    for line in sys.stdin.buffer:
        _limit_time()
        asked = json.loads(line)
        answer: dict[str, Any] = {}
        try:
            if "load" in asked:
                loaded = asked["load"]
            else:
                answer = _answer(asked, loaded)
        except Exception as error:
            answer = {"error": _words(error)}
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


def _limit_time() -> None:
    """From now on it may compute for so long: the system ends it then, also when nobody waits any more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS, hard))


def _answer(asked: dict[str, Any], loaded: dict[str, Any]) -> dict[str, Any]:
    import cel

    if "compile" in asked:
        cel.compile(asked["compile"])
        return {}
    if "all" in asked:
        return {"answers": _together(asked["all"], loaded)}
    if "ask" in asked:
        found = _compiled(asked["ask"]).execute(_context(loaded, [asked]))
        return (
            {"answer": found}
            if isinstance(found, bool)
            else {"error": f"the answer is no true or false: {str(found)[:80]}"}
        )
    return _each(asked, loaded)


def _context(loaded: dict[str, Any], questions: list[dict[str, Any]]) -> Any:
    """What these questions name and nothing else: all of it is turned again for every change that is asked."""
    import cel
    from cel import stdlib

    names = {name for question in questions for name in question["names"]}
    parts = {part for question in questions for part in question["plan"]}
    known = {name: loaded[name] for name in names if name in loaded}
    if "plan" in known:
        known["plan"] = {part: value for part, value in loaded["plan"].items() if part in parts}
        if "changes" in parts:
            known["plan"]["changes"] = _with(_fields(questions, "changes"), loaded["plan"]["changes"])
    context = cel.Context(known)
    for name, function in _PYTHON.items():
        context.add_function(name, getattr(stdlib, function))
    return context


def _fields(questions: list[dict[str, Any]], of: str) -> set[str] | None:
    """Which fields they read of changes; None: any."""
    named = [question[of] for question in questions]
    return None if None in named else {name for names in named for name in names}


def _with(fields: set[str] | None, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if fields is None:
        return changes
    return [{name: value for name, value in change.items() if name in fields} for change in changes]


@lru_cache(maxsize=32)
def _compiled(source: str) -> Any:
    """The same policies are asked of plan after plan."""
    import cel

    return cel.compile(source)


_PYTHON = {"lowerAscii": "lower_ascii", "upperAscii": "upper_ascii", "trim": "trim", "split": "split"}


def _test(question: dict[str, Any]) -> str:
    """1: it is met; 0: it is not; 2: it is not asked of this change. The lines end as a remark may be the last word."""
    if "ask" in question:
        return f"(({question['ask']}\n) ? 1 : 0)"
    return f"(({question['where']}\n) ? (({question['assert']}\n) ? 1 : 0) : 2)"


def _each(question: dict[str, Any], loaded: dict[str, Any]) -> dict[str, Any]:
    """One question of each change; what goes wrong at one is said of that one."""
    program, context = _compiled(_test(question)), _context(loaded, [question])
    failed: list[list[Any]] = []
    for index, change in enumerate(_with(_fields([question], "change"), loaded["plan"]["changes"])):
        context.add_variable("change", change)
        try:
            if program.execute(context) == 0:
                failed.append([index, None])
        except Exception as error:
            failed.append([index, _words(error)])
    return {"failed": failed[:MOST], "count": len(failed)}


def _together(questions: list[dict[str, Any]], loaded: dict[str, Any]) -> list[dict[str, Any]]:
    """All of the questions at once, as making a change into the library's values takes longer than to look at it."""
    each, whole = [item for item in questions if "where" in item], [item for item in questions if "ask" in item]
    found: dict[int, dict[str, Any]] = {id(item): {"failed": [], "count": 0} for item in each}
    if each:
        program, context = _compiled(f"[{', '.join(map(_test, each))}]"), _context(loaded, each)
        for index, change in enumerate(_with(_fields(each, "change"), loaded["plan"]["changes"])):
            context.add_variable("change", change)
            for item, code in zip(each, program.execute(context), strict=True):
                if code == 0:
                    _count(found[id(item)], index)
    if whole:
        answers = _compiled(f"[{', '.join(map(_test, whole))}]").execute(_context(loaded, whole))
        found |= {id(item): {"answer": answer == 1} for item, answer in zip(whole, answers, strict=True)}
    return [found[id(item)] for item in questions]


def _count(answer: dict[str, Any], index: int) -> None:
    answer["count"] += 1
    if len(answer["failed"]) < MOST:
        answer["failed"].append([index, None])


def _words(error: BaseException) -> str:
    """What went wrong, for whoever wrote the expression."""
    text = str(error).strip()
    if isinstance(error, KeyError):
        return f"there is no attribute {text}; ask has(…) first"
    if isinstance(error, MemoryError):
        return "it takes too much memory"
    return text.splitlines()[0][:300] if text else type(error).__name__


if __name__ == "__main__":
    main()
