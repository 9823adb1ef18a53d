"""`terrace policy`: a draft in a file, asked of the plans that there are."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from portal.cli.app import main
from tests.service.policy.test_policies import FINE, REGIONS, planned, policy
from tests.service.run.world import World


@pytest.fixture
def terrace(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run `terrace policy ARGUMENTS` in this process: (exit code, output, errors)."""

    def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["terrace", "policy", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else int(bool(code))), said.out, said.err

    return run


def test_a_draft_is_asked_of_past_plans_and_a_failure_is_an_exit_code(
    world: World, terrace: Any, tmp_path: Path
) -> None:
    run_id = planned(world)
    draft = tmp_path / "regions.json"
    draft.write_text(json.dumps(REGIONS), encoding="utf-8")
    code, out, err = terrace("test", str(draft))
    assert code == 1
    assert run_id in out
    assert "google_storage_bucket.this" in out
    assert "1 of 1 plans fail" in err
    code, out, err = terrace("test", "-", "--json", "--limit", "5", stdin=json.dumps(FINE))
    assert code == 0, err
    assert [run["run_id"] for run in json.loads(out)["runs"]] == [run_id]
    policy(world)
    code, out, err = terrace("list", "--json")
    assert (code, [found["name"] for found in json.loads(out)]) == (0, ["Regions mandatory"]), err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is no draft of a policy"),
        ('{"settings": {}}', "rule: Field required"),
        ('{"rule": "nothing"}', "nothing"),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_draft_is_refused_in_one_sentence(
    world: World, terrace: Any, tmp_path: Path, text: str | None, says: str
) -> None:
    file = tmp_path / "draft.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    code, out, err = terrace("test", str(file))
    assert code != 0
    assert says in err
    assert (out, err.count("\n")) == ("", 1)
