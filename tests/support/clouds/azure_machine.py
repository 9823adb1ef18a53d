"""What a machine in Azure has of its own: a metadata service that knows its identities, and a login of the Azure CLI."""

from __future__ import annotations

import json
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.clouds.azure import Entra


@contextmanager
def machine(entra: Entra, identities: dict[str, str]) -> Iterator[str]:
    """A machine's metadata service over plain HTTP; its address. `identities`: client id → object id, "" the machine's own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            object_id = identities.get(query.get("client_id", [""])[0])
            if self.headers.get("Metadata") != "true" or object_id is None:
                return self._say(400, {"error": "invalid_request", "error_description": "Identity not found"})
            claims = {"aud": query["resource"][0], "appid": query.get("client_id", ["machine"])[0], "oid": object_id}
            body = {"access_token": entra.issue(claims), "expires_in": "86399", "token_type": "Bearer"}
            return self._say(200, {**body, "resource": query["resource"][0]})

        def _say(self, status: int, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """A test's output is not the place."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


_AZ = """#!{python}
import json, os, sys
folder = os.environ.get("AZURE_CONFIG_DIR") or os.path.expanduser("~/.azure")
wanted = sys.argv[sys.argv.index("--subscription") + 1]
try:
    profile = json.load(open(folder + "/azureProfile.json", encoding="utf-8-sig"))
    user = next(item["user"]["name"] for item in profile["subscriptions"] if item["id"] == wanted)
    cache = json.load(open(folder + "/msal_token_cache.json"))
    home = next(item["home_account_id"] for item in cache["Account"].values() if item["username"] == user)
    refresh = next(item["secret"] for item in cache["RefreshToken"].values() if item["home_account_id"] == home)
    open(folder + "/versionCheck.json", "w").close()
except (OSError, StopIteration, KeyError):
    sys.exit("ERROR: Please run 'az login' to setup account.")
answer = json.load(open({answers!r})).get(refresh)
if answer is None:
    sys.exit("ERROR: AADSTS700082: The refresh token has expired due to inactivity. Trace ID: 1")
print(json.dumps({{"accessToken": answer, "expires_on": 4102444800, "tokenType": "Bearer"}}))
"""


def install_az(folder: Path, answers: dict[str, str]) -> Path:
    """A program `az` that knows `account get-access-token`; `answers`: refresh token → access token. The folder for PATH."""
    folder.mkdir(parents=True, exist_ok=True)
    known = folder / "answers.json"
    known.write_text(json.dumps(answers))
    program = folder / "az"
    program.write_text(_AZ.format(python=sys.executable, answers=str(known)))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return folder


def login(folder: Path, users: dict[str, tuple[str, str, str]]) -> Path:
    """What `az login` leaves: user → subscription, tenant, refresh token."""
    folder.mkdir(parents=True, exist_ok=True)
    subscriptions = [
        {"id": subscription, "name": "One", "state": "Enabled", "isDefault": False, "tenantId": tenant,
         "environmentName": "AzureCloud", "user": {"name": user, "type": "user"}}
        for user, (subscription, tenant, _) in users.items()
    ]  # fmt: skip
    (folder / "azureProfile.json").write_text(json.dumps({"subscriptions": subscriptions}), encoding="utf-8-sig")
    tokens = {
        "Account": {user: {"home_account_id": f"home-{user}", "username": user} for user in users},
        "RefreshToken": {user: {"home_account_id": f"home-{user}", "secret": users[user][2]} for user in users},
        "AccessToken": {
            user: {"home_account_id": f"home-{user}", "secret": f"access-{users[user][2]}"} for user in users
        },
    }
    (folder / "msal_token_cache.json").write_text(json.dumps(tokens))
    return folder
