"""OAuth 2.0 client credentials: who gets an access token, what it opens, and what ends it."""

from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from django.test import Client

from alliance.models import ApiToken
from alliance.services.tokens import create_client, create_token, rotate_client
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import Forbidden, WrongState
from portal.kernel.limits import Limit
from portal.kernel.stored_secrets import SecretForm, mark_of
from tests.api.test_tokens import ENDS, ask
from tests.factories import Cast

pytestmark = pytest.mark.django_db
TOKEN, REVOKE = "/oauth/token", "/oauth/revoke"
GRANT = {"grant_type": "client_credentials"}


@pytest.fixture
def made(cast: Cast) -> tuple[ApiToken, str]:
    """A client of Sven's, who administers Aurora, with its secret."""
    with acting_as(cast.actor("sven")) as sven:
        return create_client(sven, name="Nightly figures", scopes=["read", "reports:write"])


def basic(client: ApiToken, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{client.client_id}:{secret}".encode()).decode()}


def given(browser: Client, made: tuple[ApiToken, str], **form: str) -> Any:
    """The answer of the token endpoint to the client."""
    return browser.post(TOKEN, {**GRANT, **form}, headers=basic(*made))


def test_a_client_gets_a_short_token_and_acts_as_its_owner(
    client: Client, made: tuple[ApiToken, str]
) -> None:
    row, secret = made
    by_header = given(client, made)
    in_body = client.post(TOKEN, {**GRANT, "client_id": row.client_id, "client_secret": secret})

    for answer in (by_header, in_body):
        token = answer.json()
        assert (answer.status_code, token["token_type"], token["expires_in"]) == (200, "Bearer", 600)
        assert token["scope"].split() == ["read", "reports:write"]
        assert "no-store" in answer["Cache-Control"]
        assert not answer.cookies
    who = ask(client, by_header.json()["access_token"])
    assert (who.status_code, who.json()["person"], who.json()["name"]) == (200, "Sven", "Nightly figures")


def test_a_token_carries_no_more_than_was_asked_for_and_its_client_has(
    client: Client, made: tuple[ApiToken, str]
) -> None:
    narrow = given(client, made, scope="read").json()
    wider = given(client, made, scope="read reports:submit")

    assert narrow["scope"] == "read"
    refused = client.post(
        "/api/v1/workspace/reports/1/uploads/", headers={"Authorization": f"Bearer {narrow['access_token']}"}
    )
    assert (refused.status_code, "/problems/scope/" in refused.json()["type"]) == (403, True)
    assert (wider.status_code, wider.json()["error"]) == (400, "invalid_scope")


def test_a_refused_client_is_not_identified(client: Client, made: tuple[ApiToken, str], cast: Cast) -> None:
    """A wrong secret, no such client, a token in its place: each gets the same answer."""
    row, _secret = made
    with acting_as(cast.actor("sven")) as sven:
        _token, token_secret = create_token(sven, name="A script", scopes=["read"])
    nobody = ApiToken(client_id="client-0")
    answers = [
        client.post(TOKEN, GRANT, headers=basic(*pair))
        for pair in ((row, "apc_wrong"), (nobody, "apc_wrong"), (row, token_secret))
    ]

    assert {(answer.status_code, answer.content) for answer in answers} == {(401, answers[0].content)}
    assert answers[0].json()["error"] == "invalid_client"
    assert answers[0]["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize("address", [TOKEN, REVOKE])
@pytest.mark.parametrize(
    "header",
    [
        "Basic /w==",  # a byte that is no UTF-8
        "Basic café",
        "Basic AHg6eA==",  # NUL, x, colon, x
        "Basic " + b64encode(b"%00:x").decode(),
        "Basic ",
        "Basic !",
    ],
)
def test_credentials_that_cannot_be_read_are_refused(client: Client, address: str, header: str) -> None:
    answer = client.post(address, {**GRANT, "token": "apa_x"}, headers={"Authorization": header})

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_other_grants_and_methods_are_refused(client: Client, made: tuple[ApiToken, str]) -> None:
    other = client.post(TOKEN, {"grant_type": "password"}, headers=basic(*made))

    assert (other.status_code, other.json()["error"]) == (400, "unsupported_grant_type")
    assert client.get(TOKEN, GRANT, headers=basic(*made)).status_code == 405


def test_a_secret_is_no_token(client: Client, made: tuple[ApiToken, str]) -> None:
    assert ask(client, made[1]).status_code == 401


@pytest.mark.parametrize("lose", ENDS)
def test_clients_and_their_tokens_die_with_what_ends_a_token(
    cast: Cast, client: Client, made: tuple[ApiToken, str], lose: Callable[[Cast], None]
) -> None:
    with acting_as(SYSTEM):
        ApiToken.objects.update(membership=cast.alice.memberships.get(), person=cast.alice)
    access = given(client, made).json()["access_token"]
    assert ask(client, access).status_code == 200

    lose(cast)

    assert ask(client, access).status_code == 401
    assert given(client, made).status_code == 401


def test_a_token_runs_out_and_is_revoked_with_those_before_it(
    client: Client, made: tuple[ApiToken, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, later = (given(client, made).json()["access_token"] for _ in range(3))
    ended = client.post(REVOKE, {"token": second}, headers=basic(*made))
    earlier = client.post(REVOKE, {"token": first}, headers=basic(*made))  # moves the end back by nothing
    unknown = client.post(REVOKE, {"token": "apa_nothing"}, headers=basic(*made))

    assert [answer.status_code for answer in (ended, earlier, unknown)] == [200, 200, 200]
    assert [ask(client, token).status_code for token in (first, second, later)] == [401, 401, 200]
    assert client.post(REVOKE, {"token": later}, headers=basic(made[0], "apc_wrong")).status_code == 401
    now = clock.now().timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 601)
    assert ask(client, later).status_code == 401


def test_a_new_secret_leaves_the_one_before_a_day(
    cast: Cast, client: Client, made: tuple[ApiToken, str]
) -> None:
    with acting_as(cast.actor("sven")) as sven:
        row, secret = rotate_client(sven, made[0])
    assert [given(client, (row, each)).status_code for each in (made[1], secret)] == [200, 200]

    with acting_as(SYSTEM):
        ApiToken.objects.update(earlier_until=clock.now() - timedelta(seconds=1))
    assert [given(client, (row, each)).status_code for each in (made[1], secret)] == [401, 200]


def test_an_older_form_brings_no_replaced_secret_back(
    cast: Cast, client: Client, made: tuple[ApiToken, str]
) -> None:
    """A form sent twice gives its secret again, on one client alone; once another has followed it gives none."""
    row, first = made
    with acting_as(cast.actor("sven")) as sven:
        other, _secret = create_client(sven, name="Another", scopes=["read"])
        older, newer = (SecretForm(key, mark_of(row.sha256)) for key in ("older", "newer"))
        row, second = rotate_client(sven, row, older)
        assert rotate_client(sven, row, older)[1] == second
        assert rotate_client(sven, other, SecretForm("older", mark_of(other.sha256)))[1] != second
        with pytest.raises(WrongState, match="replaced since"):
            rotate_client(sven, row, newer)
        row, third = rotate_client(sven, row, SecretForm("newer", mark_of(row.sha256)))
        with pytest.raises(WrongState, match="replaced since"):
            rotate_client(sven, row, older)

    with acting_as(SYSTEM):
        ApiToken.objects.update(earlier_until=clock.now() - timedelta(seconds=1))
    assert [given(client, (row, each)).status_code for each in (first, second, third)] == [401, 401, 200]


def test_administrators_alone_make_clients_and_only_the_owner_gets_a_secret(
    cast: Cast, made: tuple[ApiToken, str]
) -> None:
    with acting_as(cast.actor("alice")) as alice, pytest.raises(Forbidden):
        create_client(alice, name="A program", scopes=["read"])
    with acting_as(cast.actor("mona")) as mona, pytest.raises(Forbidden):
        rotate_client(mona, made[0])


def test_the_metadata_is_what_the_specification_asks_for(client: Client) -> None:
    answer = client.get("/.well-known/oauth-authorization-server")
    metadata = AuthorizationServerMetadata(answer.json())
    assert metadata["response_types_supported"] == []  # there is no authorization endpoint
    metadata["response_types_supported"] = ["none"]  # authlib takes an empty list for none at all
    metadata["issuer"] = metadata["issuer"].replace("http://", "https://")  # here without a certificate
    for name in ("token_endpoint", "revocation_endpoint"):
        metadata[name] = metadata[name].replace("http://", "https://")

    metadata.validate()
    assert metadata["grant_types_supported"] == ["client_credentials"]
    assert {"read", "reports:write", "reviews:write"} <= set(metadata["scopes_supported"])


def test_guessing_is_slowed_down(
    client: Client, made: tuple[ApiToken, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alliance.web.oauth.CLIENTS_PER_ADDRESS", Limit("oauth-client-from", 2, 60))

    statuses = [given(client, (made[0], "apc_wrong")).status_code for _ in range(3)]

    assert statuses == [401, 401, 429]
