"""Acts of weight ask again who it is, unless it was said within ten minutes; what was typed meanwhile is not lost."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alliance.models import ApiToken, Person
from alliance.services.tokens import authenticate_token
from portal.kernel.access import RULES, SYSTEM, acting_as, needs_step_up
from portal.kernel.management.page_table import page_rows
from tests.factories import Cast
from tests.factories.cast import PASSWORD
from tests.policy import CASES, Case
from tests.policy.rules import RULES as POLICY
from tests.support.pages import outlast_confirmation, signed_in, words_of
from tests.support.second_factors import add_app, app_code
from tests.support.world import World
from tests.test_permissions import address, place_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
# the table of pages takes seconds to make: once, in one process, after nothing of it was needed to collect the tests
OF_THE_TABLE = pytest.mark.xdist_group("page table")
STEP_UP = {name for name in RULES if needs_step_up(name)}
# whose page is guarded by the rule of the step before
GUARDED_BEFORE = {"workspace:accession-sign"}
# one route for all steps of a subject, each with its rule
OF_SEVERAL_STEPS = {
    "secretariat:file-step": "file", "secretariat:member-step": "organisation",
    "secretariat:application-step": "application",
    "secretariat:correction-step": "correction", "workspace:correction-step": "correction",
    "secretariat:withdrawal-step": "withdrawal",
}  # fmt: skip
# asks only where more people are let in: `tests/practices/web/editor/test_readers.py`
ASKS_TO_WIDEN = {"workspace:practice-readers", "workspace:practice-propose-update"}
# asks for the password in its own form
ASKS_ITSELF = {"personal-data-erase"}
CREATE, AGAIN = "/workspace/tokens/create/", "/accounts/again/password/"
ASKED = (200, (302, f"{AGAIN}?next"), (403, True, True))
TOKEN = {"name": "A script", "scopes": ["read"], "days": "30"}


def lines_of_weight() -> list[Case]:
    """The lines of the routes that open with such a rule, and that somebody may open."""
    routes = {row.name for row in page_rows() if STEP_UP & set(row.opening_rules)} | GUARDED_BEFORE
    lines = [line for line in CASES if line.route in routes - ASKS_ITSELF - ASKS_TO_WIDEN and "o" in line.get]
    lines = [line for line in lines if not _is_other_affiliation_step(line)]
    return [line for line in lines if line.route not in OF_SEVERAL_STEPS or _step_of(line) in STEP_UP]


def _is_other_affiliation_step(line: Case) -> bool:
    """One function makes the pages of all of them: each has the rule that its route is named after."""
    name = line.route.partition(":")[2]
    return name.startswith("affiliation-") and name.replace("-", ".", 1) not in STEP_UP


def _step_of(line: Case) -> str:
    """The rule of a line whose page is one of several steps of its subject: `member.expel` is `organisation.expel`."""
    return f"{OF_SEVERAL_STEPS[line.route]}.{line.object_name.rpartition('.')[2]}"


def test_binding_acts_of_signatories_require_confirmation() -> None:
    signed = {name for name, row in POLICY.items() if row == POLICY["report.submit"]}
    assert signed - STEP_UP == {
        "report.disclose",
        "report.send_back",
        "correction.withdraw",
        "public_question.agree",  # a consent that can be taken back
        "invited_comment.member_agree",
        "objection.withdraw",
    }


@OF_THE_TABLE
def test_every_kind_of_act_that_must_ask_has_a_route_that_does() -> None:
    kinds = {rule.partition(".")[0] for rule in STEP_UP}
    routes = {line.route for line in lines_of_weight()}
    rules = {
        rule for row in page_rows() if row.name in routes for rule in (*row.opening_rules, *row.other_rules)
    }
    assert kinds <= {rule.partition(".")[0] for rule in rules}
    assert STEP_UP - rules <= {"practice.recall", "practice.widen"}


@OF_THE_TABLE
@pytest.mark.usefixtures("rollback")
def test_its_page_asks_before_anything_is_typed_and_its_post_loses_nothing(world: World) -> None:
    lines = lines_of_weight()

    assert {str(line): answers for line in lines if (answers := answers_to(world, line)) != ASKED} == {}
    assert len(lines) > 40


def answers_to(world: World, line: Case) -> tuple[Any, ...]:
    """How its page answers at once, ten minutes later, and to a post; what that writes is taken back."""
    cache.clear()
    name = next(name for name, letter in line.expected("GET").items() if letter == "o")
    url = address(line, place_of(world, line))
    with transaction.atomic():
        client = signed_in(world.people[name])
        opened = client.get(url)
        outlast_confirmation(client)
        later = client.get(url)
        posted = client.post(url, {**line.post_data(), "reason": "Typed before the tea"})
        transaction.set_rollback(True)
    text = posted.content.decode()
    return (
        opened.status_code,
        (later.status_code, later.headers.get("Location", "").partition("=")[0]),
        (posted.status_code, "Typed before the tea" in text, 'name="confirm_password"' in text),
    )


def test_a_recent_sign_in_counts_as_confirmation(cast: Cast) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": cast.alice.email, "password": PASSWORD})
    assert client.get(CREATE).status_code == 200


def test_the_password_on_the_page_that_holds_the_post_sends_it(cast: Cast) -> None:
    alice = signed_in(cast.alice)
    outlast_confirmation(alice)
    key = alice.session.session_key

    wrong = alice.post(CREATE, {**TOKEN, "confirm_password": "wrong"})

    assert (wrong.status_code, "Wrong password. Enter it again." in words_of(wrong)) == (403, True)
    assert "What you typed Name A script Permissions read Valid for, days 30" in words_of(wrong)
    assert 'value="wrong"' not in wrong.content.decode()
    assert "Your token" in words_of(alice.post(CREATE, {**TOKEN, "confirm_password": PASSWORD}))
    assert alice.session.session_key != key
    assert alice.get(CREATE).status_code == 200


def test_a_pending_post_shows_the_translated_labels_of_its_form(cast: Cast) -> None:
    Person.objects.filter(pk=cast.sven.pk).update(language="ru")
    sven = signed_in(cast.sven)
    outlast_confirmation(sven)
    posted = {"name": "Дора", "email": "dora@aurora.example", "language": "ru", "roles": ["reader", "editor"]}
    words = words_of(sven.post("/workspace/people/invite/", {**posted, "office": ""}))
    assert "Имя Дора Эл. почта dora@aurora.example Язык письма русский Права Читатель Редактор" in words


def test_tries_are_limited_and_the_words_stay(cast: Cast) -> None:
    alice = signed_in(cast.alice)
    outlast_confirmation(alice)
    for _turn in range(5):
        alice.post(CREATE, {**TOKEN, "confirm_password": "wrong"})
    answer = alice.post(CREATE, {**TOKEN, "confirm_password": PASSWORD})
    assert "Too many attempts. Try again in 5 minutes." in words_of(answer)
    assert "A script" in words_of(answer)


@pytest.mark.parametrize(
    ("target", "cancel"),
    [
        ("/workspace/services/7/end/", "/session/start/"),
        ("/workspace/people/invite/", "/workspace/people/"),
        ("/accounts/security/app/add/", "/accounts/security/"),
        ("//evil.example/workspace/reports/7/submit/", "/workspace/reports/7/"),
        ("https://evil.example//evil.example/x/y/z/", "/session/start/"),
        ("", "/session/start/"),
    ],
)
def test_cancelling_leads_to_the_page_above_the_act_and_nowhere_else(
    cast: Cast, target: str, cancel: str
) -> None:
    client = signed_in(cast.alice)
    outlast_confirmation(client)
    page = client.get(reverse("account_reauthenticate"), {"next": target})
    assert page.context["cancel"] == cancel


def test_a_code_in_another_tab_confirms_too(cast: Cast) -> None:
    secret, alice = add_app(cast.alice), signed_in(cast.alice)
    outlast_confirmation(alice)
    link = "/accounts/again/code/?next=%2Faccounts%2Fagain%2Fdone%2F"
    assert f'href="{link}" target="_blank"' in alice.post(CREATE, TOKEN).content.decode()

    done = alice.post(link, {"code": app_code(secret), "next": "/accounts/again/done/"}, follow=True)

    assert "send your form in the other one" in words_of(done)
    assert "Your token" in words_of(alice.post(CREATE, TOKEN))


def test_a_script_gets_the_question_above_its_page(cast: Cast) -> None:
    alice = signed_in(cast.alice)
    outlast_confirmation(alice)
    answer = alice.post(CREATE, TOKEN, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#main")
    assert 'name="confirm_password"' in answer.content.decode()


def test_a_clock_that_was_set_back_makes_nothing_recent(cast: Cast) -> None:
    alice = signed_in(cast.alice)
    session = alice.session
    session["confirmed_at"] += 24 * 60 * 60
    session.save()
    assert alice.get(CREATE).status_code == 302


def test_a_person_without_the_right_is_not_asked_to_confirm(cast: Cast) -> None:
    alice = signed_in(cast.alice)
    outlast_confirmation(alice)
    assert alice.get("/workspace/tokens/allow/").status_code == 403


def shown_secret(answer: Any) -> str:
    return str(answer.context["secret"])


def test_a_double_click_shows_the_one_token_twice(cast: Cast) -> None:
    alice, key = signed_in(cast.alice), "0b8f9d5e-8a52-4d5a-9c39-0a1f2b3c4d5e"
    answers = [alice.post(CREATE, {**TOKEN, "once": key}) for _turn in range(2)]

    assert shown_secret(answers[0]) == shown_secret(answers[1])
    assert authenticate_token(shown_secret(answers[0])) is not None
    with acting_as(SYSTEM):
        made = ApiToken.objects.filter(name="A script")
        assert made.count() == 1
        made.update(revoked_at=timezone.now())
    again = alice.post(CREATE, {**TOKEN, "once": key})
    assert (again.status_code, "This has already been done." in words_of(again)) == (422, True)
    # another person's form with the same key is another token
    bob = signed_in(cast.bob)
    assert shown_secret(bob.post(CREATE, {**TOKEN, "once": key})) != shown_secret(answers[0])


def test_the_dialog_above_a_form_learns_where_its_sender_confirms(cast: Cast, client: Client) -> None:
    assert client.get("/session/token/").json()["confirmed"] is False
    client.force_login(cast.sven)
    assert client.get("/session/token/").json()["confirmed"] is True
    outlast_confirmation(client)
    facts = client.get("/session/token/").json()
    assert (facts["confirmed"], facts["confirm"], facts["beside"]) == (
        False,
        f"{AGAIN}?next=%2Fsession%2Ftoken%2F",
        "",
    )

    answer = client.post(facts["confirm"], {"password": PASSWORD, "next": "/session/token/"}, follow=True)

    assert answer.json()["confirmed"] is True


def test_a_page_that_asks_has_the_script_that_asks_above_its_form(cast: Cast) -> None:
    sven = signed_in(cast.sven)
    assert b"data-of-weight" in sven.get(CREATE).content
    assert b"data-of-weight" not in sven.get("/workspace/reports/").content
