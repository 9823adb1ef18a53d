"""A process of its own in which expressions are evaluated: started by its file, knows nothing of the portal.

The library holds the interpreter while it works, cannot be interrupted, and may end its process; so whoever asks does not work in
this process, waits for so long, and kills it. It reads one JSON document a line and answers each with one:

    {"compile": "…"}                                → {} or {"error": "…"}
    {"load": {name: value, …}}                      → {}
    {"ask": "…", "names": […]}                      → {"answer": true} or {"error": "…"}
    {"where": "…", "assert": "…", "names": […]}     → {"failed": [[index, error or null], …], "count": n} or {"error": "…"}
"""

from __future__ import annotations

import json
import resource
import sys
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
    names = asked["names"]
    if "ask" in asked:
        found = cel.compile(asked["ask"]).execute(_context(loaded, names))
        return (
            {"answer": found}
            if isinstance(found, bool)
            else {"error": f"the answer is no true or false: {str(found)[:80]}"}
        )
    return _each(asked["where"], asked["assert"], names, loaded)


def _context(loaded: dict[str, Any], names: list[str]) -> Any:
    import cel
    from cel import stdlib

    context = cel.Context({name: loaded[name] for name in names if name in loaded})
    for name in ("lowerAscii", "upperAscii", "trim", "split"):
        context.add_function(name, getattr(stdlib, _PYTHON[name]))
    return context


_PYTHON = {"lowerAscii": "lower_ascii", "upperAscii": "upper_ascii", "trim": "trim", "split": "split"}


def _each(where: str, wanted: str, names: list[str], loaded: dict[str, Any]) -> dict[str, Any]:
    """All changes in one go; when that fails, one by one, to name those at which it does."""
    import cel

    text = f"plan.changes.map(change, ({where}\n) ? (({wanted}\n) ? 1 : 0) : 2)"
    try:
        codes = cel.compile(text).execute(_context(loaded, ["plan", *names]))
    except Exception:
        return _one_by_one(cel.compile(text.replace("plan.changes", "[change]", 1)), names, loaded)
    failed = [index for index, code in enumerate(codes) if code == 0]
    return {"failed": [[index, None] for index in failed[:MOST]], "count": len(failed)}


def _one_by_one(program: Any, names: list[str], loaded: dict[str, Any]) -> dict[str, Any]:
    failed: list[list[Any]] = []
    context = _context(loaded, names)
    for index, change in enumerate(loaded["plan"]["changes"]):
        context.add_variable("change", change)
        try:
            if program.execute(context)[0] == 0:
                failed.append([index, None])
        except Exception as error:
            failed.append([index, _words(error)])
    return {"failed": failed[:MOST], "count": len(failed)}


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
