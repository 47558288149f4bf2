"""The owner of a token is reminded 14 and 3 days before it runs out, each once, and only while it works."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alliance import tasks
from alliance.models import ApiToken, Person
from alliance.queries import tokens as queries
from alliance.queries.local_dates import end_of_day, end_of_term, today
from alliance.services import tokens
from alliance.services.accounts import set_password
from alliance.services.notifications import save_notice_paces
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job
from portal.kernel.journal import Event
from portal.kernel.notices import Channel, Delivery, Pace
from tests.factories import Cast
from tests.support.bearers import token_of
from tests.support.calendar import Calendar
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    """It is the next Tuesday: neither step of a token for 90 days falls on a weekend."""
    real_day = timezone.localdate()
    return Calendar(monkeypatch, real_day + timedelta(days=(1 - real_day.weekday()) % 7))


@pytest.fixture
def day(calendar: Calendar) -> Callable[[int], None]:
    """Beat comes round so many days from then, at midnight and in the morning."""
    first = calendar.today

    def comes(days: int) -> None:
        calendar.set(first + timedelta(days=days))
        tasks.enqueue_reminders_task()
        run_all_jobs()
        calendar.morning()

    return comes


@pytest.fixture
def token(cast: Cast) -> ApiToken:
    """Alice's, good for the usual 90 days."""
    return make_token(cast.alice)


def make_token(person: Person, **changes: Any) -> ApiToken:
    """Made today, as the calendar says: the database, which stamps it, knows the real day alone."""
    with acting_as(SYSTEM):
        before = set(ApiToken.objects.values_list("pk", flat=True))
        token_of(person)
        new_tokens = ApiToken.objects.exclude(pk__in=before)
        new_tokens.update(created_at=timezone.now(), **changes)
        return ApiToken.objects.get(pk=new_tokens.get().pk)


def keys() -> list[str]:
    rows = Job.objects.filter(kind="remind_token").order_by("pk")
    return [key.rpartition(":")[2] for key in rows.values_list("dedupe_key", flat=True)]


def notified_names() -> list[str]:
    rows = Delivery.objects.filter(channel=Channel.INBOX, event__kind="token.remind")
    return sorted(rows.values_list("recipient__name", flat=True))


def test_day_by_day_each_step_is_reminded_of_once_and_its_owner_alone(
    token: ApiToken, day: Callable[[int], None]
) -> None:
    for number in range(70, 95):
        day(number)
        day(number)

    assert keys() == ["14d", "3d"]
    assert notified_names() == ["Alice", "Alice"]


def test_a_token_works_until_the_end_of_its_last_day(token: ApiToken) -> None:
    last = today() + timedelta(days=90)
    assert (queries.expiry_day(token), token.expires_at) == (last, end_of_day(last))
    with clock.at(end_of_day(last) - timedelta(seconds=1)):
        assert queries.token_state(token) == "works"
        assert queries.days_left(token) == 0
    with clock.at(end_of_day(last)):
        assert queries.token_state(token) == "run_out"


def test_a_token_that_is_made_for_ten_days_is_reminded_of_once(
    cast: Cast, day: Callable[[int], None]
) -> None:
    make_token(cast.alice, expires_at=end_of_term(10))

    for number in range(12):
        day(number)

    assert keys() == ["3d"]


@pytest.mark.parametrize("end", ["revoked", "turned off", "password", "left"])
def test_of_what_works_no_more_nobody_is_reminded(
    cast: Cast, token: ApiToken, day: Callable[[int], None], end: str
) -> None:
    if end == "revoked":
        with acting_as(cast.actor("alice")) as alice:
            tokens.revoke_token(alice, token)
    elif end == "turned off":
        with acting_as(cast.actor("sven")) as sven:
            tokens.allow_tokens(sven, False)
    elif end == "password":
        set_password(cast.alice, "another good long password")
    else:
        cast.alice.memberships.update(ended_at=timezone.now())

    day(80)

    assert (keys(), notified_names()) == ([], [])


def test_one_that_is_revoked_before_the_job_is_done_is_not_reminded_of(cast: Cast, token: ApiToken) -> None:
    with acting_as(cast.actor("alice")) as alice:
        tokens.revoke_token(alice, token)

    with acting_as(SYSTEM):
        assert tokens.record_token_reminder(token.pk, date(2030, 1, 1), date(2029, 12, 18)) is False
    assert not Event.objects.filter(kind="token.remind").exists()


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "14 days left: your token test", "14 days left: your token test expires."),
        ("ru", "Осталось 14 дней: истекает ваш токен test", "Осталось 14 дней: истекает ваш токен test."),
    ],
)
def test_the_letter_speaks_its_readers_language(
    cast: Cast, day: Callable[[int], None], mailoutbox: list[Any], language: str, subject: str, words: str
) -> None:
    Person.objects.filter(pk=cast.alice.pk).update(language=language)
    cast.alice.refresh_from_db()
    token = make_token(cast.alice)
    run_all_jobs()
    mailoutbox.clear()

    day(queries.days_left(token) - 14)

    [letter] = mailoutbox
    assert letter.subject.startswith(subject)
    assert words in letter.body
    assert words in letter.alternatives[0][0]


def test_a_person_who_wants_no_such_letters_gets_none(
    cast: Cast, token: ApiToken, day: Callable[[int], None], mailoutbox: list[Any]
) -> None:
    run_all_jobs()
    mailoutbox.clear()
    save_notice_paces(cast.alice, {"programs": Pace.OFF})

    day(80)

    assert (mailoutbox, notified_names()) == ([], ["Alice"])


def test_the_list_shows_the_days_that_are_left(
    cast: Cast, token: ApiToken, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # sessions end by the real clock
    client.force_login(cast.alice)

    assert f"{queries.days_left(token)} days left" in client.get("/workspace/tokens/").text
