"""A folder of official providers for sites without internet: filled by `terraform providers mirror`, checked before every use.

`python -m worker.terraform.mirrored FOLDER [PLATFORM …]` fills it with what the catalogue's templates ask for.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from portal.kit.config import settings
from portal.kit.errors import ConfigurationError
from portal.template import service as templates
from worker.terraform import engine

SUMS: Final = "SHA256SUMS"
_PACKAGES: Final = "*.zip"


def require_whole(folder: Path) -> None:
    """ConfigurationError unless every package in the folder is there and is what it was when the folder was filled."""
    listed = _listed(folder)
    packages = {path.relative_to(folder).as_posix(): path for path in folder.rglob(_PACKAGES)}
    for name in sorted({*listed, *packages}):
        path = packages.get(name)
        if path is None:
            raise _refusal(folder, f"{name} is missing")
        if name not in listed:
            raise _refusal(folder, f"{name} is not in its {SUMS}")
        facts = path.stat()
        if _digest(path, facts.st_mtime_ns, facts.st_size) != listed[name]:
            raise _refusal(folder, f"{name} is not what it was")


def _listed(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except OSError:
        raise _refusal(folder, f"it has no {SUMS}") from None
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines) if name}


def _refusal(folder: Path, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"The provider mirror {folder} is not used: {why}. Fill it again with `terrace providers mirror {folder}`."
    )


@lru_cache(maxsize=64)
def _digest(path: Path, _changed: int, _size: int) -> str:
    """Of a file as it was at that moment; a provider has 100 MB, and a run should not wait for the same sum again."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal(folder: Path) -> int:
    """Write down what is in the folder; how many packages."""
    packages = sorted(folder.rglob(_PACKAGES))
    lines = []
    for path in packages:
        facts = path.stat()
        lines.append(f"{_digest(path, facts.st_mtime_ns, facts.st_size)}  {path.relative_to(folder).as_posix()}\n")
    draft = folder / f".{SUMS}"
    draft.write_text("".join(lines), encoding="utf-8")
    draft.replace(folder / SUMS)
    return len(packages)


def wanted() -> dict[str, set[str]]:
    """The providers that the catalogue's templates ask for: source and version constraints."""
    found: dict[str, set[str]] = {}
    for summary in templates.list_templates():
        if not summary.broken:
            for pin in templates.provider_pins(summary.key).values():
                found.setdefault(pin.get("source", ""), set()).add(pin.get("version", ""))
    found.pop("", None)
    return found


def configurations(found: Mapping[str, set[str]]) -> Iterator[dict[str, Any]]:
    """As few configurations as name each source with each of its constraints once."""
    rounds = max((len(constraints) for constraints in found.values()), default=0)
    for number in range(rounds):
        chosen = {
            source: sorted(constraints)[number]
            for source, constraints in sorted(found.items())
            if number < len(constraints)
        }
        pins = {
            f"p{index}": {"source": source} | ({"version": version} if version else {})
            for index, (source, version) in enumerate(chosen.items())
        }
        yield {"terraform": {"required_providers": pins}}


def fill(folder: Path, platforms: Sequence[str], command: Sequence[str], found: Mapping[str, set[str]]) -> int:
    """Have Terraform fetch what is asked for; how many packages there are. ConfigurationError in its own words."""
    folder.mkdir(parents=True, exist_ok=True)
    for configuration in configurations(found):
        with tempfile.TemporaryDirectory(prefix="terrace-mirror-") as name:
            Path(name, "versions.tf.json").write_text(json.dumps(configuration), encoding="utf-8")
            wanted_platforms = [f"-platform={platform}" for platform in platforms]
            done = subprocess.run(
                [*command, "providers", "mirror", "-lock-file=false", *wanted_platforms, str(folder.absolute())],
                cwd=name, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
            )  # fmt: skip
        if done.returncode != 0:
            raise ConfigurationError(
                " ".join(done.stderr.replace("│", " ").replace("╷", " ").replace("╵", " ").split())
            )
    return seal(folder)


def main(arguments: Sequence[str]) -> int:
    """The command line."""
    folder, *platforms = arguments
    try:
        count = fill(Path(folder), platforms, engine.find(settings().terraform_bin).command, wanted())
    except ConfigurationError as error:
        print(error.message, file=sys.stderr)
        return 1
    print(f"{count} package{'' if count == 1 else 's'} in {folder}. Workers use them with:")
    print(f"TERRACE_PROVIDER_MIRROR={Path(folder).absolute()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
