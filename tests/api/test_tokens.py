"""Tokens: whom a program acts as, what it may do, and how a token ends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from alliance.models import ApiToken, Membership, Organisation, Person
from alliance.rules import RULES
from alliance.scopes import SCOPES
from alliance.services.accounts import set_password
from alliance.services.people import end_membership
from alliance.services.tokens import allow_tokens, authenticate_token, create_token, revoke_token
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as, can
from portal.kernel.errors import DomainError, Forbidden
from tests.factories import Cast
from tests.support.bearers import token_of
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db
TOKEN = "/api/v1/token/"


def ask(client: Client, secret: str, url: str = TOKEN) -> Any:
    return client.get(url, headers={"Authorization": f"Bearer {secret}"})


def the_token() -> ApiToken:
    with acting_as(SYSTEM):
        return ApiToken.objects.get()


def test_a_program_is_its_owner_in_the_organisation(cast: Cast, client: Client) -> None:
    answer = ask(client, token_of(cast.alice, "read"))

    data = answer.json()
    assert answer.status_code == 200
    assert (data["person"], data["organisation"], data["scopes"]) == ("Alice", "aurora-video", ["read"])
    assert data["expires_at"].endswith("Z")


def test_only_a_digest_is_kept(cast: Cast) -> None:
    secret = token_of(cast.alice)

    columns = {name: str(value) for name, value in vars(the_token()).items()}

    assert secret.startswith("apt_")
    assert [name for name, value in columns.items() if secret in value or secret[12:] in value] == []


def revoke(cast: Cast) -> None:
    with acting_as(cast.actor("sven")) as sven:
        revoke_token(sven, ApiToken.objects.get())


def run_out(cast: Cast) -> None:
    with acting_as(SYSTEM):
        ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def end(cast: Cast) -> None:
    with acting_as(cast.actor("sven")) as sven:
        end_membership(sven, Membership.objects.get(person=cast.alice))


def rejoin(cast: Cast) -> None:
    end(cast)
    Membership.objects.create(person=cast.alice, organisation=cast.aurora, roles=["editor"])


def deactivate(cast: Cast) -> None:
    Person.objects.filter(pk=cast.alice.pk).update(is_active=False)


def suspend(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.aurora.pk).update(state="suspended")


def change_password(cast: Cast) -> None:
    set_password(Person.objects.get(pk=cast.alice.pk), "another battery staple")


def turn_off(cast: Cast) -> None:
    with acting_as(cast.actor("sven")) as sven:
        allow_tokens(sven, False)


ENDS = (revoke, run_out, end, rejoin, deactivate, suspend, change_password, turn_off)


@pytest.mark.parametrize("lose", ENDS)
def test_a_token_dies_at_once(cast: Cast, client: Client, lose: Callable[[Cast], None]) -> None:
    secret = token_of(cast.alice)
    assert ask(client, secret).status_code == 200

    lose(cast)

    answer = ask(client, secret)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"')


@pytest.mark.parametrize("secret", ["", "apt_", "apt_" + "0" * 46, "Zm9v", "ä" * 50])
@pytest.mark.parametrize("url", [TOKEN, "/api/v1/members/", "/api/v1/no-such-thing/"])
def test_what_is_wrong_with_a_token_is_not_said(cast: Cast, client: Client, secret: str, url: str) -> None:
    ended = token_of(cast.alice)
    revoke(cast)

    answers = [ask(client, token, url) for token in (ended, secret.encode().decode("latin-1"))]

    bodies = [{**answer.json(), "instance": ""} for answer in answers]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert bodies[0] == bodies[1]


def test_another_scheme_is_refused_too(cast: Cast, client: Client) -> None:
    secret = token_of(cast.alice)

    assert client.get(TOKEN, headers={"Authorization": f"Token {secret}"}).status_code == 401
    assert client.get(TOKEN, headers={"Authorization": f"bearer {secret}"}).status_code == 200


@pytest.mark.parametrize("secret_of", [lambda secret: secret[:-1], lambda secret: secret[:-1] + "~"])
def test_a_mistyped_token_asks_the_database_nothing(
    cast: Cast, secret_of: Callable[[str], str], django_assert_num_queries: Any
) -> None:
    wrong = secret_of(token_of(cast.alice))

    with django_assert_num_queries(0):
        assert authenticate_token(wrong) is None


# --- What it may do --------------------------------------------------------------------------


def test_a_scope_opens_no_more_than_its_rules(cast: Cast) -> None:
    """Sven may sign and administer; his token for reading may do none of it, at any endpoint."""
    reader = authenticate_token(token_of(cast.sven, "read"))
    writer = authenticate_token(token_of(cast.sven, "reports:write", name="another"))

    assert reader is not None
    assert writer is not None
    # asking for a document of a report, which shows what the token reads anyway
    assert {rule for rule in RULES if can(reader, rule, cast.aurora)} <= {"document.request", "report.export"}
    assert {rule for rule in RULES if can(writer, rule, cast.aurora)} <= SCOPES["reports:write"]
    assert can(writer, "report.edit", cast.aurora)


def test_a_scope_opens_nothing_that_its_owner_may_not(cast: Cast) -> None:
    bob = authenticate_token(token_of(cast.bob, "reports:write"))

    assert bob is not None
    assert not can(bob, "report.edit", cast.aurora)


def test_no_scope_opens_what_stays_with_people() -> None:
    opened = frozenset[str]().union(*SCOPES.values())

    assert opened <= set(RULES)
    # day, word and assignee of a section are changed by people alone
    sections = {rule for rule in opened if rule.startswith("delegation.")}
    acts_on_sections = ("finish", "give", "remind", "reopen", "take_back")
    assert sections == {f"delegation.{act}" for act in acts_on_sections}
    areas = (
        "report.", "report_upload.", "question.", "document.request", "webhook.replay", "cycle.",
        "extension_request.", "correction.", "verdict.take_back", "verdict.confirm", "note.write", "finding.",
        "second_reading.", "invited_comment.", "public_question.", "supporter.",
    )  # fmt: skip
    assert {rule for rule in opened - sections if not rule.startswith(areas)} == set()


def test_what_a_program_does_names_its_token(cast: Cast) -> None:
    actor = authenticate_token(token_of(cast.alice))

    assert actor is not None
    event = journal.record(actor, "organisation.change", cast.aurora, four_eyes=False)
    assert event.data == {"four_eyes": False, "credential": the_token().pk}


def test_its_uses_are_counted_to_the_hour(cast: Cast, client: Client) -> None:
    secret = token_of(cast.alice)
    for _ in range(3):
        ask(client, secret)

    token = the_token()
    assert token.uses == 3
    assert token.used_at == timezone.now().replace(minute=0, second=0, microsecond=0)


# --- Making and ending -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"days": 366}, "days"),
        ({"days": 0}, "days"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["read", "everything"]}, "scopes"),
        ({"name": "test"}, "name"),
        ({"name": "\u202e"}, "name"),
    ],
)
def test_what_cannot_be_a_token_is_refused_at_its_field(
    cast: Cast, values: dict[str, Any], field: str
) -> None:
    token_of(cast.alice)
    fields: dict[str, Any] = {"name": "Another", "scopes": ["read"], "days": 90, **values}

    with acting_as(cast.actor("alice")) as alice, pytest.raises(DomainError) as refusal:
        create_token(alice, **fields)

    assert refusal.value.field == field


def test_the_secretariat_drafts_no_report_and_a_member_works_at_no_desk(cast: Cast) -> None:
    with acting_as(cast.actor("rita")) as rita, pytest.raises(DomainError):
        create_token(rita, name="A script", scopes=["reports:write"])

    with acting_as(cast.actor("sven")) as sven, pytest.raises(DomainError):
        create_token(sven, name="A script", scopes=["reviews:write"])
    actor = authenticate_token(token_of(cast.rita, "read"))
    assert actor is not None
    assert actor.is_host


def test_a_token_makes_no_other(cast: Cast) -> None:
    actor = authenticate_token(token_of(cast.sven))

    assert actor is not None
    with acting_as(actor), pytest.raises(Forbidden):
        create_token(actor, name="Another", scopes=["read"])


def test_an_administrator_revokes_a_colleagues_token_and_the_colleague_is_notified(cast: Cast) -> None:
    token_of(cast.alice)
    revoke(cast)
    run_all_jobs()

    assert the_token().revoked_by == cast.sven
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        (["alice@aurora-video.example"], "A token was created in your name: test"),
        (["alice@aurora-video.example"], "Your token was revoked: test"),
    ]


def test_a_colleague_does_not_even_see_it(cast: Cast) -> None:
    token_of(cast.alice)

    with acting_as(cast.actor("bob")) as bob:
        assert list(ApiToken.objects.visible_to(bob)) == []
        with pytest.raises(Forbidden):
            revoke_token(bob, ApiToken.objects.get())


def test_tokens_of_others_are_hidden_by_row_security(cast: Cast) -> None:
    token_of(cast.alice)

    with acting_as(cast.actor("carol")):
        assert list(ApiToken.objects.all()) == []
    with acting_as(cast.actor("mona")):
        assert ApiToken.objects.count() == 1
