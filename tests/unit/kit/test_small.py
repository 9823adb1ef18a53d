"""Ids, pages, times, and what a log line may hold."""

from __future__ import annotations

import io
import logging
import sys
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import structlog

from portal.kit import clock, ids, pagination
from portal.kit import logging as kit_logging
from portal.kit.config import from_environment
from portal.kit.errors import FieldProblem, Invalid, TerraceError


class TestIds:
    def test_an_id_tells_its_kind_and_never_comes_twice(self) -> None:
        made = {ids.new_id("run") for _ in range(1000)}
        assert len(made) == 1000
        assert all(item.startswith("run-") and len(item) == 20 for item in made)

    @pytest.mark.parametrize("text", ["a", "a-b", "0", "a" * 63])
    def test_a_slug_is_one(self, text: str) -> None:
        assert ids.is_slug(text)

    @pytest.mark.parametrize("text", ["", "-", "a-", "-a", "A", "a_b", "a" * 64, "a\n", "é", "../x"])
    def test_what_is_no_slug_is_none(self, text: str) -> None:
        assert not ids.is_slug(text)

    @pytest.mark.parametrize(
        ("name", "slug"),
        [("Payments & Billing", "payments-billing"), ("---", "unnamed"), ("É", "unnamed"), ("x" * 80, "x" * 63)],
    )
    def test_a_name_becomes_a_slug(self, name: str, slug: str) -> None:
        assert ids.slugify(name) == slug
        assert ids.is_slug(slug)


class TestPages:
    def test_a_cursor_comes_back_as_it_was(self) -> None:
        at = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
        assert pagination.decode_moment_cursor(pagination.encode_cursor(at, "run-1")) == (at, "run-1")
        assert pagination.decode_cursor(pagination.encode_cursor(7), length=1) == [7]
        assert pagination.decode_cursor(None, length=1) is None

    @pytest.mark.parametrize("keys", [[None], [True], [{}], [[]], [1.5], ["a\x00"], [2**63], [1, 2], [], "ab", 3])
    def test_keys_that_no_query_could_compare_with_are_refused(self, keys: Any) -> None:
        import base64
        import json

        cursor = base64.urlsafe_b64encode(json.dumps(keys).encode()).decode().rstrip("=")
        with pytest.raises(Invalid):
            pagination.decode_cursor(cursor, length=1)

    def test_what_is_no_cursor_is_refused(self) -> None:
        no_times = [pagination.encode_cursor("2026", "x"), pagination.encode_cursor("no", 1)]
        for cursor in ("é", "%%%", "W" * 4000, "!", *no_times):
            with pytest.raises(Invalid):
                pagination.decode_moment_cursor(cursor)

    def test_a_page_has_at_least_one_and_at_most_two_hundred(self) -> None:
        assert [pagination.clamp(size) for size in (-5, 0, 1, 200, 10**9)] == [1, 1, 1, 200, 200]


class TestTimes:
    def test_the_clock_can_be_moved_and_comes_back(self) -> None:
        before = clock.now()
        with clock.moved(timedelta(days=1)), clock.moved(timedelta(days=1)):
            assert clock.now() - before >= timedelta(days=2)
        assert clock.now() - before < timedelta(hours=1)
        assert clock.now().tzinfo is UTC

    def test_a_time_without_a_zone_is_utc(self) -> None:
        plain = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the point
        elsewhere = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=5)))
        assert clock.aware(plain) == datetime(2026, 1, 1, tzinfo=UTC)
        assert clock.aware(elsewhere) is elsewhere
        assert clock.aware(None) is None


class TestErrors:
    def test_every_error_has_a_status_a_code_and_a_title_of_its_own(self) -> None:
        def family(cls: type[TerraceError]) -> list[type[TerraceError]]:
            return [cls, *(item for child in cls.__subclasses__() for item in family(child))]

        ours = [item for item in family(TerraceError) if item.__module__ == "portal.kit.errors"]
        assert len({item.code for item in ours}) == len(ours)
        assert all(400 <= item.status < 600 and item.title for item in ours)

    def test_what_is_invalid_says_where(self) -> None:
        assert Invalid("no", [FieldProblem("a.b[0]", "too long")]).errors == (FieldProblem("a.b[0]", "too long"),)


class TestLogs:
    @pytest.fixture(autouse=True)
    def restored(self) -> Any:
        import structlog

        handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
        yield
        logging.getLogger().handlers[:] = handlers
        logging.getLogger().setLevel(level)
        structlog.reset_defaults()

    @pytest.mark.parametrize("form", ["true", "false"])
    def test_no_line_holds_a_cookie_a_token_or_a_named_secret(
        self, capfd: pytest.CaptureFixture[str], form: str
    ) -> None:
        import structlog

        kit_logging.configure(from_environment({"TERRACE_LOG_JSON": form}))
        log = structlog.get_logger("test")
        log.info(
            "request", password="canary-1", headers="Cookie: terrace_session=canary-2; a=b", note="Bearer canary-3"
        )
        logging.getLogger("library").warning(
            "unknown event %s", {"cookie": "terrace_session=canary-4", "x": "tt_canary-5"}
        )
        written = capfd.readouterr().err
        assert "request" in written
        assert "unknown event" in written
        assert "canary" not in written

    def test_a_trace_shows_no_local_variables(self, capfd: pytest.CaptureFixture[str]) -> None:
        import structlog

        kit_logging.configure(from_environment({}))
        try:
            value = "canary in a variable"
            raise RuntimeError(len(value))
        except RuntimeError:
            structlog.get_logger("test").exception("failed")
        assert "canary in" not in capfd.readouterr().err.replace('value = "canary in a variable"', "")

    def test_a_line_break_in_a_value_starts_no_new_line(self, capfd: pytest.CaptureFixture[str]) -> None:
        import structlog

        kit_logging.configure(from_environment({}))
        structlog.get_logger("test").warning("sign_in_refused", address="x\n2026-01-01 [info] all is well")
        assert len(capfd.readouterr().err.strip().splitlines()) == 1

    def test_configuring_twice_logs_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for _ in range(2):
            kit_logging.configure(from_environment({}))
        stream = io.StringIO()
        monkeypatch.setattr(sys, "stderr", stream)
        logging.getLogger("library").warning("once")
        assert stream.getvalue().count("once") == 1

    def test_standard_error_may_be_replaced_after_configuring(self, monkeypatch: pytest.MonkeyPatch) -> None:
        first, second = io.StringIO(), io.StringIO()
        monkeypatch.setattr(sys, "stderr", first)
        kit_logging.configure(from_environment({}))
        first.close()
        monkeypatch.setattr(sys, "stderr", second)
        structlog.get_logger("test").warning("still_heard")
        logging.getLogger("library").warning("heard too")
        assert "still_heard" in second.getvalue()
        assert "heard too" in second.getvalue()
