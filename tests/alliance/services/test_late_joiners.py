"""Members without a report in an open cycle: outside its count, included, left out, and a change of mind."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import CycleState, ReportState, Standing
from alliance.models import Accession, Cycle, Organisation, Report
from alliance.queries.late_joiners import AccessReturn, explained_joiners, late_joiners
from alliance.queries.local_dates import day_of, today
from alliance.queries.public.obligations import PublicObligation, obligations_in
from alliance.queries.report_history import report_history
from alliance.services.late_joiners import JoinerDecision, decide_late_joiners, include_late_joiner
from alliance.services.obligations import exempt_report
from alliance.services.publications import record_report_notice
from portal.kernel import journal
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from portal.kernel.text import format_date
from tests.factories import Cast, make_cycle, make_organisation, make_report, read_charter
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_cycle

pytestmark = pytest.mark.django_db

REASON = "It joined in the last week."


@pytest.fixture
def cycle(cast: Cast) -> Cycle:
    cycle = make_cycle(read_charter())
    make_report(cycle, cast.aurora)
    return cycle


@pytest.fixture
def mona(cast: Cast) -> Any:
    with acting_as(cast.actor("mona")) as actor:
        yield actor


@pytest.fixture
def vesper(cycle: Cycle) -> Organisation:
    """Signed the charter today."""
    vesper = make_organisation("vesper-maps")
    Accession.objects.create(
        organisation=vesper, charter=cycle.charter, state="published", signed_at=timezone.now()
    )
    return vesper


def plain(text: str) -> str:
    """With plain spaces, as `words_of` has it."""
    return " ".join(text.split())


def include(mona: Actor, cycle: Cycle, organisation: Organisation, days: int = 20) -> Report:
    day = cycle.due_on + timedelta(days=days)
    return decide_late_joiners(mona, cycle, [JoinerDecision(organisation, due_on=day)])[0]


def test_a_late_joiner_is_not_counted_until_decided(cycle: Cycle, mona: Actor, vesper: Organisation) -> None:
    (joiner,) = late_joiners(mona, cycle)

    assert (joiner.organisation, joiner.joined_on) == (vesper, timezone.localdate())
    assert Report.objects.filter(cycle=cycle).count() == 1


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("organisation.reinstate", "reinstated on"),
        ("organisation.take_back_merger", "merger taken back on"),
    ],
)
def test_a_member_that_is_back_since_the_opening_is_not_said_to_have_joined(
    cast: Cast, cycle: Cycle, mona: Actor, vesper: Organisation, kind: str, words: str
) -> None:
    signed_at = timezone.now() - timedelta(days=800)
    Accession.objects.filter(organisation=vesper).update(signed_at=signed_at)
    with acting_as(SYSTEM):
        journal.record(SYSTEM, "cycle.open", cycle)
        journal.record(SYSTEM, kind, vesper)

    (joiner,) = explained_joiners(mona, cycle)
    desk = words_of(signed_in(cast.mona).get(f"/secretariat/cycles/{cycle.slug}/"))
    page = signed_in(cast.mona).get(f"/secretariat/cycles/{cycle.slug}/joiners/")
    (proposed,) = page.context["form"].rows()

    assert joiner.returned == AccessReturn(today(), is_merger="merger" in words)
    assert not joiner.signed_later
    tag = plain(f"signed the charter on {format_date(day_of(signed_at))}, {words} {format_date(today())}")
    assert tag in desk
    assert tag in words_of(page)
    reason = f"{words.capitalize()} {format_date(today())}, after the cycle had been opened."
    assert proposed[-1].initial == reason


def test_of_a_member_that_signed_earlier_and_was_here_no_cause_is_made_up(
    cycle: Cycle, mona: Actor, vesper: Organisation
) -> None:
    Accession.objects.filter(organisation=vesper).update(signed_at=timezone.now() - timedelta(days=800))
    with acting_as(SYSTEM):
        journal.record(SYSTEM, "organisation.reinstate", vesper)
        journal.record(SYSTEM, "cycle.open", cycle)

    (joiner,) = explained_joiners(mona, cycle)

    assert (joiner.returned, joiner.signed_later, joiner.public_reason) == (None, False, "")


def test_the_row_of_a_member_that_is_back_says_since_when(
    cast: Cast, cycle: Cycle, mona: Actor, vesper: Organisation
) -> None:
    signed_at = timezone.now() - timedelta(days=800)
    Accession.objects.filter(organisation=vesper).update(signed_at=signed_at)
    with acting_as(SYSTEM):
        journal.record(SYSTEM, "cycle.open", cycle)
        journal.record(SYSTEM, "organisation.reinstate", vesper)
    include(mona, cycle, vesper)

    page = words_of(signed_in(cast.mona).get(f"/secretariat/cycles/{cycle.slug}/?show=joined"))

    days = [format_date(day) for day in (day_of(signed_at), today())]
    assert plain("signed the charter on {}, reinstated on {}".format(*days)) in page


@pytest.mark.parametrize(
    "change",
    [{"state": "suspended"}, {"kind": "partner"}, {"state": "applicant"}],
    ids=["suspended", "partner", "applicant"],
)
def test_others_than_active_members_do_not_join(
    cycle: Cycle, mona: Actor, vesper: Organisation, change: dict[str, str]
) -> None:
    Organisation.objects.filter(pk=vesper.pk).update(**change)

    assert late_joiners(mona, cycle) == []


def test_who_was_left_out_reports_for_the_first_time_later(
    cast: Cast, cycle: Cycle, mona: Actor, vesper: Organisation
) -> None:
    decide_late_joiners(mona, cycle, [JoinerDecision(vesper, reason=REASON)])
    make_cycle(cycle.charter, "2096-h1", CycleState.PLANNED)

    page = words_of(signed_in(cast.mona).get("/secretariat/cycles/2096-h1/open/"))

    assert [f"{name} for the first time" in page for name in ("Vesper Maps", "Aurora Video")] == [True, False]


def test_included_with_a_day_of_its_own(cycle: Cycle, mona: Actor, vesper: Organisation) -> None:
    report = include(mona, cycle, vesper)

    assert (report.state, report.joined_on) == (ReportState.DRAFT, timezone.localdate())
    assert report.due_on == cycle.due_on + timedelta(days=20)
    assert late_joiners(mona, cycle) == []
    assert Event.objects.get(kind="report.include").data["due_on"] == report.due_on.isoformat()


def test_included_by_no_day_before_one_that_has_moved_meanwhile(
    cycle: Cycle, mona: Actor, vesper: Organisation
) -> None:
    (report,) = decide_late_joiners(mona, cycle, [JoinerDecision(vesper, reason=REASON)])
    day = report.cycle.due_on
    Cycle.objects.filter(pk=cycle.pk).update(due_on=day + timedelta(days=7))

    with pytest.raises(DomainError, match="or later"):
        include_late_joiner(mona, report, day)


def test_left_out_with_a_reason(cycle: Cycle, mona: Actor, vesper: Organisation) -> None:
    (report,) = decide_late_joiners(mona, cycle, [JoinerDecision(vesper, reason=REASON)])

    assert (report.state, report.exempt_reason) == (ReportState.EXEMPT, REASON)
    assert late_joiners(mona, cycle) == []


def test_a_change_of_mind_both_ways(cycle: Cycle, mona: Actor, vesper: Organisation) -> None:
    report = include(mona, cycle, vesper)
    left_out = exempt_report(mona, report, REASON)
    included = include_late_joiner(mona, left_out, cycle.due_on)

    titles = sorted(entry.title.partition(",")[0] for entry in report_history(mona, included))
    assert titles == ["Exempt", "Report required", "Report required"]
    assert (included.state, included.exempt_reason, included.due_on) == (ReportState.DRAFT, "", cycle.due_on)


@pytest.mark.parametrize(("days", "field"), [(-1, "due_on"), (None, "reason")])
def test_refuses_a_day_before_that_of_the_others_and_no_reason(
    cycle: Cycle, mona: Actor, vesper: Organisation, days: int | None, field: str
) -> None:
    day = None if days is None else cycle.due_on + timedelta(days=days)

    with pytest.raises(DomainError) as refusal:
        decide_late_joiners(mona, cycle, [JoinerDecision(vesper, due_on=day)])

    assert refusal.value.field == field
    assert not Report.objects.filter(organisation=vesper).exists()


def test_a_day_that_cannot_be_is_refused_beside_its_member(
    cast: Cast, cycle: Cycle, vesper: Organisation
) -> None:
    url = f"/secretariat/cycles/{cycle.slug}/joiners/"
    early = {
        f"choice_{vesper.pk}": "now",
        f"due_on_{vesper.pk}": (cycle.due_on - timedelta(days=1)).isoformat(),
    }

    page = signed_in(cast.mona).post(url, early)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [f"due_on_{vesper.pk}"]


def test_a_late_joiner_is_decided_about_once(cycle: Cycle, mona: Actor, vesper: Organisation) -> None:
    include(mona, cycle, vesper)

    with pytest.raises(WrongState, match=r"Vesper Maps has been decided about .*: Mona, "):
        include(mona, cycle, vesper)


def test_a_late_joiner_that_has_filed_stays_included(cycle: Cycle, mona: Actor, vesper: Organisation) -> None:
    report = include(mona, cycle, vesper)
    Report.objects.filter(pk=report.pk).update(state=ReportState.SUBMITTED)

    with pytest.raises(WrongState):
        exempt_report(mona, report, REASON)


def test_the_exemption_of_an_old_member_is_final(cast: Cast, cycle: Cycle, mona: Actor) -> None:
    report = exempt_report(mona, Report.objects.get(organisation=cast.aurora), REASON)

    with pytest.raises(DomainError, match="An exemption is final"):
        include_late_joiner(mona, report, cycle.due_on)


def test_the_public_page_counts_it_by_its_own_day_and_no_longer_once_it_is_left_out(
    client: Client, cycle: Cycle, mona: Actor, vesper: Organisation
) -> None:
    undecided = make_organisation("willow-post")
    Accession.objects.create(
        organisation=undecided, charter=cycle.charter, state="published", signed_at=timezone.now()
    )
    report = include(mona, cycle, vesper)
    (due,) = [each for each in obligations_as_published(cycle) if each.organisation == vesper]
    assert (due.standing, due.due_on) == (Standing.DUE, report.due_on)

    Cycle.objects.update(state=CycleState.OPEN)
    exempt_report(mona, report, REASON)
    record_report_notice(SYSTEM, Report.objects.get(pk=report.pk))
    public = {each.organisation.slug: each.standing for each in obligations_as_published(cycle)}
    assert public == {"aurora-video": Standing.DUE, "vesper-maps": Standing.EXEMPT}
    assert REASON in words_of(client.get(f"/en/cycles/{cycle.slug}/"))


def obligations_as_published(cycle: Cycle) -> list[PublicObligation]:
    """What the public reads of each member's obligation once the cycle is published."""
    return obligations_in(make_published_cycle(cycle))


def test_a_closed_cycle_takes_nobody(cycle: Cycle, mona: Actor, vesper: Organisation) -> None:
    Cycle.objects.update(state=CycleState.CLOSED)

    assert late_joiners(mona, Cycle.objects.get()) == []
    with pytest.raises(WrongState):
        include(mona, cycle, vesper)


@pytest.mark.parametrize("name", ["rita", "sven", "carol"])
def test_late_joiners_are_the_managers(cast: Cast, cycle: Cycle, vesper: Organisation, name: str) -> None:
    with acting_as(cast.actor(name)) as actor, pytest.raises(Forbidden):
        include(actor, cycle, vesper)
