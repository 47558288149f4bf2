"""Reminders of proposed corrections: to the other side alone, before its last day, and not once it has answered."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage

from alliance.enums import Role
from alliance.models import Correction, Report
from alliance.queries.local_dates import today
from alliance.services.correction_reminders import enqueue_correction_reminders
from alliance.services.corrections import (
    add_correction_note,
    agree_to_correction,
    object_to_correction,
    withdraw_correction,
)
from alliance.tasks import enqueue_reminders_task
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from portal.kernel.notices import Channel, Delivery
from tests.factories import Cast, make_cycle, make_person, read_charter
from tests.support.corrections import LIVE, VERDICT, figures, proposed
from tests.support.jobs import run_all_jobs
from tests.support.published_reports import make_published_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def correction(cast: Cast) -> Correction:
    """Proposed by the member; the secretariat has until the day after tomorrow."""
    make_published_report(make_cycle(read_charter()), cast.aurora, figures("2960", "394"))
    row = proposed(cast, Report.objects.get(), LIVE, "349")
    row.proposed_at, row.respond_by = clock.now() - timedelta(days=12), today() + timedelta(days=2)
    row.save()
    return row


def reminders() -> int:
    with acting_as(SYSTEM):
        return Event.objects.filter(kind="correction.remind").count()


def test_the_other_side_is_reminded_once_of_each_step(cast: Cast, correction: Correction) -> None:
    enqueue_reminders_task()
    with acting_as(SYSTEM):
        assert enqueue_correction_reminders() == 0

    run_all_jobs()

    assert reminders() == 1
    reminded = Delivery.objects.filter(channel=Channel.INBOX, event__kind="correction.remind")
    assert sorted(reminded.values_list("recipient__name", flat=True)) == ["Mona", "Rita"]


def test_an_answer_meanwhile_leaves_the_reminder_out(cast: Cast, correction: Correction) -> None:
    with acting_as(SYSTEM):
        assert enqueue_correction_reminders() == 1
    with acting_as(cast.actor("mona")) as actor:
        agree_to_correction(actor, correction)

    run_all_jobs()

    assert reminders() == 0


@pytest.mark.parametrize(
    ("proposed_days_ago", "days_left", "queued"), [(0, 1, 0), (1, 1, 1), (12, 0, 1), (12, -1, 0), (6, 8, 0)]
)
def test_the_days_of_a_reminder(
    correction: Correction, proposed_days_ago: int, days_left: int, queued: int
) -> None:
    correction.proposed_at = clock.now() - timedelta(days=proposed_days_ago)
    correction.respond_by = today() + timedelta(days=days_left)
    correction.save()

    with acting_as(SYSTEM):
        assert enqueue_correction_reminders() == queued


# --- Who decides where there is no answer ---------------------------------------------------------


def notified(kind: str) -> list[str]:
    run_all_jobs()
    rows = Delivery.objects.filter(channel=Channel.INBOX, event__kind=kind)
    return sorted(rows.values_list("recipient__name", flat=True))


def test_an_auditor_is_notified_of_what_the_secretariat_proposes(
    cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    make_person("Otto", cast.secretariat, Role.AUDITOR)
    make_published_report(make_cycle(read_charter()), cast.aurora, figures("2960", "394"))
    row = proposed(cast, Report.objects.get(), LIVE, "349", by="rita")

    assert notified("correction.propose") == ["Alice", "Mona", "Otto", "Sven"]
    of_otto, of_sven = (
        [mail.body for mail in mailoutbox if mail.to[0].startswith(name)][-1] for name in ("otto", "sven")
    )
    assert "The member agrees or objects until" in of_otto
    assert "Agree or object until" in of_sven
    assert "another manager of the secretariat or an auditor decides" in " ".join(of_sven.split())

    with acting_as(cast.actor("sven")) as sven:
        object_to_correction(sven, row, "The log says 394.")
    assert notified("correction.object") == ["Alice", "Mona", "Otto", "Rita"]


def test_an_auditor_is_not_notified_of_what_a_member_proposes(cast: Cast, correction: Correction) -> None:
    make_person("Otto", cast.secretariat, Role.AUDITOR)

    with acting_as(cast.actor("rita")) as rita:
        add_correction_note(rita, correction, "Which log?", "en")

    assert notified("correction.propose") == ["Mona", "Rita"]
    assert notified("correction.add_note") == ["Alice", "Mona", "Sven"]


@pytest.mark.parametrize("is_of_verdict", [True, False])
def test_the_reviewer_is_notified_where_the_secretariat_corrects_a_verdict(
    cast: Cast, *, is_of_verdict: bool
) -> None:
    cycle = make_cycle(read_charter())
    make_published_report(cycle, cast.aurora, figures("2960", "394"), verdicts={"find": "complete"})
    report = Report.objects.get()
    Report.objects.update(reviewer=cast.rita)
    place, new = (VERDICT, {"reason": "Said better."}) if is_of_verdict else (LIVE, "349")

    row = proposed(cast, report, place, new, by="mona")
    with acting_as(cast.actor("mona")) as mona:
        withdraw_correction(mona, row)

    concerned = ["Alice", "Rita", "Sven"] if is_of_verdict else ["Alice", "Sven"]
    assert notified("correction.propose") == concerned
    assert notified("correction.withdraw") == concerned
