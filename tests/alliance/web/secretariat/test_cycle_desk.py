"""The desk of a cycle: filters, chosen rows, many at once, dates that move, members that join, the calendar."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import CycleState, OrganisationState, ReportState
from alliance.models import (
    Charter,
    Cycle,
    Organisation,
    Person,
    Report,
    ReportReminder,
    SavedView,
)
from alliance.queries.filing_curve import filing_curve
from alliance.services.recalls import recall_report
from portal.kernel.access import acting_as
from portal.kernel.mail import address_fingerprint
from portal.kernel.text import format_date
from tests.factories import Cast, make_cycle, make_report
from tests.support.cycle_desk import DESK, make_desk_cycle, report_of
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(cast: Cast, charter: Charter) -> Cycle:
    return make_desk_cycle(cast, charter)


def names(page: Any) -> list[str]:
    return [row.report.organisation.slug for row in page.context["page"]]


# --- The list ------------------------------------------------------------------------------------


def test_an_open_cycle_begins_with_who_has_not_submitted_the_silent_first(
    cycle: Cycle, cast: Cast, mona: Client
) -> None:
    Person.objects.filter(pk=cast.alice.pk).update(last_login=timezone.now() - timedelta(days=2))

    page = mona.get(DESK)

    assert names(page) == ["cedar", "aurora-video"]
    assert "2 days ago" in words_of(page)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("show=all", ["aurora-video", "beacon-search", "cedar"]),
        ("show=submitted", ["beacon-search"]),
        ("show=asked", ["aurora-video"]),
        ("show=all&text=beac", ["beacon-search"]),
        ("show=all&state=submitted", ["beacon-search"]),
        ("show=nothing&state=of&order=this", ["aurora-video", "beacon-search", "cedar"]),
        ("show=all&text=zzz", []),
    ],
)
def test_filters_are_addresses(cycle: Cycle, mona: Client, query: str, expected: list[str]) -> None:
    assert names(mona.get(f"{DESK}?{query}")) == expected


def test_the_counts_are_links_and_say_nothing_of_working_copies(cycle: Cycle, mona: Client) -> None:
    page = mona.get(DESK)

    assert [(share.count, share.query) for share in page.context["shares"]] == [
        (1, "show=submitted"),
        (2, "show=unfiled&state=draft"),
    ]
    assert [(link.tab.value, link.count) for link in page.context["tabs"]] == [
        ("all", 3), ("unfiled", 2), ("silent", 2), ("asked", 1), ("submitted", 1),
    ]  # fmt: skip


def test_a_returned_report_counts_as_submitted(cycle: Cycle, mona: Client) -> None:
    """Also while it waits for a signature: it is not reminded of as missing, and its own deadline is shown."""
    again = timezone.localdate() + timedelta(days=5)
    Report.objects.filter(organisation__slug="beacon-search").update(
        state=ReportState.AWAITING_SIGN_OFF, changes_due_on=again
    )

    page = mona.get(f"{DESK}?show=submitted")

    assert names(page) == ["beacon-search"]
    assert "in 5 days" in words_of(page)
    again_on = format_date(again).replace("\N{NO-BREAK SPACE}", " ")
    assert f"to be submitted again by {again_on}" in words_of(mona.get(f"{DESK}close/"))
    assert "Beacon" not in words_of(mona.get(f"{DESK}?show=unfiled"))
    assert "1 of 3" in words_of(mona.get("/secretariat/cycles/"))


def test_a_recalled_report_leaves_the_curve_as_it_leaves_the_counts(
    cycle: Cycle, cast: Cast, mona: Client
) -> None:
    def submitted() -> int:
        with acting_as(cast.actor("mona")) as actor:
            return filing_curve(actor, cycle, None).own[-1][1]

    before, report = submitted(), report_of("beacon-search")
    with acting_as(cast.actor("carol")) as carol:
        recall_report(carol, report)

    assert (before, submitted()) == (1, 0)
    make_submission(report, number=2)
    assert submitted() == 1
    assert (1, "show=submitted") in [(share.count, share.query) for share in mona.get(DESK).context["shares"]]


def test_an_exempt_member_is_not_counted_among_those_that_have_to_report(cycle: Cycle, mona: Client) -> None:
    Report.objects.filter(organisation__slug="cedar").update(state=ReportState.EXEMPT)
    for url in (DESK, "/secretariat/cycles/"):
        assert "1 of 2" in words_of(mona.get(url)), url


def test_a_member_that_left_before_its_report_was_due_is_not_counted_as_missing(
    cycle: Cycle, cast: Cast, mona: Client
) -> None:
    """As on the public pages of the cycle, and on the page before it is closed."""
    left_on = cycle.due_on - timedelta(days=1)
    Organisation.objects.filter(slug="cedar").update(
        state=OrganisationState.FORMER, successor=cast.beacon, merged_on=left_on
    )

    page = mona.get(DESK)

    assert [(share.count, share.query) for share in page.context["shares"]] == [
        (1, "show=submitted"),
        (1, "show=unfiled&state=draft"),
        (1, "show=ended"),
    ]
    for url in (DESK, "/secretariat/cycles/"):
        assert "1 of 2" in words_of(mona.get(url)), url
    assert [names(mona.get(f"{DESK}?show={tab}")) for tab in ("unfiled", "silent", "ended")] == [
        ["aurora-video"],
        ["aurora-video"],
        ["cedar"],
    ]
    matrix = mona.get("/secretariat/").context["matrix"]  # what is missing comes first
    assert [row.organisation.slug for row in matrix.rows] == ["aurora-video", "beacon-search", "cedar"]


def test_a_view_of_the_desk_is_kept_for_every_cycle_and_removed(
    cycle: Cycle, cast: Cast, charter: Charter, mona: Client
) -> None:
    make_cycle(charter, "2025-h2", CycleState.PUBLISHED)
    keep = {"name": "Silent ones", "query": "show=silent&text=a&hack=1"}
    assert mona.post(f"{DESK}views/keep/", keep).url == f"{DESK}?show=silent&text=a&order=silent"
    view = SavedView.objects.get()

    other = mona.get("/secretariat/cycles/2025-h2/?show=all")
    assert [row.name for row, _remove in other.context["saved_views"].rows] == ["Silent ones"]
    assert "Silent ones" not in words_of(mona.get("/secretariat/reviews/"))
    rita = signed_in(cast.rita)
    assert "Silent ones" not in words_of(rita.get(DESK))
    assert rita.post(f"{DESK}views/{view.pk}/remove/").status_code == 404
    assert mona.post(f"/secretariat/reviews/views/{view.pk}/remove/").status_code == 404
    assert mona.post(f"{DESK}views/keep/", {"name": "", "query": ""}).url == f"{DESK}?show=all&order=member"
    mona.post(f"{DESK}views/{view.pk}/remove/")
    assert not SavedView.objects.exists()


def test_the_last_cycle_stands_beside(cycle: Cycle, cast: Cast, charter: Charter, mona: Client) -> None:
    earlier = make_cycle(charter, "2025-h2", CycleState.PUBLISHED)
    make_report(earlier, cast.aurora, ReportState.NOT_FILED)

    rows = {row.report.organisation.slug: row.earlier for row in mona.get(f"{DESK}?show=all").context["page"]}

    assert rows["aurora-video"].text == "not filed"
    assert rows["beacon-search"] is None
    Report.objects.filter(cycle=earlier).update(state=ReportState.DRAFT)  # its deadline is to come
    (row,) = (
        row for row in mona.get(f"{DESK}?show=all").context["page"]
        if row.report.organisation.slug == "aurora-video"
    )  # fmt: skip
    assert (row.earlier.text, row.earlier.is_late) == (f"due {format_date(earlier.due_on)}", False)


# --- Many at once --------------------------------------------------------------------------------


def test_reminding_some_names_who_is_left_out_and_why(cycle: Cycle, mona: Client) -> None:
    chosen = "&".join(f"report={report.pk}" for report in Report.objects.all())

    page = mona.get(f"{DESK}remind/?{chosen}")

    assert page.context["page"].label == "Remind 1 of 3"
    assert [(each.report.organisation.slug, each.left_out) for each in page.context["left_out"]] == [
        ("beacon-search", "has submitted its report"),
        ("cedar", "there is no editor or signatory yet"),
    ]


def test_a_reminder_carries_the_managers_own_words(cycle: Cycle, mona: Client, mailoutbox: list[Any]) -> None:
    report = report_of("aurora-video")
    mona.post(f"{DESK}remind/", {"reports": str(report.pk), "text": "Call me if it is unclear."})
    run_all_jobs()

    assert {letter.to[0] for letter in mailoutbox} == {
        "alice@aurora-video.example",
        "sven@aurora-video.example",
    }
    assert all("Call me if it is unclear." in letter.body for letter in mailoutbox)
    assert ReportReminder.objects.get().report == report
    assert "reminded today" in words_of(mona.get(DESK))


def test_a_member_reminded_today_is_left_out_with_the_reason(cycle: Cycle, cast: Cast, mona: Client) -> None:
    ReportReminder.objects.create(report=report_of("aurora-video"), organisation=cast.aurora)

    page = mona.get(f"{DESK}remind/?report={report_of('aurora-video').pk}", follow=True)

    assert "Members were already reminded today; one reminder a day is allowed." in words_of(page)


def test_own_words_stay_where_somebody_else_has_reminded_meanwhile(
    cycle: Cycle, cast: Cast, mona: Client
) -> None:
    report = report_of("aurora-video")
    ReportReminder.objects.create(report=report, organisation=cast.aurora)

    late = mona.post(f"{DESK}remind/", {"reports": str(report.pk), "text": "Call me if it is unclear."})

    assert late.status_code == 422
    assert "already reminded today" in words_of(late)
    assert "Call me if it is unclear." in words_of(late)


def test_a_member_whose_letters_come_back_is_not_reminded(cycle: Cycle, cast: Cast, mona: Client) -> None:
    for person in (cast.alice, cast.sven):
        person.bounced_address = address_fingerprint(person.email)
        person.save()

    page = mona.get(f"{DESK}remind/", follow=True)

    assert "e-mails to its editors and signatories are returned" in words_of(page)
    assert "e-mails to those who draft and sign are returned" in words_of(mona.get(DESK))
