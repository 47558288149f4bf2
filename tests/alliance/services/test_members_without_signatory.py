"""Where nobody is left who can sign for a member, its days for a reply stand still; what it files stays due."""

from datetime import date, timedelta

import pytest
from django.core.mail import EmailMessage

from alliance.enums import OrganisationState, ReportState, Role, WaitsFor
from alliance.models import Commitment, Measure, Membership, Organisation, Person, Report
from alliance.queries.absences import signing_absences
from alliance.queries.deadlines import RESPONSE, is_still_due
from alliance.queries.local_dates import day_of, today
from alliance.queries.open_items import open_items
from alliance.queries.planned_publication import obstacles_on
from alliance.queries.reply_days import open_to_reply
from alliance.queries.reviews import with_waits_for
from alliance.services.absences import follow_signatory, note_earlier_losses
from alliance.services.account_decisions import close_account, reopen_account
from alliance.services.freezing import freeze_account, thaw_account
from alliance.services.organisations import reinstate_organisation
from alliance.services.people import appoint_person, end_membership
from alliance.services.reviews import conclude_report, give_verdict
from alliance.tasks import enqueue_reminders_task
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
LOSS, RETURN = "organisation.lose_signatories", "organisation.regain_signatories"
STANDS_STILL = "stand still"
AWAY = 3  # days
LEFT_AND_NOW = pytest.mark.parametrize(("left", "now"), [(2, 2), (0, 0), (-1, -4)])


@pytest.fixture
def report(cast: Cast) -> Report:
    report = make_report(make_cycle(read_charter()), cast.aurora, ReportState.CONCLUDED)
    Report.objects.update(respond_by=today() + timedelta(days=9), concluded_at=None)
    report.refresh_from_db()
    return report


def freeze(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        freeze_account(mona, cast.sven, "Stolen telephone.")


def thaw(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        thaw_account(mona, Person.objects.get(pk=cast.sven.pk), "Seen in person.")


def note(cast: Cast, kind: str, days_ago: int) -> None:
    with acting_as(SYSTEM):
        Event.objects.create(
            kind=kind, actor_kind="system", target_type="alliance.organisation",
            target_id=cast.aurora.pk, at=clock.now() - timedelta(days=days_ago),
        )  # fmt: skip


def frozen_since(cast: Cast, days: int) -> None:
    """Sven, the only signatory, was frozen these days ago."""
    Person.objects.filter(pk=cast.sven.pk).update(is_active=False, frozen_at=clock.now())
    note(cast, LOSS, days)


def noted() -> list[str]:
    with acting_as(SYSTEM):
        return list(
            Event.objects.filter(kind__in=(LOSS, RETURN)).order_by("pk").values_list("kind", flat=True)
        )


def respond_by() -> date | None:
    return Report.objects.get().respond_by


def test_freezing_the_only_signatory_is_noted_once_and_thawing_too(cast: Cast, report: Report) -> None:
    freeze(cast)
    follow_signatory(cast.sven)
    frozen = noted()
    thaw(cast)

    assert (frozen, noted()) == ([LOSS], [LOSS, RETURN])


def test_while_another_can_sign_no_day_stands_still(cast: Cast, report: Report) -> None:
    Membership.objects.filter(person=cast.alice).update(roles=[Role.SIGNATORY])
    freeze(cast)
    thaw(cast)

    assert noted() == []
    assert respond_by() == report.respond_by


@LEFT_AND_NOW
def test_once_thawed_the_member_has_the_days_for_a_reply_that_were_left(
    cast: Cast, report: Report, left: int, now: int
) -> None:
    Report.objects.update(respond_by=today() - timedelta(days=AWAY - left))
    frozen_since(cast, AWAY)

    thaw(cast)

    assert respond_by() == today() + timedelta(days=now)


@pytest.mark.parametrize("is_scheduled", [True, False])
def test_the_days_of_an_account_that_was_frozen_before_the_journal_noted_it_come_back_too(
    cast: Cast, report: Report, *, is_scheduled: bool
) -> None:
    """An upgrade found it so: whether the schedule runs before it is thawed, or not."""
    Report.objects.update(respond_by=today() - timedelta(days=1))
    frozen_at = clock.now() - timedelta(days=AWAY)
    Person.objects.filter(pk=cast.sven.pk).update(is_active=False, frozen_at=frozen_at)
    if is_scheduled:
        enqueue_reminders_task()
        enqueue_reminders_task()
        assert noted() == [LOSS]

    thaw(cast)

    assert noted() == [LOSS, RETURN]
    assert respond_by() == today() + timedelta(days=AWAY - 1)
    with acting_as(SYSTEM):
        assert Event.objects.get(kind=LOSS).data == {"on": day_of(frozen_at).isoformat()}


def test_a_loss_is_not_dated_by_an_account_that_was_opened_again(cast: Cast, report: Report) -> None:
    """Alice's was closed for a month while Sven could sign; he left while she could; now hers is frozen."""
    Membership.objects.filter(person=cast.alice).update(roles=[Role.SIGNATORY])
    now = clock.now()
    with acting_as(cast.actor("mona")) as mona:
        with clock.at(now - timedelta(days=300)):
            close_account(mona, cast.alice, "On leave.")
        with clock.at(now - timedelta(days=270)):
            reopen_account(mona, cast.alice, "Back from leave.")
        Membership.objects.filter(person=cast.sven).update(ended_at=now - timedelta(days=240))
        freeze_account(mona, cast.alice, "Stolen telephone.")

    with acting_as(SYSTEM):
        assert Event.objects.get(kind=LOSS).data == {}


def test_a_later_loss_is_noted_in_its_own_place_among_other_absences(cast: Cast, report: Report) -> None:
    Person.objects.filter(pk=cast.sven.pk).update(
        is_active=False, frozen_at=clock.now() - timedelta(days=AWAY)
    )
    note(cast, "organisation.suspend", AWAY - 1)
    note(cast, "organisation.reinstate", AWAY - 2)
    note_earlier_losses()

    with acting_as(SYSTEM):
        absence = signing_absences([cast.aurora.pk])[cast.aurora.pk]
    assert (absence.ended, absence.since) == ([], today() - timedelta(days=AWAY))


def test_a_member_that_never_had_a_signatory_is_not_noted(cast: Cast, report: Report) -> None:
    Membership.objects.filter(person=cast.sven).update(roles=[Role.EDITOR])

    with acting_as(SYSTEM):
        assert note_earlier_losses() == 0
    assert noted() == []


def test_once_somebody_else_is_appointed_it_has_them_too(cast: Cast, report: Report) -> None:
    frozen_since(cast, AWAY)
    alice = Membership.objects.get(person=cast.alice)

    with acting_as(cast.actor("mona")) as mona:
        appoint_person(mona, alice, [Role.SIGNATORY], office="Counsel", reason="Sven is away.")

    assert respond_by() == today() + timedelta(days=9 + AWAY)
    assert noted() == [LOSS, RETURN]


def test_what_is_to_be_filed_stays_due(cast: Cast, report: Report) -> None:
    due_on = today() + timedelta(days=9)
    Report.objects.update(state=ReportState.DRAFT, submitted_at=None, respond_by=None, due_on=due_on)
    frozen_since(cast, AWAY)

    thaw(cast)

    assert Report.objects.get().due_on == due_on


def reinstate(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        reinstate_organisation(mona, Organisation.objects.get(pk=cast.aurora.pk))


def test_a_day_without_access_and_without_a_signatory_counts_once(cast: Cast, report: Report) -> None:
    frozen_since(cast, 5)
    note(cast, "organisation.suspend", AWAY)
    Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.SUSPENDED)

    thaw(cast)
    while_suspended = respond_by()
    reinstate(cast)

    assert (while_suspended, respond_by()) == (report.respond_by, today() + timedelta(days=9 + 5))


def test_without_a_signatory_the_days_wait_when_access_is_back(cast: Cast, report: Report) -> None:
    note(cast, "organisation.suspend", 5)
    Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.SUSPENDED)
    frozen_since(cast, AWAY)

    reinstate(cast)
    while_frozen = respond_by()
    thaw(cast)

    assert (while_frozen, respond_by()) == (report.respond_by, today() + timedelta(days=9 + 5))


def test_meanwhile_nobody_is_said_to_be_able_to_reply(cast: Cast, report: Report) -> None:
    def waits() -> tuple[int, str]:
        with acting_as(cast.actor("mona")) as mona:
            reports = list(Report.objects.select_related("organisation", "cycle"))
            (row,) = [row for row in open_items(mona, cast.aurora) if row.kind == "Report"]
            return len(obstacles_on(mona, today(), reports, []).replying), row.waits_for

    before = waits()
    freeze(cast)

    assert (before, waits()) == ((1, WaitsFor.MEMBER), (0, WaitsFor.SECRETARIAT))


def test_meanwhile_no_list_has_its_days_and_nobody_is_reminded_of_them(cast: Cast, report: Report) -> None:
    def days() -> tuple[int, str, bool]:
        row = with_waits_for(Report.objects.filter(pk=report.pk)).get()
        assert row.respond_by is not None
        is_due = is_still_due(RESPONSE, row, row.respond_by)
        return Report.objects.filter(open_to_reply(today())).count(), row.waits_for, is_due

    with acting_as(SYSTEM):
        before = days()
        freeze(cast)

        assert (before, days()) == ((1, WaitsFor.MEMBER, True), (0, WaitsFor.SECRETARIAT, False))


@pytest.mark.parametrize("act", ["end", "close"])
def test_a_former_member_that_loses_its_last_signatory_is_noted_too(
    cast: Cast, report: Report, act: str
) -> None:
    """It may come back: a merger is taken back."""
    Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.FORMER)

    if act == "end":
        with acting_as(SYSTEM):
            end_membership(SYSTEM, Membership.objects.get(person=cast.sven))
    else:
        with acting_as(cast.actor("mona")) as mona:
            close_account(mona, cast.sven, "Has left.")

    assert noted() == [LOSS]


def test_a_conclusion_meanwhile_promises_no_days(
    cast: Cast, report: Report, mailoutbox: list[EmailMessage]
) -> None:
    make_submission(report, ReportState.IN_REVIEW)
    Report.objects.update(reviewer=cast.rita, respond_by=None)
    charter = report.cycle.charter
    with acting_as(cast.actor("rita")) as rita:
        for measure in Measure.objects.filter(charter=charter):
            give_verdict(rita, report, measure=measure, value="limited", reason="As filed.")
        for commitment in Commitment.objects.filter(charter=charter):
            give_verdict(rita, report, commitment=commitment, value="limited", reason="As filed.")
        freeze(cast)
        page = words_of(signed_in(cast.rita).get(f"/secretariat/reviews/{report.pk}/conclude/"))
        conclude_report(rita, Report.objects.get())
    run_all_jobs()

    assert "days begin once somebody can" in page
    assert "it may reply" not in page
    letters = [each.body for each in mailoutbox if "review is concluded" in each.subject]
    assert letters
    assert all(STANDS_STILL in each and "may reply until" not in each for each in letters)


def test_the_pages_say_that_the_days_stand_still(cast: Cast, report: Report) -> None:
    own = f"/workspace/reports/{report.pk}/"
    before = words_of(signed_in(cast.alice).get(own))
    account = words_of(signed_in(cast.mona).get(f"/secretariat/accounts/{cast.sven.pk}/freeze/"))
    freeze(cast)

    assert STANDS_STILL not in before
    assert STANDS_STILL in account
    assert STANDS_STILL in words_of(signed_in(cast.alice).get(own))


@pytest.mark.parametrize(("left", "stands_still"), [(2, True), (-1, False)])
def test_also_once_the_last_day_is_over_which_it_has_left(
    cast: Cast, report: Report, left: int, stands_still: bool
) -> None:
    Report.objects.update(respond_by=today() - timedelta(days=AWAY - left))
    frozen_since(cast, AWAY)

    page = words_of(signed_in(cast.alice).get(f"/workspace/reports/{report.pk}/"))

    assert (STANDS_STILL in page) == stands_still
