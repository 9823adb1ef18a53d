"""Secrets are planted, a whole life is lived, and then everything that was written anywhere is searched for them."""

from __future__ import annotations

import base64
import json
import urllib.parse
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import redis
from playwright.sync_api import Browser, WebSocket, expect
from psycopg import sql

from tests.acceptance.browser import signed_in
from tests.support.instance import ADMIN_PASSWORD, ADMIN_TOKEN, Instance

VALUE = "Canary-value-7Jq2+x9/Lm!"
PASSWORD = "Canary-password-4Kd8wz"
READABLE = ("text", "character varying", "json", "jsonb", "bytea", "ARRAY")


def forms(secret: str) -> set[str]:
    """The secret and what it looks like on its way through other formats."""
    raw = secret.encode()
    return {
        secret,
        secret[::-1],
        base64.b64encode(raw).decode().rstrip("="),
        urllib.parse.quote(secret, safe=""),
        json.dumps(secret)[1:-1],
        raw.hex(),
    }


@pytest.fixture(scope="module")
def life(portal: Instance, chromium_browser: Browser) -> dict[str, Any]:
    """A user with a password, a token of theirs, and a machine with a password, planned, applied and looked at."""
    portal.call(
        "POST", "/users", {"email": "canary@example.com", "name": "Canary", "role": "member", "password": PASSWORD}
    )
    token = portal.call("POST", "/tokens", {"name": "canary"})["token"]
    with portal.session(token) as session:
        assert session.get("/api/v1/me").status_code == 200
    values = {
        "name": "canary",
        "location": "westeurope",
        "os_type": "Windows",
        "admin_password": VALUE,
        "admin_ssh_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGvr8RtKNhSxvEidPHZpSOuXAs8sQx+qvtpMpNMB8owx demo@example.com",
    }
    body = {
        "name": "canary",
        "template": "azure/virtual-machine",
        "cloud_account": "sandbox-azure",
        "project": "default",
    }
    made = portal.call("POST", "/deployments", {**body, "values": values})
    run, deployment = made["run"]["id"], made["deployment"]["id"]
    portal.wait_for(run, "planned")
    frames = watch(chromium_browser, portal, run, deployment)
    # A run that fails says why, and not with which password.
    broken = portal.call("POST", "/deployments", {**body, "name": "canary-two", "values": {**values, "name": "canary"}})
    portal.wait_for(broken["run"]["id"], "planned")
    portal.call("POST", f"/runs/{broken['run']['id']}/confirm")
    portal.wait_for(broken["run"]["id"], "errored")
    return {"token": token, "run": run, "deployment": deployment, "broken": broken["run"]["id"], "frames": frames}


def watch(browser: Browser, portal: Instance, run: str, deployment: str) -> list[str]:
    """Confirm in the browser, look at every tab, and return all that crossed the websocket."""
    frames: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: frames.append(str(payload)))
        socket.on("framesent", lambda payload: frames.append(str(payload)))

    with signed_in(browser, portal) as page:
        page.on("websocket", listen)
        page.goto(f"/runs/{run}")
        page.click("#run-confirm")
        expect(page.locator("#run-status")).to_have_attribute("data-status", "applied")
        page.goto(f"/deployments/{deployment}")
        expect(page.get_by_role("heading", level=1)).to_contain_text("canary")
        tabs = page.get_by_role("tab")
        for number in range(tabs.count()):
            tabs.nth(number).click()
            page.get_by_role("tabpanel").first.wait_for()
        frames.append(page.content())
    assert any("applied" in frame for frame in frames), "the frames were not recorded"
    return frames


def test_no_secret_is_in_what_the_browser_received(life: dict[str, Any]) -> None:
    assert_clean("\n".join(life["frames"]), VALUE, life["token"])


def test_no_secret_is_in_an_answer_of_the_api(portal: Instance, life: dict[str, Any]) -> None:
    run, deployment, broken = life["run"], life["deployment"], life["broken"]
    paths = [
        "/users", "/tokens", "/me", "/audit-events?limit=200", "/system", "/cloud-accounts", "/projects",
        "/deployments", f"/deployments/{deployment}", f"/deployments/{deployment}/runs", f"/deployments/{deployment}/outputs",
        f"/deployments/{deployment}/resources", f"/deployments/{deployment}/state-versions",
        f"/runs/{run}", f"/runs/{run}/plan", f"/runs/{run}/events?limit=500", f"/runs/{broken}", f"/runs/{broken}/plan",
        f"/runs/{broken}/events?limit=500",
    ]  # fmt: skip
    answers = "\n".join(json.dumps(portal.get(path)) for path in paths)
    metrics = portal.client.get("/metrics").text
    assert_clean(answers + metrics, VALUE, PASSWORD, ADMIN_PASSWORD, life["token"], ADMIN_TOKEN)


def test_a_rejected_secret_is_not_echoed(portal: Instance) -> None:
    values = {"name": "canary", "location": "westeurope", "os_type": "Windows", "admin_password": [VALUE]}
    answer = portal.client.post("/api/v1/templates/azure/virtual-machine/validate", json={"values": values})
    assert_clean(answer.text, VALUE)
    wrong = httpx.post(
        f"{portal.url}/api/v1/auth/sign-in", json={"email": "a@example.com", "password": VALUE}, trust_env=False
    )
    assert wrong.status_code == 401
    assert_clean(wrong.text, VALUE)


def test_no_secret_is_in_a_log(portal: Instance, life: dict[str, Any]) -> None:
    logs = portal.logs() + portal.output
    assert len(logs) > 100
    assert_clean(logs, VALUE, PASSWORD, ADMIN_PASSWORD, life["token"], ADMIN_TOKEN)


def test_no_secret_is_in_redis(portal: Instance, life: dict[str, Any]) -> None:
    url = address(portal)["TERRACE_REDIS_URL"]
    base, _, query = url.partition("?")
    root = base if base.startswith("unix:") else "/".join(base.split("/")[:3])
    found: list[bytes] = []
    for number in range(3):
        place = (
            f"{root}?db={number}" if root.startswith("unix:") else f"{root}/{number}" + (f"?{query}" if query else "")
        )
        with redis.Redis.from_url(place) as client:
            found += [key + b" " + (client.dump(key) or b"") for key in client.scan_iter()]
    assert found, "Redis was empty: nothing was searched"
    assert_clean(b"\n".join(found).decode("latin-1"), VALUE, PASSWORD, ADMIN_PASSWORD, life["token"], ADMIN_TOKEN)


def test_no_secret_is_readable_in_the_database(portal: Instance, life: dict[str, Any]) -> None:
    url = address(portal)["TERRACE_DATABASE_URL"].replace("postgresql+psycopg://", "postgresql://")
    columns = (
        "SELECT table_schema, table_name, column_name FROM information_schema.columns WHERE table_schema NOT IN "
        "('pg_catalog', 'information_schema') AND data_type = ANY(%s)"
    )
    rows = 0
    with psycopg.connect(url) as connection:
        for schema, table, column in connection.execute(columns, (list(READABLE),)).fetchall():
            query = sql.SQL("SELECT {column} FROM {table} WHERE {column} IS NOT NULL").format(
                column=sql.Identifier(column), table=sql.Identifier(schema, table)
            )
            for (value,) in connection.execute(query):
                rows += 1
                text = (
                    bytes(value).decode("latin-1")
                    if isinstance(value, bytes | memoryview)
                    else json.dumps(value, default=str)
                )
                assert_clean(
                    text,
                    VALUE,
                    PASSWORD,
                    ADMIN_PASSWORD,
                    life["token"],
                    ADMIN_TOKEN,
                    where=f"{schema}.{table}.{column}",
                )
    assert rows > 100


def test_no_secret_is_left_in_a_file_of_the_data_folder(portal: Instance, life: dict[str, Any]) -> None:
    """PostgreSQL's own files are searched through SQL above; everything else is read as it lies there."""
    data = portal.folder / "data"
    files = [path for path in data.rglob("*") if path.is_file() and "postgres" not in path.relative_to(data).parts]
    assert files
    for path in files:
        text = path.read_bytes().decode("latin-1")
        assert_clean(text, VALUE, PASSWORD, ADMIN_PASSWORD, life["token"], ADMIN_TOKEN, where=str(path.name))


def test_no_process_shows_a_secret_to_other_users(portal: Instance, life: dict[str, Any]) -> None:
    shown = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            shown.append((folder / "cmdline").read_bytes())
        except OSError:
            continue
    keys = (portal.folder / "data" / "secret.key").read_text().strip()
    assert_clean(b"\n".join(shown).decode("latin-1"), VALUE, PASSWORD, ADMIN_PASSWORD, life["token"], ADMIN_TOKEN, keys)


def address(portal: Instance) -> dict[str, str]:
    return json.loads((portal.folder / "data" / "run" / "instance.json").read_text())


def assert_clean(text: str, *secrets: str, where: str = "") -> None:
    for secret in secrets:
        for form in forms(secret):
            at = text.find(form)
            assert at < 0, f"a secret is readable {where}: …{text[max(0, at - 80) : at]}"
