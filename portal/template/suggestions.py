"""Values that a form offers: `default_from` of the manifest, and made-up passwords and suffixes."""

from __future__ import annotations

import re
import secrets
import string
import uuid
from collections.abc import Mapping

from portal.template.module import Module
from portal.template.schemas import Generate

SUFFIX_CHARACTERS = string.ascii_lowercase + string.digits
SYMBOLS = "!#%*+-=?_"
_PLACEHOLDER = re.compile(r"\{([a-z]+(?:\.[\w-]+)?)\}")


def suggest(module: Module, context: Mapping[str, str]) -> dict[str, str]:
    """The value that each `default_from` comes to, by hint path.

    Args:
        module: the template.
        context: texts for `user.name`, `user.email`, `project.slug`, `deployment.name` and `var.<name>`; each is put
            in as it is, once. A hint that needs one that is missing offers nothing.
    """
    known = {**context, "random": made_up(Generate(kind="suffix", length=6))}
    hints = module.manifest.variables if module.manifest else {}
    wanted = {path: hint.default_from for path, hint in hints.items() if hint.default_from}
    return {
        path: _PLACEHOLDER.sub(lambda match: known[match.group(1)], source)
        for path, source in wanted.items()
        if all(name in known for name in _PLACEHOLDER.findall(source))
    }


def made_up(spec: Generate) -> str:
    """A new value from the operating system's random source.

    A password has a lower-case and an upper-case letter, a digit and, if wanted, a symbol. A suffix begins with a
    letter.
    """
    if spec.kind == "uuid":
        return str(uuid.uuid4())
    if spec.kind == "suffix":
        rest = "".join(secrets.choice(SUFFIX_CHARACTERS) for _ in range(spec.length - 1))
        return secrets.choice(string.ascii_lowercase) + rest
    groups = [string.ascii_lowercase, string.ascii_uppercase, string.digits, *([SYMBOLS] if spec.symbols else [])]
    chosen = [secrets.choice(group) for group in groups]
    chosen += [secrets.choice("".join(groups)) for _ in range(spec.length - len(chosen))]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)
