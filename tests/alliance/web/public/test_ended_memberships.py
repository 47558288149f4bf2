"""A member that left before its report was due: nobody reads that it is due, or was not filed."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.translation import override

from alliance.enums import CycleState, Gap, ReportState, Role, Standing
from alliance.models import Cycle, Organisation, PublishedReport, PublishedTarget, Report
from alliance.queries.cycle_calendar import cycles_calendar
from alliance.queries.cycles import cycle_preview
from alliance.queries.deadline_shifts import open_deadlines
from alliance.queries.journal_wording import SENTENCES
from alliance.queries.local_dates import today
from alliance.queries.obligations import required_reports
from alliance.queries.open_items import open_items
from alliance.queries.public.obligations import obligations_in
from alliance.queries.public.promises import promises_of
from alliance.queries.public.wording import standing_text
from alliance.services.cycles import close_cycle, publish_cycle
from alliance.services.mergers import take_back_merger
from alliance.services.obligations import mark_not_filed
from alliance.services.recalls import recall_report
from alliance.services.target_outcomes import project_targets
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, read_publication, touch_public_revision
from portal.kernel.text import format_date
from tests.factories import Cast, actor_of, make_cycle, make_person, make_report, read_charter
from tests.support.ended_memberships import leave
from tests.support.pages import signed_in, words_of
from tests.support.pledges import make_published_pledge
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import make_submission, submitted_figure

pytestmark = pytest.mark.django_db
EARLIER = date(2020, 1, 31)


@pytest.fixture
def cycle(cast: Cast) -> Cycle:
    """Aurora filed; Beacon has a draft that is due in three weeks."""
    cycle = make_cycle(read_charter(), "2026-h1")
    figures = {"speed": [submitted_figure("time-to-removal", "10.8", service="aurora-kids")]}
    make_published_report(cycle, cast.aurora, figures, {"find": "complete"})
    report = make_report(cycle, cast.beacon)
    Report.objects.filter(pk=report.pk).update(due_on=today() + timedelta(days=21))
    return cycle


def text_of_beacon(cycle: Cycle) -> str:
    touch_public_revision()
    return {row.organisation.slug: standing_text(row) for row in obligations_in(cycle)}["beacon-search"]


def test_every_public_place_says_when_the_membership_ended(cast: Cast, cycle: Cycle, client: Client) -> None:
    make_published_cycle(cycle)
    before = text_of_beacon(cycle)
    day = leave(cast)
    words = f"Membership ended {' '.join(format_date(day).split())}"
    addresses = (
        "/en/cycles/2026-h1/", "/en/reports/beacon-search/2026-h1/", "/en/members/beacon-search/",
        "/en/cycles/2026-h1/verdicts.csv",
    )  # fmt: skip

    assert before.startswith("Due")
    for address in addresses:
        answer = client.get(address)
        page = " ".join(answer.content.decode("utf-8-sig").replace("\xa0", " ").split())
        assert answer.status_code == 200, address
        assert words in page, address
        assert "Not submitted yet" not in page, address
    assert "Членство прекращено" in words_of(client.get("/ru/reports/beacon-search/2026-h1/"))
    row = client.get("/api/v1/cycles/2026-h1/").json()["reports"][1]
    assert (row["standing"], row["ended_on"]) == ("ended", day.isoformat())
    assert "1 left before it was due" in words_of(client.get("/en/cycles/"))


def test_the_ledger_says_of_promises_that_nothing_has_decided_that_the_membership_ended(
    cast: Cast, cycle: Cycle, client: Client
) -> None:
    """Not of Aurora, which stays and promised the same, nor as of a day before Beacon left."""
    far, past = today() + timedelta(days=40), today() - timedelta(days=9)
    for member in (cast.aurora, cast.beacon):
        make_published_pledge(
            member,
            {"text": "Soon.", "due_on": far.isoformat()},
            {"text": "Open.", "due_on": past.isoformat()},
        )
    project_targets(Publication.objects.latest("number"), [cast.aurora.pk, cast.beacon.pk])
    day = leave(cast)
    words = f"Membership ended {' '.join(format_date(day).split())}"

    for address in ("/en/promises/?member=beacon-search", "/en/members/beacon-search/"):
        page = client.get(address)
        groups = page.context["groups" if "groups" in page.context else "promise_groups"]
        rows = [(row.standing.text, row.when) for group in groups for row in group.rows]
        assert rows == [("Open.", "9 days over"), ("Soon.", "")], address
        assert words_of(page).count(words) == 2, address
    assert "Membership ended" not in words_of(client.get("/en/promises/?member=aurora-video"))
    files = {
        member: client.get(f"/en/promises.json?member={member}").json()["promises"]
        for member in ("aurora-video", "beacon-search")
    }
    ended = {
        member: [(row["state"], row["membership_ended"]) for row in rows] for member, rows in files.items()
    }
    assert ended == {
        "aurora-video": [("late", None), ("due", None)],
        "beacon-search": [("late", day.isoformat()), ("due", day.isoformat())],
    }
    before = promises_of(PublishedTarget.objects.current(), day - timedelta(days=1))
    assert {promise.membership_ended for promise in before} == {None}


def test_of_a_report_that_was_recalled_it_does_not_say_that_none_was_submitted(
    cast: Cast, cycle: Cycle, client: Client
) -> None:
    signatory = actor_of(make_person("Sol", cast.beacon, Role.SIGNATORY))
    report = Report.objects.get(organisation=cast.beacon)
    make_submission(report, assigned=False)
    with acting_as(signatory):
        recall_report(signatory, report)
    make_published_cycle(cycle)
    leave(cast)

    words = words_of(client.get("/en/reports/beacon-search/2026-h1/"))
    assert "No report of it stands, and none is due any more." in words


def test_comparison_and_cycle_count_it_as_no_report(cast: Cast, cycle: Cycle, client: Client) -> None:
    leave(cast)
    make_published_cycle(cycle)
    compared = client.get("/en/compare/?indicator=time-to-removal&members=aurora-video,beacon-search")
    file = client.get("/en/compare.csv?indicator=time-to-removal&members=beacon-search")

    assert "Membership ended" in words_of(compared)
    assert "Membership ended" in file.content.decode("utf-8-sig")
    assert "Every member that had to report did so." in words_of(client.get("/en/cycles/2026-h1/"))
    assert "1 of 1" in client.get("/en/cycles/2026-h1.svg").content.decode()


@pytest.mark.parametrize(("left", "is_required"), [(1, True), (2, False), (9, False)])
def test_what_was_due_before_it_left_counts_as_not_filed(
    cast: Cast, cycle: Cycle, left: int, is_required: bool
) -> None:
    """Due two days ago: whoever left on that day or before had nothing to file any more."""
    make_published_cycle(cycle)
    Report.objects.filter(organisation=cast.beacon).update(due_on=today() - timedelta(days=2))
    Cycle.objects.update(grace_days=0)
    leave(cast, left)
    report = Report.objects.select_related("cycle", "organisation").get(organisation=cast.beacon)

    with acting_as(SYSTEM):
        assert (required_reports([report]) == [report]) == is_required
        assert mark_not_filed(report.pk) == is_required
    notices = PublishedReport.objects.current().filter(organisation=cast.beacon)
    assert [row.notice for row in notices] == (["not_filed"] if is_required else [])
    assert text_of_beacon(cycle).startswith("Not filed" if is_required else "Membership ended")


def test_a_cycle_neither_waits_for_it_nor_names_it_as_not_filed(cast: Cast, cycle: Cycle) -> None:
    Report.objects.filter(organisation=cast.aurora).update(state=ReportState.CONCLUDED, published_at=None)
    Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.OPEN, due_on=EARLIER, grace_days=0)
    day = leave(cast)
    cycle.refresh_from_db()
    mona = signed_in(cast.mona)
    with acting_as(cast.actor("mona")) as actor:
        close_cycle(actor, cycle)
        pages = words_of(mona.get(f"/secretariat/cycles/{cycle.slug}/publish/"))
        cycle.refresh_from_db()
        publish_cycle(actor, cycle)

    assert "named with the end of the membership" in pages
    assert Report.objects.get(organisation=cast.beacon).state == ReportState.DRAFT
    rows = read_publication(Publication.objects.get(type="cycle"))["reports"]
    (row,) = [each for each in rows if each["organisation"]["slug"] == "beacon-search"]
    assert (row["standing"], row["ended_on"]) == ("ended", day.isoformat())
    assert not PublishedReport.objects.current().filter(organisation=cast.beacon).exists()


@pytest.mark.parametrize(("due", "left"), [(21, 2), (-2, 9)])
def test_what_publishing_would_make_public_does_not_count_it(
    cast: Cast, cycle: Cycle, due: int, left: int
) -> None:
    Report.objects.filter(organisation=cast.beacon).update(due_on=today() + timedelta(days=due))
    Cycle.objects.update(grace_days=0)

    def counted() -> int:
        with acting_as(cast.actor("mona")):
            preview = cycle_preview(Report.objects.select_related("cycle", "organisation"), {})
        return preview.not_filed + preview.in_progress

    before = counted()
    leave(cast, left)

    assert (before, counted()) == (1, 0)


def test_nothing_of_it_is_open_any_more(cast: Cast, cycle: Cycle) -> None:
    def kinds() -> list[str]:
        beacon = Organisation.objects.get(pk=cast.beacon.pk)
        with acting_as(cast.actor("mona")) as mona:
            return [str(item.kind) for item in open_items(mona, beacon)]

    before = kinds()
    leave(cast)

    assert (before, kinds()) == (["Report"], [])


def test_once_a_merger_is_taken_back_it_is_due_again_by_the_days_that_were_left(
    cast: Cast, cycle: Cycle
) -> None:
    make_published_cycle(cycle)
    day = leave(cast, 5, "merge")
    Organisation.objects.filter(pk=cast.beacon.pk).update(successor=cast.aurora, merged_on=day)
    before = text_of_beacon(cycle)
    Report.objects.filter(organisation=cast.aurora).update(submitted_at=None)
    with acting_as(cast.actor("mona")) as mona:
        take_back_merger(mona, Organisation.objects.get(pk=cast.beacon.pk), "They part again.")

    assert before.startswith("Membership ended")
    assert Report.objects.get(organisation=cast.beacon).due_on == today() + timedelta(days=26)
    assert text_of_beacon(cycle).startswith("Due")


@pytest.mark.parametrize("days", [2, -1])
def test_no_day_is_to_come_for_a_report_that_nobody_has_to_file(cast: Cast, cycle: Cycle, days: int) -> None:
    """In the calendar of the secretariat, and where another time zone moves the days; a member that stays has them."""
    has_left = days > 0
    if has_left:
        leave(cast, days)
    with acting_as(cast.actor("mona")) as mona:
        due = [entry.key for entry in cycles_calendar(mona, [cycle]) if entry.key.startswith("due-")]
        before = [(deadline.day, deadline.reports) for deadline in open_deadlines(mona)]
        Cycle.objects.update(grace_days=40)
        Report.objects.filter(organisation=cast.beacon).update(due_on=today() - timedelta(days=1))
        within_grace = [(deadline.day, deadline.reports) for deadline in open_deadlines(mona)]

    day = today() + timedelta(days=21)
    assert due == ([] if has_left else [f"due-{day}"])
    assert before == ([] if has_left else [(day, 1)])
    assert within_grace == ([] if has_left else [(today() + timedelta(days=39), 1)])


def test_in_russian_the_memberships_of_people_and_of_organisations_end_in_words_of_their_own() -> None:
    with override("ru"):
        labels = (Standing.ENDED.label, Gap.ENDED.label, SENTENCES["membership.end"])
        words = [" ".join(str(label).split()) for label in labels]

    assert words == ["Членство прекращено", "Членство прекращено", "Участие в организации прекращено"]
