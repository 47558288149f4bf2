"""An alert that expires: its source is reminded before, and with those who use or follow it when it has expired."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal.kernel.access import SYSTEM, acting_as
from practices import tasks
from practices.enums import Label, PracticeState
from practices.models import Follow, Practice
from tests.factories import Cast
from tests.support.calendar import Calendar
from tests.support.jobs import run_all_jobs
from tests.support.notifications import (
    adopt_practice,
    inbox_lines_of,
    make_shared_practice,
    secrets_in_letters,
)

pytestmark = pytest.mark.django_db

LAST_DAY = date(2026, 9, 24)  # a Thursday
SOON = "7 days left: extend your alert with a new version, or retire it"
EXPIRED = "Your alert has expired: extend it with a new version, or retire it"
USED = "An alert that you use or follow has expired"


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    return Calendar(monkeypatch, LAST_DAY - timedelta(days=10))


def make_alert(cast: Cast, label: str = Label.GREEN) -> Practice:
    practice = make_shared_practice(cast, label)
    Practice.objects.filter(pk=practice.pk).update(expires_on=LAST_DAY)
    return practice


def pass_days(calendar: Calendar, days: int) -> None:
    """Beat comes round twice each day."""
    for _day in range(days):
        calendar.pass_days(1)
        for _round in range(2):
            tasks.enqueue_expiry_reminders_task()
            run_all_jobs()
        calendar.morning()


def subjects_to(letters: list[Any], person: Any) -> list[str]:
    return [letter.subject for letter in letters if letter.to == [person.email]]


def test_the_source_is_reminded_once_before_and_everybody_once_when_it_has_expired(
    cast: Cast, calendar: Calendar, mailoutbox: list[Any]
) -> None:
    practice = make_alert(cast)
    with acting_as(SYSTEM):
        Follow.objects.create(practice=practice, person=cast.carol, organisation=cast.beacon)
    mailoutbox.clear()
    pass_days(calendar, 9)
    assert subjects_to(mailoutbox, cast.alice) == [f"[TLP:GREEN] {SOON} (Canary & title)"]
    assert subjects_to(mailoutbox, cast.carol) == []
    pass_days(calendar, 12)

    assert subjects_to(mailoutbox, cast.alice)[1:] == [f"[TLP:GREEN] {EXPIRED} (Canary & title)"]
    assert subjects_to(mailoutbox, cast.carol) == [f"[TLP:GREEN] {USED} (Canary & title)"]


def test_a_label_with_named_readers_keeps_title_and_source_out_of_the_letters(
    cast: Cast, calendar: Calendar, mailoutbox: list[Any]
) -> None:
    practice = make_alert(cast, Label.AMBER)
    adopt_practice(cast, practice, Label.AMBER)
    mailoutbox.clear()
    pass_days(calendar, 12)

    assert [subject.partition("]")[0] for subject in subjects_to(mailoutbox, cast.carol)] == ["[TLP:AMBER"]
    assert secrets_in_letters(mailoutbox) == set()


@pytest.mark.parametrize("change", ["retired", "prolonged"])
def test_an_alert_that_was_retired_or_prolonged_is_not_reminded_of(
    cast: Cast, calendar: Calendar, mailoutbox: list[Any], change: str
) -> None:
    practice = make_alert(cast)
    if change == "retired":
        Practice.objects.filter(pk=practice.pk).update(state=PracticeState.RETIRED)
    else:
        Practice.objects.filter(pk=practice.pk).update(expires_on=LAST_DAY + timedelta(days=90))
    mailoutbox.clear()
    pass_days(calendar, 14)

    assert mailoutbox == []
    assert [line for _name, line in inbox_lines_of("Alice", "Sven") if "alert" in line] == []
