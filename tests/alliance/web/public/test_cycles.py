"""The cycles and one cycle's page."""

from datetime import date

import pytest
from django.test import Client

from alliance.enums import CycleState, ReportState
from alliance.models import Cycle, Organisation, Report
from alliance.queries.public.obligations import obligations_in
from alliance.queries.public.wording import standing_text
from alliance.services.cycle_decisions import Override
from alliance.services.cycles import close_cycle, open_cycle, reopen_cycle
from alliance.services.publications import record_report_notice
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_organisation, make_report, read_cast, read_charter
from tests.support.pages import show_at_once, words_of
from tests.support.published_reports import make_published_cycle, make_published_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle() -> Cycle:
    """Aurora filed, Beacon did not."""
    cast, cycle = read_cast(), make_cycle(read_charter())
    make_published_report(cycle, cast.aurora, verdicts={"find": "complete"})
    record_report_notice(SYSTEM, make_report(cycle, cast.beacon, ReportState.NOT_FILED))
    return make_published_cycle(cycle)


def test_a_cycle_names_who_filed_and_who_did_not(client: Client, cycle: Cycle) -> None:
    context = client.get("/en/cycles/2026-h1/").context

    assert [each.organisation.slug for each in context["filed"]] == ["aurora-video"]
    assert [each.organisation.slug for each in context["unfiled"]] == ["beacon-search"]
    assert [row["kind"] for row in context["grid"]["rows"]] == ["", "Not filed"]


ALL_FILED, NONE_FILED, NONE_HERE = (
    "Every member that had to report did so.",
    "No member submitted a report.",
    "None of the members on this page.",
)


def test_the_page_of_a_cycle_states_that_all_or_none_filed_only_where_it_is_true(
    client: Client, cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of all reports of the cycle, whatever stands on the page that is read."""

    def sentences(page: str) -> list[str]:
        text = client.get(page).content.decode()
        return [sentence for sentence in (ALL_FILED, NONE_FILED, NONE_HERE) if sentence in text]

    aurora, beacon = (Organisation.objects.get(slug=slug) for slug in ("aurora-video", "beacon-search"))
    full, none = (make_cycle(cycle.charter, slug) for slug in ("2025-h1", "2025-h2"))
    make_published_report(full, aurora)
    record_report_notice(SYSTEM, make_report(none, beacon, ReportState.NOT_FILED))
    for other in (full, none):
        make_published_cycle(other)
    monkeypatch.setattr("alliance.web.public.cycles.rows_of_page", lambda _cycle: 1)

    assert sentences("/en/cycles/2025-h1/") == [ALL_FILED]
    assert sentences("/en/cycles/2025-h2/") == [NONE_FILED]
    assert sentences("/en/cycles/2026-h1/") == []
    assert sentences("/en/cycles/2026-h1/?page=2") == [NONE_HERE]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ReportState.DRAFT, "Due 31 March 2031"),
        (ReportState.AWAITING_SIGN_OFF, "Due 31 March 2031"),
        (ReportState.SUBMITTED, "In review"),
        (ReportState.IN_REVIEW, "In review"),
        (ReportState.CHANGES_REQUESTED, "In review"),
        (ReportState.CONCLUDED, "In review"),
    ],
)
def test_a_cycle_says_of_each_member_what_is_so(client: Client, state: ReportState, words: str) -> None:
    """Published early: nowhere does it say that all have filed."""
    cast, cycle = read_cast(), make_cycle(read_charter())
    make_published_report(cycle, cast.aurora, verdicts={"find": "complete"})
    pending = make_report(cycle, cast.beacon, state)
    Report.objects.filter(pk=pending.pk).update(due_on=date(2031, 3, 31))
    make_published_cycle(cycle)

    page = client.get("/en/cycles/2026-h1/")
    report = client.get("/en/reports/beacon-search/2026-h1/")

    assert [(each.organisation.slug, standing_text(each)) for each in page.context["unfiled"]] == [
        ("beacon-search", words.replace(" ", "\xa0").replace("Due\xa0", "Due ") if "Due" in words else words)
    ]
    assert ALL_FILED not in page.content.decode()
    assert [row["kind"] for row in page.context["grid"]["rows"]] == [
        "",
        standing_text(page.context["unfiled"][0]),
    ]
    assert words.split()[0] in words_of(report)
    assert words.split()[0] in words_of(client.get("/en/members/beacon-search/"))
    assert client.get("/api/v1/cycles/2026-h1/").json()["reports"][1]["standing"] in ("due", "in_review")


def test_members_without_a_published_report_have_pages(
    client: Client, cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alliance.web.public.cycles.MOST_UNFILED", 2)
    for number in range(3):
        make_report(cycle, make_organisation(f"silent-{number}"), ReportState.DRAFT)
    pages = [client.get(f"/en/cycles/2026-h1/?unfiled={number}") for number in (1, 2)]

    assert [[each.organisation.slug for each in page.context["unfiled"]] for page in pages] == [
        ["beacon-search", "silent-0"], ["silent-1", "silent-2"]
    ]  # fmt: skip
    assert "Without a published report 4" in words_of(pages[0])
    assert 'href="?unfiled=2#silent-title"' in pages[0].text
    assert pages[1].context["filed_count"] == 1
    assert client.get("/en/cycles/2026-h1/?unfiled=3").status_code == 404


@pytest.mark.parametrize(
    "address", ["", "members/", "commitments/", "commitments/find/", "reports/", "cycles/", "compare/"]
)
def test_every_page_stands_where_nothing_of_a_published_cycle_is_concluded(
    client: Client, address: str
) -> None:
    cast, cycle = read_cast(), make_cycle(read_charter())
    make_report(cycle, cast.aurora)
    make_published_cycle(cycle)

    page = client.get(f"/en/{address}")

    assert page.status_code == 200
    assert "Every member" not in page.content.decode()
    assert "No verdict is due" not in page.content.decode()


def test_only_a_submission_changes_what_a_notice_says() -> None:
    """A report that was not filed, then drafted anew, then submitted late."""
    cast, cycle = read_cast(), make_cycle(read_charter())
    report = make_report(cycle, cast.aurora, ReportState.NOT_FILED)
    record_report_notice(SYSTEM, report)
    cycle = make_published_cycle(cycle)
    standings = []

    for state in (ReportState.NOT_FILED, ReportState.AWAITING_SIGN_OFF, ReportState.SUBMITTED):
        Report.objects.filter(pk=report.pk).update(state=state)
        standings.append(obligations_in(cycle)[0].standing.value)

    assert standings == ["not_filed", "not_filed", "in_review"]


def test_the_list_counts_what_was_filed(client: Client, cycle: Cycle) -> None:
    (row,) = client.get("/en/cycles/").context["rows"]

    assert row.counts == {"filed": 1, "not_filed": 1}
    assert row.tally.good == 1


def test_the_matrix_is_a_file(client: Client, cycle: Cycle) -> None:
    lines = client.get("/en/cycles/2026-h1/verdicts.csv").content.decode("utf-8-sig").splitlines()

    assert lines == [
        "Member,Report,1 Find,2 Answer",
        "Aurora Video,Filed,Complete,",
        "Beacon Search,Not filed,,",
    ]


def test_an_open_cycle_says_its_dates_and_nothing_of_its_reports(client: Client, cycle: Cycle) -> None:
    aurora = Organisation.objects.get(slug="aurora-video")
    make_report(make_cycle(cycle.charter, "2026-h2"), aurora, ReportState.SUBMITTED)

    answer = client.get("/en/cycles/2026-h2/")

    assert (answer.context["filed"], answer.context["unfiled"], answer.context["matrix"]) == ([], [], None)
    assert "Aurora" not in answer.content.decode()
    assert client.get("/en/cycles/2026-h2/verdicts.csv").status_code == 404


def test_a_planned_cycle_is_not_public(client: Client, cycle: Cycle) -> None:
    make_cycle(cycle.charter, "2027-h1", CycleState.PLANNED)

    assert client.get("/en/cycles/2027-h1/").status_code == 404
    assert len(client.get("/en/cycles/").context["rows"]) == 1


def test_a_page_says_at_once_that_a_cycle_was_opened_closed_and_opened_again(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_at_once(monkeypatch)
    cycle = make_cycle(read_charter(), "2027-h1", CycleState.PLANNED)
    override = Override("We agreed.", cycle.title)
    steps = (
        (lambda actor: open_cycle(actor, cycle), "This cycle is open"),
        (lambda actor: close_cycle(actor, cycle, override=override), "This cycle is in review"),
        (lambda actor: reopen_cycle(actor, cycle, "Too early."), "This cycle is open"),
    )

    for step, words in steps:
        with acting_as(cast.actor("mona")) as actor:
            step(actor)
        assert words in words_of(client.get("/en/cycles/2027-h1/"))
