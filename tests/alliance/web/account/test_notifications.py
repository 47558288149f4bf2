"""What people choose of letters, the way out without signing in, and what one sees of what was sent."""

from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from alliance.models import Person, Report
from alliance.services.notifications import record_address_fault
from portal.kernel import journal
from portal.kernel.journal import Event
from portal.kernel.mail import AddressFault, address_fingerprint
from portal.kernel.notices import NoticePreference, token_for
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db

CHOICES = "/accounts/notifications/"


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


@pytest.fixture
def letter(cast: Cast, report: Report, mailoutbox: list[Any]) -> Any:
    """One of the deadlines, to Alice."""
    journal.record(cast.actor("mona"), "report.extend", report)
    run_all_jobs()
    return next(mail for mail in mailoutbox if mail.to == [cast.alice.email])


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def bounce(person: Person, code: str = "5.1.1") -> None:
    record_address_fault(person.pk, address_fingerprint(person.email), AddressFault(code, True))
    person.refresh_from_db()


def paces(person: Person) -> dict[str, str]:
    return dict(NoticePreference.objects.filter(person=person).values_list("group", "pace"))


# --- Choosing --------------------------------------------------------------------------------


def test_a_choice_is_kept_and_journalled_by_group_alone(cast: Cast) -> None:
    client = signed_in(cast.alice)
    form = client.get(CHOICES).context["form"]
    posted = {name: field.initial for name, field in form.fields.items()} | {
        "discussion": "daily",
        "searches": "off",
    }

    assert client.post(CHOICES, posted).status_code == 302
    assert paces(cast.alice) == {"discussion": "daily", "searches": "off"}
    assert Event.objects.get(kind="person.choose_notices").data == {"discussion": "daily", "searches": "off"}


def test_what_always_comes_is_said_and_cannot_be_chosen(cast: Cast) -> None:
    client = signed_in(cast.alice)
    page = client.get(CHOICES)

    assert {group.key for group in page.context["always"]} == {
        "receipts",
        "recalls",
        "security",
        "files",
        "letters",
    }
    assert {"receipts", "recalls", "security"} & set(page.context["form"].fields) == set()
    client.post(CHOICES, {"receipts": "off"})
    assert paces(cast.alice) == {}


def test_each_area_offers_the_notices_that_it_gets(cast: Cast) -> None:
    member_choices, secretariat_choices = (
        set(signed_in(person).get(CHOICES).context["form"].fields) for person in (cast.alice, cast.mona)
    )
    assert ("deadlines" in member_choices, "reviews" in member_choices) == (True, False)
    assert (
        "deadlines" in secretariat_choices,
        "reviews" in secretariat_choices,
        "moderation" in secretariat_choices,
    ) == (False, True, True)


def test_a_pace_that_there_is_not_comes_back_with_what_is_wrong(cast: Cast) -> None:
    page = signed_in(cast.alice).post(CHOICES, {"discussion": "hourly"})
    assert page.status_code == 422
    assert b"hourly" in page.content


# --- The way out -----------------------------------------------------------------------------


def test_a_letter_bears_the_headings_of_one_click(cast: Cast, letter: Any, settings: Any) -> None:
    heads = letter.extra_headers

    assert heads["List-Unsubscribe"].startswith(f"<{settings.ORIGIN}/accounts/unsubscribe/")
    assert heads["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert heads["List-Id"] == "<deadlines.127.0.0.1>"
    assert heads["Auto-Submitted"] == "auto-generated"


def unsubscribe_url(letter: Any, settings: Any) -> str:
    url: str = letter.extra_headers["List-Unsubscribe"].strip("<>").partition(">")[0]
    return url.removeprefix(settings.ORIGIN)


def test_a_mail_program_turns_them_off_without_a_session_or_a_page(
    cast: Cast, letter: Any, settings: Any
) -> None:
    client = Client(enforce_csrf_checks=True)
    url = unsubscribe_url(letter, settings)
    answers = [client.post(url, {"List-Unsubscribe": "One-Click"}).status_code for _twice in range(2)]

    assert answers == [200, 200]
    assert paces(cast.alice) == {"deadlines": "off"}
    assert Event.objects.filter(kind="person.choose_notices").count() == 1


def test_looking_at_the_page_changes_nothing_and_names_nobody(cast: Cast, letter: Any, settings: Any) -> None:
    page = Client().get(unsubscribe_url(letter, settings))

    assert (page.status_code, paces(cast.alice)) == (200, {})
    assert "Deadlines" in page.content.decode()
    assert not any(word in page.content.decode() for word in ("Alice", "aurora", "Aurora"))
    assert page["Cache-Control"].startswith("max-age=0")


def test_after_that_nothing_of_the_kind_is_sent(
    cast: Cast, report: Report, letter: Any, settings: Any, mailoutbox: list[Any]
) -> None:
    Client().post(unsubscribe_url(letter, settings))
    mailoutbox.clear()
    for kind in ("report.extend", "report.request_changes"):
        journal.record(cast.actor("mona"), kind, report)
    run_all_jobs()

    assert [mail.subject for mail in mailoutbox if mail.to == [cast.alice.email]] == [
        "Changes requested: report for Half 1 of 2026"
    ]


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "WzEsImRlYWRsaW5lcyJd:forged",
        signing.Signer(salt="alliance.other").sign_object([1, "deadlines"]),
        signing.dumps([1, "deadlines"]),
    ],
    ids=["short", "forged", "of another purpose", "without a purpose"],
)
def test_a_token_that_was_not_made_for_this_is_not_found(cast: Cast, token: str) -> None:
    assert [Client().get(url).status_code for url in [reverse("unsubscribe", args=[token])]] == [404]
    assert Client().post(reverse("unsubscribe", args=[token])).status_code == 404
    assert NoticePreference.objects.count() == 0


def test_what_always_comes_has_no_way_out(cast: Cast) -> None:
    for token in (token_for(cast.alice.pk, ["receipts"]), token_for(0, ["deadlines"])):
        assert Client().post(reverse("unsubscribe", args=[token])).status_code == 404


# --- Addresses that take no mail -------------------------------------------------------------


def test_a_person_with_a_dead_address_is_notified_on_every_page(cast: Cast, report: Report) -> None:
    bounce(cast.alice)
    client = signed_in(cast.alice)
    for url in (reverse("workspace:home"), reverse("workspace:inbox"), CHOICES):
        assert "E-mails to you are returned" in client.get(url).content.decode(), url

    client.post(reverse("notification-retry"))
    assert "E-mails to you are returned" not in client.get(reverse("workspace:home")).content.decode()


def test_a_dead_address_gets_no_letters_and_its_inbox_goes_on(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    bounce(cast.alice)
    journal.record(cast.actor("mona"), "report.extend", report)
    run_all_jobs()

    assert [mail.to[0] for mail in mailoutbox] == [cast.sven.email]
    assert (
        "Deadline extended: report" in signed_in(cast.alice).get(reverse("workspace:inbox")).content.decode()
    )
    assert "the address does not accept e-mail" in signed_in(cast.alice).get(CHOICES).content.decode()


def test_an_administrator_sees_it_and_lets_it_be_tried_again(cast: Cast) -> None:
    bounce(cast.bob)
    client = signed_in(cast.sven)
    assert "E-mail returned" in client.get(reverse("workspace:people")).content.decode()

    client.post(reverse("workspace:membership-retry-mail", args=[cast.bob.memberships.get().pk]))
    cast.bob.refresh_from_db()
    assert not cast.bob.is_unreachable
    assert Event.objects.get(kind="person.retry_mail").person_id == cast.sven.pk


def test_the_secretariat_sees_it_at_the_member(cast: Cast) -> None:
    bounce(cast.bob)
    page = signed_in(cast.mona).get(reverse("secretariat:member", args=[cast.aurora.pk]))
    assert "E-mail returned" in page.content.decode()


def test_a_new_address_is_good_by_itself(cast: Cast) -> None:
    bounce(cast.bob)
    cast.bob.email = "bob@new.example"
    assert not cast.bob.is_unreachable


def test_what_comes_back_from_an_earlier_address_is_not_held_against_the_new_one(cast: Cast) -> None:
    earlier = address_fingerprint(cast.bob.email)
    Person.objects.filter(pk=cast.bob.pk).update(email="bob@new.example")
    assert record_address_fault(cast.bob.pk, earlier, AddressFault("5.1.1", True)) is False


# --- What was sent ---------------------------------------------------------------------------


def test_the_secretariat_lists_what_was_sent_and_narrows_it(cast: Cast, letter: Any) -> None:
    client = signed_in(cast.mona)
    url = reverse("secretariat:delivery-list")

    def names(query: str) -> list[str]:
        context = client.get(url + query).context
        assert context["form"].errors == {}, query
        return sorted(sent.delivery.recipient.name for sent in context["rows"])

    assert names("") == ["Alice", "Alice", "Sven", "Sven"]
    assert names("?channel=email&person=ali&group=deadlines&state=sent") == ["Alice"]
    assert names("?group=discussion") == names("?state=failed") == names("?day=2020-01-01") == []
    assert "no-such-day" in client.get(url + "?day=no-such-day").content.decode()


def test_ones_own_letters_stand_under_ones_choices(cast: Cast, letter: Any) -> None:
    page = signed_in(cast.alice).get(CHOICES).content.decode()
    assert "Deadline extended: report" in page
    assert "Nothing here yet" in signed_in(cast.carol).get(CHOICES).content.decode()
