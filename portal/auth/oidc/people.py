"""Who came, by what a provider said and signed: OpenID Connect's claims, or GitHub's answers."""

from __future__ import annotations

import base64
import re
from typing import Any, Final
from urllib.parse import quote_plus, urlsplit

from portal.auth.oidc import discovery, presets, tokens
from portal.auth.oidc.discovery import Metadata
from portal.auth.oidc.errors import Refused
from portal.auth.oidc.schemas import Claims, Person, Provider
from portal.kit import web
from portal.kit.errors import Unavailable

_PAGES: Final = 10
_EMAIL: Final = re.compile(r"[^@\s\x00-\x1f\x7f<>\"(),:;\\\[\]]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def authorization_url(provider: Provider, *, state: str, nonce: str, verifier: str) -> str:
    """Where the browser goes to sign in."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    is_github = provider.kind == "github"
    address = f"{provider.issuer}/login/oauth/authorize" if is_github else _metadata(provider).authorization_endpoint
    return prepare_grant_uri(
        address,
        provider.client_id,
        "code",
        redirect_uri=presets.redirect_uri(provider.slug),
        scope=provider.rules.scopes,
        state=state,
        nonce=None if is_github else nonce,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
    )


def person_of(provider: Provider, *, code: str, nonce: str, verifier: str, iss: str | None) -> Person:
    """Exchange the code and read who came. Refused when it cannot be believed, Unavailable when nobody answers."""
    if provider.kind == "github":
        return _github_person(provider, code, verifier)
    metadata = _metadata(provider)
    if (iss is None and metadata.names_itself) or iss not in (None, metadata.issuer):
        raise Refused("token", "the answer is another provider's")
    said = _exchange(provider, metadata.token_endpoint, code, verifier, posts_secret=metadata.posts_secret)
    access_token = said.get("access_token") if isinstance(said.get("access_token"), str) else None
    id_token = said.get("id_token")
    claims = tokens.verify_id_token(provider, metadata, id_token, nonce=nonce, access_token=access_token)
    return _person(provider, _completed(provider, metadata, claims, access_token), str(id_token))


def require_own_answer(provider: Provider, iss: str | None) -> None:
    """Refused when the answer, an error too, says that it is of another provider (RFC 9207)."""
    if iss is not None and provider.kind != "github" and iss != provider.issuer:
        raise Refused("token", "the answer is another provider's")


def _metadata(provider: Provider) -> Metadata:
    return discovery.metadata_of(provider.issuer)


def _exchange(provider: Provider, address: str, code: str, verifier: str, *, posts_secret: bool) -> Claims:
    from authlib.oauth2.rfc6749.parameters import prepare_token_request

    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    more: dict[str, str] = {}
    if provider.client_secret is None or posts_secret:
        more = {"client_id": provider.client_id}
        if provider.client_secret is not None:
            more["client_secret"] = provider.client_secret
    else:
        pair = f"{quote_plus(provider.client_id)}:{quote_plus(provider.client_secret)}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    body = prepare_token_request(
        "authorization_code",
        code=code,
        redirect_uri=presets.redirect_uri(provider.slug),
        code_verifier=verifier,
        **more,
    )
    answer = web.request("POST", address, headers=headers, data=body.encode())
    said = _json(answer)
    if answer.status != 200 or not isinstance(said, dict) or "error" in said:
        raise Refused("token", f"the code was not taken: {answer.status} {_word(said)}")
    return said


def _completed(provider: Provider, metadata: Metadata, claims: Claims, access_token: str | None) -> Claims:
    """With what UserInfo adds where the token says no address or no groups; never instead of what the token says."""
    wanted = ["email", *([provider.rules.groups_claim] if provider.rules.groups else [])]
    if not metadata.userinfo_endpoint or not access_token or all(_at(claims, name) is not None for name in wanted):
        return claims
    answer = web.request("GET", metadata.userinfo_endpoint, headers={"Authorization": f"Bearer {access_token}"})
    said = _json(answer)
    if answer.status != 200 or not isinstance(said, dict):
        return claims
    if said.get("sub") != claims["sub"]:
        raise Refused("token", "UserInfo is of somebody else")
    if said.get("email") != claims.get("email", said.get("email")):
        said.pop("email_verified", None)  # it is another address's
    return {**said, **claims}


def _person(provider: Provider, claims: Claims, id_token: str) -> Person:
    groups = _at(claims, provider.rules.groups_claim)
    email = claims.get("email")
    sid = claims.get("sid")
    return Person(
        subject=claims["sub"],
        email=_email(email),
        # Entra ID says it by a claim of its own.
        email_verified=any(_is_true(claims.get(name)) for name in ("email_verified", "xms_edov")),
        name=_name(claims),
        groups=_group_names(groups),
        too_many_groups=groups is None and _left_out(claims, provider.rules.groups_claim),
        sid=sid if isinstance(sid, str) and len(sid) <= 255 else None,
        id_token=id_token if len(id_token) <= 20_000 else None,
    )


def _is_true(value: Any) -> bool:
    """Also in the ways in which some providers write it."""
    return value is True or (isinstance(value, str | int) and str(value) in ("true", "1"))


def _at(claims: Claims, path: str) -> Any:
    """A claim by its name, or by a path of names such as `realm_access.roles`."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _group_names(value: Any) -> frozenset[str]:
    """Names as they stand: a text is one name, whatever commas are in it."""
    items = value if isinstance(value, list) else [value]
    return frozenset(item for item in items[:5000] if isinstance(item, str) and item)


def _left_out(claims: Claims, claim: str) -> bool:
    """Whether Entra ID says that there were more groups than it puts into a token."""
    names = claims.get("_claim_names")
    return _is_true(claims.get("hasgroups")) or (isinstance(names, dict) and claim in names)


def _name(claims: Claims) -> str:
    for key in ("name", "preferred_username"):
        if isinstance(value := claims.get(key), str) and value.strip():
            return _clean(value)
    return ""


def _clean(text: str) -> str:
    return "".join(char for char in text if char.isprintable()).strip()[:200]


def _email(value: Any) -> str:
    """The address, or nothing when it cannot be one."""
    return value if isinstance(value, str) and len(value) <= 254 and _EMAIL.fullmatch(value) else ""


def _json(answer: web.Answer) -> Any:
    """The answer's JSON; None when it is none: its status says more."""
    try:
        return answer.json()
    except Unavailable:
        return None


def _word(said: Any) -> str:
    """The other side's code of an error, for the log."""
    word = said.get("error") if isinstance(said, dict) else None
    return word if isinstance(word, str) and re.fullmatch(r"[a-z_]{1,60}", word) else ""


def _github_person(provider: Provider, code: str, verifier: str) -> Person:
    said = _exchange(provider, f"{provider.issuer}/login/oauth/access_token", code, verifier, posts_secret=True)
    token = said.get("access_token")
    if not isinstance(token, str) or not token.isascii():
        raise Refused("token", "no access token")
    user = _github(provider, token, "/user")
    if not isinstance(user, dict) or not isinstance(number := user.get("id"), int) or isinstance(number, bool):
        raise Refused("token", "no user")
    email = _github_email(_github(provider, token, "/user/emails"))
    wants = bool(provider.rules.groups or provider.rules.allowed_organisations)
    organisations = frozenset(_github_organisations(provider, token)) if wants else frozenset[str]()
    teams = frozenset(_github_teams(provider, token)) if provider.rules.groups else frozenset[str]()
    name = user.get("name") or user.get("login")
    return Person(
        subject=str(number), email=email, email_verified=bool(email), name=_clean(name) if isinstance(name, str) else "",
        groups=organisations | teams, organisations=organisations,
    )  # fmt: skip


def _github_email(rows: Any) -> str:
    """The one address that is both the primary one and verified."""
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and row.get("primary") is True and row.get("verified") is True:
            return _email(row.get("email"))
    return ""


def _github_organisations(provider: Provider, token: str) -> list[str]:
    rows = _github_pages(provider, token, "/user/orgs")
    return [row["login"] for row in rows if isinstance(row, dict) and isinstance(row.get("login"), str)]


def _github_teams(provider: Provider, token: str) -> list[str]:
    rows = _github_pages(provider, token, "/user/teams")
    return [
        f"{organisation['login']}/{row['slug']}"
        for row in rows
        if isinstance(row, dict)
        and isinstance(organisation := row.get("organization"), dict)
        and isinstance(organisation.get("login"), str)
        and isinstance(row.get("slug"), str)
    ]


def _github_pages(provider: Provider, token: str, path: str) -> list[Any]:
    """Every row: pages by number, so that no address of the answer is followed."""
    rows: list[Any] = []
    for page in range(1, _PAGES + 1):
        found = _github(provider, token, f"{path}?per_page=100&page={page}")
        rows += found if isinstance(found, list) else []
        if not isinstance(found, list) or len(found) < 100:
            break
    return rows


def _github(provider: Provider, token: str, path: str) -> Any:
    host = urlsplit(provider.issuer).netloc
    base = "https://api.github.com" if host == "github.com" else f"{provider.issuer}/api/v3"
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
    answer = web.request("GET", f"{base}{path}", headers=headers)
    if answer.status != 200:
        raise Unavailable(f"GitHub answers with {answer.status} to {path.partition('?')[0]}.")
    return answer.json()
