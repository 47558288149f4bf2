"""Following the public record by e-mail: the form, the links, and how it ends."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from alliance.enums import LetterPace
from alliance.models import PublicQuestion, Subscriber, Subscription
from alliance.queries.personal_data.outside import OUTSIDE_PARTS
from alliance.services import subscription_digests
from alliance.services.retention import RETENTION_RULES
from alliance.web.forms import person_check
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job
from portal.kernel.journal import Event
from portal.kernel.mail import AddressFault, Bounce, Complaint, LetterReference, address_fingerprint
from portal.kernel.notices import record_bounce, record_complaint
from portal.kernel.operations import cancel_job
from tests.factories import Cast, make_cycle, read_charter
from tests.support.following import (
    EMAIL,
    ask,
    follow,
    let_mornings_come,
    link_in,
    publish,
    send_digests_at_once,
    subscribers,
)
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of
from tests.support.personal_data import all_rows
from tests.support.world_public_questions import make_public_question

pytestmark = pytest.mark.django_db

SLUGS = ("2024-h1", "2024-h2", "2025-h1", "2025-h2")
PERMANENT = AddressFault("5.1.1", is_permanent=True)
FORM = "/en/follow/?kind=member&key=aurora-video"
FIELDS = {"email": EMAIL, "language": "en", "pace": "daily", "answer": "7", "fax": "", "proof": ""}


@pytest.fixture(autouse=True)
def digests_at_once(pages_are_new: None, monkeypatch: pytest.MonkeyPatch) -> None:
    send_digests_at_once(monkeypatch)


def post(client: Client, monkeypatch: pytest.MonkeyPatch, address: str = FORM, **changes: str) -> Any:
    """The form, filled in by somebody who took their time."""
    (opened,) = re.findall(r'name="opened" value="([^"]+)"', client.get(address).content.decode())
    monkeypatch.setattr(person_check, "OPEN_FOR_SECONDS", (0, 60))
    return client.post(address, {**FIELDS, "opened": opened, **changes})


# --- Asking and confirming -----------------------------------------------------------------------


@pytest.mark.parametrize("address", [FORM, "/en/apply/", "/en/questions/ask/"])
def test_the_question_that_vouches_for_a_person_is_not_called_optional(client: Client, address: str) -> None:
    """Whoever sees it, without the script that answers for them, has to answer it."""
    page = words_of(client.get(address))

    assert "How many days does a week have? So that programs do not" in page


def test_nothing_is_sent_before_the_address_is_confirmed(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post(client, monkeypatch)["Location"] == "/en/follow/sent/"
    run_all_jobs()
    (letter,) = mail.outbox
    link = link_in(letter, "confirm")
    mail.outbox.clear()
    publish(cast)
    assert let_mornings_come() == []

    assert "Aurora Video" in words_of(client.get(link))
    with acting_as(SYSTEM):
        assert Subscription.objects.get().confirmed_at is None  # a GET changes nothing
    answer = client.post(link)
    assert answer["Location"].startswith("/en/follow/link/")
    assert "Aurora Video" in words_of(client.get(answer["Location"]))
    assert client.post(link)["Location"] == answer["Location"]  # again, it does nothing


@pytest.mark.parametrize("changes", [{"answer": "eight"}, {"email": "nobody"}, {"pace": "hourly"}])
def test_an_incomplete_form_shows_its_errors_and_sends_nothing(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str]
) -> None:
    assert post(client, monkeypatch, **changes).status_code == 422
    run_all_jobs()

    assert (mail.outbox, subscribers()) == ([], 0)


@pytest.mark.parametrize("query", ["?kind=member&key=nobody", "?kind=harm&key=all", "?kind=practice&key=x"])
def test_an_unknown_subject_cannot_be_followed(client: Client, query: str) -> None:
    assert client.get(f"/en/follow/{query}").status_code == 404


def test_a_mistyped_address_is_the_only_fault_where_a_script_has_vouched(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault, question = "Enter a valid email address.", "Write the number of days"

    vouched = words_of(post(client, monkeypatch, email="parent@home", answer="", proof="2026-11-29:7"))
    silent = words_of(post(client, monkeypatch, email="parent@home", answer=""))
    wrong = words_of(post(client, monkeypatch, answer="", proof="2026-11-29:7"))

    assert (fault in vouched, question in vouched) == (True, False)
    assert (fault in silent, question in silent) == (True, True)
    assert (fault in wrong, question in wrong) == (False, True)
    assert mail.outbox == []


def test_the_answer_is_the_same_for_a_known_address(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow()
    answers = [
        (answer.status_code, answer["Location"], answer.content)
        for answer in (
            post(client, monkeypatch, email=email) for email in (EMAIL.upper(), "new@home.example")
        )
    ]

    assert answers[0] == answers[1]


def test_an_address_gets_ten_letters_a_day_and_no_more(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [post(client, monkeypatch).status_code for _time in range(11)]

    assert answers == [*[302] * 10, 429]


def test_asking_again_sends_the_link_to_all_subscriptions(client: Client, cast: Cast) -> None:
    token = follow()
    ask(language="ru")
    ask(language="ru")
    run_all_jobs()

    (letter,) = mail.outbox
    assert token in letter.body
    with acting_as(SYSTEM):
        assert (Subscription.objects.count(), Subscriber.objects.get().language) == (1, "en")


def test_language_and_pace_of_the_last_confirmation_hold_for_all(client: Client, cast: Cast) -> None:
    token = follow()
    follow("cycle", make_cycle(read_charter()).slug, language="ru", pace="weekly")

    with acting_as(SYSTEM):
        subscriber = Subscriber.objects.get()
    assert (subscriber.language, subscriber.pace) == ("ru", LetterPace.WEEKLY)
    page = words_of(client.get(f"/ru/follow/link/{token}/"))
    assert "Aurora Video" in page


def test_a_confirmation_is_good_for_two_days_and_then_purged(client: Client, cast: Cast) -> None:
    ask()
    run_all_jobs()
    link = link_in(mail.outbox[0], "confirm")
    with acting_as(SYSTEM):
        Subscription.objects.update(confirm_until=clock.now() - timedelta(seconds=1))
    assert client.post(link)["Location"] == "/en/follow/outdated/"

    (rule,) = [each for each in RETENTION_RULES if each.name == "subscriptions"]
    with acting_as(SYSTEM):
        for rows in rule.rows:
            rows(timezone.now()).delete()
    assert subscribers() == 0


def test_asking_anew_replaces_the_link(client: Client, cast: Cast) -> None:
    ask()
    run_all_jobs()
    ask()
    run_all_jobs()
    first, second = (link_in(letter, "confirm") for letter in mail.outbox)

    assert client.post(first)["Location"] == "/en/follow/outdated/"
    assert client.post(second)["Location"].startswith("/en/follow/link/")


def test_an_address_follows_so_much_and_no_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alliance.services.subscriptions.MOST_SUBSCRIPTIONS", 1)
    follow()
    ask("record", "all")
    run_all_jobs()

    (letter,) = mail.outbox
    assert "end one before you add another" in letter.body


def test_a_letter_that_a_manager_has_cancelled_is_in_no_later_one(cast: Cast) -> None:
    follow()
    publish(cast)
    with acting_as(SYSTEM):
        Subscriber.objects.update(last_on=date(2026, 1, 1))
    subscription_digests.enqueue_follow_digests()
    cancel_job(cast.actor("mona"), Job.objects.get(kind="send_follow_digest"), "It went out before.")

    assert let_mornings_come() == []
    publish(cast, "2026-h2")
    (letter,) = let_mornings_come()
    assert "Half 1 of 2026" not in letter.body


# --- How it ends ---------------------------------------------------------------------------------


def test_a_mail_program_ends_it_with_one_click(client: Client, cast: Cast) -> None:
    follow()
    publish(cast)
    (letter,) = let_mornings_come()
    headers = letter.extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (address,) = re.findall(r"<https?://[^/]+(/en/follow/stop/[^>]+)>", headers["List-Unsubscribe"])

    assert "End all letters" in words_of(client.get(address))
    assert subscribers() == 1  # a GET changes nothing
    for _again in range(2):
        assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert subscribers() == 0


def test_one_subject_ends_by_itself_and_the_last_one_erases_the_address(client: Client, cast: Cast) -> None:
    token = follow()
    follow("record", "all")
    with acting_as(SYSTEM):
        first, second = Subscription.objects.values_list("pk", flat=True)
    page = f"/en/follow/link/{token}/"

    assert client.post(f"{page}end/{first}/")["Location"] == page
    assert client.post(f"{page}end/{first}/")["Location"] == page
    assert client.post(f"{page}end/{second}/")["Location"] == "/en/follow/ended/"
    assert subscribers() == 0


def test_a_link_ends_nothing_of_somebody_else(client: Client, cast: Cast) -> None:
    token = follow()
    follow(email="other@home.example")
    with acting_as(SYSTEM):
        other = Subscription.objects.get(subscriber__email="other@home.example")
    client.post(f"/en/follow/link/{token}/end/{other.pk}/")

    with acting_as(SYSTEM):
        assert Subscription.objects.count() == 2


def test_language_and_pace_are_changed_behind_the_link(client: Client, cast: Cast) -> None:
    token = follow()
    assert client.post(f"/en/follow/link/{token}/", {"language": "ru", "pace": "weekly"}).status_code == 302
    assert client.post(f"/en/follow/link/{token}/", {"language": "xx", "pace": "weekly"}).status_code == 422

    with acting_as(SYSTEM):
        subscriber = Subscriber.objects.get()
    assert (subscriber.language, subscriber.pace) == ("ru", "weekly")


def come_back(fault: AddressFault = PERMANENT) -> None:
    with acting_as(SYSTEM):
        pk = Subscriber.objects.values_list("pk", flat=True).get()
    record_bounce(Bounce(LetterReference("f", pk, address_fingerprint(EMAIL)), fault))


def test_three_letters_in_a_row_that_came_back_end_it(cast: Cast) -> None:
    follow()
    for slug in SLUGS[:3]:
        publish(cast, slug)
        assert len(let_mornings_come()) == 1
        assert subscribers() == 1
        come_back()
        if slug != SLUGS[2]:
            come_back()  # twice about one letter

    assert subscribers() == 0


def test_a_letter_that_arrived_begins_the_count_anew(cast: Cast) -> None:
    follow()
    for slug, returns in zip(SLUGS, (True, True, False, True), strict=True):
        publish(cast, slug)
        let_mornings_come()
        if returns:
            come_back()

    with acting_as(SYSTEM):
        assert Subscriber.objects.get().bounces == 1


def test_an_address_that_takes_no_confirmation_is_removed(cast: Cast) -> None:
    ask()
    come_back(AddressFault("5.2.2", is_permanent=False))
    assert subscribers() == 1
    come_back()
    assert subscribers() == 0


def test_a_letter_reported_as_spam_ends_it(cast: Cast) -> None:
    follow()
    with acting_as(SYSTEM):
        pk = Subscriber.objects.values_list("pk", flat=True).get()
    record_complaint(Complaint(LetterReference("f", pk, address_fingerprint(EMAIL))))

    assert subscribers() == 0


# --- Personal data -------------------------------------------------------------------------------


def test_the_journal_has_no_address(client: Client, cast: Cast) -> None:
    token = follow()
    client.post(f"/en/follow/stop/{token}/")

    with acting_as(SYSTEM):
        events = list(Event.objects.filter(kind__startswith="subscription.").order_by("pk"))
    assert [event.kind for event in events] == ["subscription.confirm", "subscription.end"]
    assert all("home.example" not in str(event.data) for event in events)


def test_subscribers_are_unreadable_and_exported_to_themselves(cast: Cast) -> None:
    follow(email=cast.alice.email)
    for name in ("alice", "mona", "rita"):
        with acting_as(cast.actor(name)) as actor:
            assert not Subscriber.objects.visible_to(actor).exists()
            assert not Subscriber.objects.exists()
    (part,) = [each for each in OUTSIDE_PARTS if each.name == "subscriptions"]
    rows = all_rows(part, [cast.actor("alice")])
    assert [(row["kind"], row["key"]) for row in rows] == [("member", "aurora-video")]


def test_a_hidden_question_is_no_news_any_more(cast: Cast) -> None:
    follow()
    now = clock.now()
    question = make_public_question(
        cast.aurora, text="Who?", answer="We.", answer_language="en", answered_at=now, state="answered",
        asker_agrees=True, published_at=now,
    )  # fmt: skip
    with acting_as(SYSTEM):
        PublicQuestion.objects.filter(pk=question.pk).update(published_at=None)

    assert let_mornings_come() == []
