"""What a script without a page can do over the websocket: nothing (attacks 21 and 30)."""

from __future__ import annotations

import http.client
import re
import time
import uuid
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import redis

from portal.ui.guard import PUBLIC
from tests.support import pages, wire
from tests.support.pages import PEOPLE, Portal
from tests.ui.conftest import Open

ACCOUNT_SHOW = "reflex___state____state.portal___ui___pages___account____account_state.show"
SENTINEL = "the-last-event-of-this-test"


@pytest.fixture(scope="module")
def handlers(portal_server: Portal) -> list[dict[str, Any]]:
    """Every handler that the app has, found by walking its States."""
    found = pages.handlers(portal_server)
    assert len(found) > 25
    assert {"load", "destroy", "set_role", "revoke", "act"} <= {item["name"].rpartition(".")[2] for item in found}
    return found


@pytest.fixture(scope="module")
def target(portal_server: Portal) -> dict[str, str]:
    """Ids of real things, so that a handler which forgot to ask who calls would do harm."""
    made = portal_server.deploy("strangers-target")
    users = {user["email"]: user["id"] for user in portal_server.api("GET", "/users")["items"]}
    return {
        "deployment_id": made["deployment"]["id"],
        "run_id": made["run"]["id"],
        "user_id": users[PEOPLE["member"]],
        "cloud": "azure",
        "name": "storage-account",
    }


def arguments(handler: dict[str, Any], target: dict[str, str]) -> dict[str, Any]:
    """Plausible arguments, meant to do damage."""
    known = {
        "user_id": target["user_id"],
        "role": "admin",
        "kind": "plan_and_apply",
        "name": "cancel",
        "token_id": "token-x",
    }
    kinds = {"str": "x", "bool": True, "int": 0, "float": 0.0}
    made = {}
    for name, annotation in handler["arguments"].items():
        kind = annotation.removeprefix("<class '").removesuffix("'>")
        made[name] = known.get(name, kinds.get(kind, {}))
    return made


def address(handler: dict[str, Any], target: dict[str, str]) -> str:
    state = handler["name"].rpartition(".")[0]
    if "run_state" in state:
        return f"/runs/{target['run_id']}"
    if "account_page_state" in state:
        return "/admin/cloud-accounts/sandbox-gcp"
    return f"/deployments/{target['deployment_id']}" if "deployment_state" in state else "/"


def everything(portal: Portal) -> dict[str, Any]:
    """What must not have changed."""
    users = [(user["id"], user["role"], user["disabled_at"]) for user in portal.api("GET", "/users?limit=200")["items"]]
    runs = [(run["id"], run["status"]) for run in portal.api("GET", "/runs?limit=200")["items"]]
    deployments = [(item["id"], item["status"]) for item in portal.api("GET", "/deployments?limit=200")["items"]]
    accounts = [(item["slug"], item["disabled"]) for item in portal.api("GET", "/cloud-accounts?limit=200")["items"]]
    return {"users": users, "runs": runs, "deployments": deployments, "accounts": accounts}


def test_an_anonymous_script_gets_nothing_from_any_handler(
    portal_server: Portal, handlers: list[dict[str, Any]], target: dict[str, str]
) -> None:
    before = everything(portal_server)
    guarded = [handler for handler in handlers if handler["name"] not in PUBLIC]
    with wire.connected(portal_server.url, None) as socket:
        for handler in guarded:
            socket.send(handler["name"], arguments(handler, target), path=address(handler, target), query=target)
        said = socket.read_until(lambda said: sum("_redirect" in text for text in said) >= len(guarded))
    assert everything(portal_server) == before
    assert leaks("".join(said)) == []


def test_what_is_public_tells_an_anonymous_script_nothing(
    portal_server: Portal, handlers: list[dict[str, Any]], target: dict[str, str]
) -> None:
    names = {handler["name"] for handler in handlers}
    assert names >= PUBLIC
    with wire.connected(portal_server.url, None) as socket:
        for name in sorted(PUBLIC):
            payload = {"value": True} if name.endswith("set_is_hydrated") else {}
            socket.send(name, payload, path=f"/deployments/{target['deployment_id']}", query=target)
        said = socket.read_until(lambda said: any("_redirect" in text for text in said))
    assert leaks("".join(said)) == []


def leaks(text: str) -> list[str]:
    """What of people and things is in `text`. Ids that we sent ourselves may come back with the page's address."""
    return [secret for secret in (*PEOPLE.values(), "strangers-target") if secret in text]


def test_a_viewer_changes_nothing_whatever_they_send(
    portal_server: Portal, handlers: list[dict[str, Any]], target: dict[str, str]
) -> None:
    before = everything(portal_server)
    with wire.connected(portal_server.url, portal_server.cookies["viewer"]) as socket:
        for handler in handlers:
            if handler["name"] in PUBLIC or handler["name"].endswith(".follow"):
                continue
            socket.send(handler["name"], arguments(handler, target), path=address(handler, target), query=target)
        socket.send(ACCOUNT_SHOW, {"tab": SENTINEL})
        said = "".join(socket.read_until(lambda said: any(SENTINEL in text for text in said)))
    assert everything(portal_server) == before
    assert "This takes the role" in said
    assert f'"email":"{PEOPLE["admin"]}"' not in said


def test_arguments_of_another_shape_are_refused_and_not_stored(portal_server: Portal) -> None:
    with wire.connected(portal_server.url, portal_server.cookies["viewer"]) as socket:
        socket.send(ACCOUNT_SHOW, {"tab": {"not": "a text"}})
        socket.send(ACCOUNT_SHOW, {"tab": "tokens", "more": 1})
        socket.send(ACCOUNT_SHOW, {"tab": SENTINEL})
        said = "".join(socket.read_until(lambda said: any(SENTINEL in text for text in said)))
    assert "should not" in said
    assert '"not"' not in said


def test_the_token_of_a_state_is_worth_nothing_without_its_session(portal_server: Portal) -> None:
    token = str(uuid.uuid4())
    hydrate = "reflex___state____state.hydrate"
    users_load = "reflex___state____state.portal___ui___pages___users____users_state.load"
    with wire.connected(portal_server.url, portal_server.cookies["admin"], token=token) as socket:
        socket.send(users_load, path="/admin/users")
        socket.read_until(lambda said: any(PEOPLE["member"] in text for text in said))
    for cookie in (None, portal_server.cookies["viewer"]):
        with wire.connected(portal_server.url, cookie, token=token) as socket:
            socket.send(hydrate)
            said = socket.read_until(lambda said: any("users_state" in text for text in said))
        assert leaks("".join(said)) == []


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", None, "null"])
def test_a_websocket_opens_for_our_own_pages_only(portal_server: Portal, origin: str | None) -> None:
    where = urlsplit(portal_server.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        **({"Origin": origin} if origin is not None else {}),
    }
    connection.request("GET", f"/_event/?token={uuid.uuid4()}&EIO=4&transport=websocket", headers=headers)
    assert connection.getresponse().status == 403
    connection.close()


def test_pages_come_with_a_policy_that_runs_our_scripts_only(portal_server: Portal) -> None:
    for path in ("/", "/sign-in/", "/deployments/x", "/nothing/at/all"):
        answer = httpx.get(portal_server.url + path, timeout=60)
        policy = {rule.split()[0]: rule.split()[1:] for rule in answer.headers["content-security-policy"].split("; ")}
        scripts = policy["script-src"]
        assert scripts[0] == "'self'"
        assert all(re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", item) for item in scripts[1:])
        assert len(scripts) > 1
        assert policy["frame-ancestors"] == ["'none'"]
        assert policy["base-uri"] == ["'none'"]
        assert "x-powered-by" not in answer.headers


def test_a_script_that_slipped_into_a_page_does_not_run(open_page: Open) -> None:
    page = open_page("/sign-in", None)
    page.evaluate(
        """() => {
            const tag = document.createElement('script');
            tag.textContent = 'window.slipped = 1';
            document.body.append(tag);
        }"""
    )
    assert page.evaluate("window.slipped") is None


def state_in_redis(redis_url: str) -> bytes:
    """All that Reflex keeps, as it is (a dump would be compressed), once a connection's headers are among it."""
    base, _, number = redis_url.rpartition("/")
    with redis.Redis.from_url(f"{base}/{int(number) + 1}") as client:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            stored = b"".join(content(client, key) for key in client.scan_iter())
            if b"user-agent" in stored:
                return stored
            time.sleep(0.1)
    raise AssertionError("Reflex kept no state in Redis")


def content(client: Any, key: bytes) -> bytes:
    kind = client.type(key)
    if kind == b"hash":
        return b"".join(client.hgetall(key).values())
    return (client.get(key) or b"") if kind == b"string" else b""


def test_no_cookie_reaches_redis_or_the_log(portal_server: Portal, redis_url: str, open_page: Open) -> None:
    page = open_page("/deployments", "admin")
    page.get_by_role("heading", name="Deployments", level=1).wait_for()
    cookie = portal_server.cookies["admin"].encode()
    stored = state_in_redis(redis_url)
    assert b"terrace_session" in stored
    assert cookie not in stored
    with wire.connected(portal_server.url, portal_server.cookies["admin"]) as socket:
        socket.send("reflex___state____state.no_such_handler")
        socket.send(ACCOUNT_SHOW, {"tab": SENTINEL})
        socket.read_until(lambda said: any(SENTINEL in text for text in said))
    assert cookie not in portal_server.log.read_bytes()
