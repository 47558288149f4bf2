"""The members and one member's page."""

from datetime import date

import pytest
from django.test import Client

from alliance.enums import ReportState
from alliance.models import FormerName, FormerSlug, Organisation
from alliance.services.publications import record_report_notice
from portal.kernel.access import SYSTEM
from portal.kernel.publishing import touch_public_revision
from tests.factories import make_cycle, make_organisation, make_report, read_cast, read_charter
from tests.support.pages import words_of
from tests.support.published_reports import make_published_cycle, make_published_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def aurora() -> Organisation:
    cast, cycle = read_cast(), make_cycle(read_charter())
    make_published_report(cycle, cast.aurora, verdicts={"find": "complete"})
    make_published_cycle(cycle)
    return cast.aurora


def test_the_list_names_members_and_no_one_else(client: Client, aurora: Organisation) -> None:
    make_organisation("school", "partner")
    make_organisation("hopeful", state="applicant")

    rows = client.get("/en/members/").context["rows"]

    assert [row.organisation.slug for row in rows] == ["aurora-video", "beacon-search"]
    assert rows[0].tally.good == 1


def test_a_member_that_left_is_not_said_to_be_one_since(client: Client, aurora: Organisation) -> None:
    assert "no longer takes part" not in words_of(client.get("/en/members/beacon-search/"))
    Organisation.objects.filter(pk=aurora.pk).update(state="former", since=date(2024, 8, 29))
    page = words_of(client.get("/en/members/aurora-video/"))
    assert "Member, joined on 29 August 2024, no longer takes part" in page
    assert "since 29 August 2024" not in page


def test_former_members_have_a_list_of_their_own(client: Client, aurora: Organisation) -> None:
    make_organisation("gone", state="former")

    listed = [row.organisation.slug for row in client.get("/en/members/?former").context["rows"]]

    assert listed == ["gone"]


@pytest.mark.usefixtures("pages_are_new")
def test_what_a_long_record_has_no_room_for_is_named(
    client: Client, aurora: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for slug in ("2025-h1", "2025-h2"):
        cycle = make_cycle(read_charter(), slug)
        make_published_report(cycle, aurora, verdicts={"find": "limited"})
        make_published_cycle(cycle)
    whole = words_of(client.get("/en/members/aurora-video/"))
    for name in ("MAX_SUNS", "MAX_TIMELINE_ENTRIES"):
        monkeypatch.setattr(f"alliance.web.public.members.{name}", 2)
    touch_public_revision()

    answer = client.get("/en/members/aurora-video/")

    assert (len(answer.context["suns"]), len(answer.context["timeline"])) == (2, 2)
    for sentence in (
        "The last 2 cycles are shown. Earlier verdicts stand in the reports .",
        "The last 2 publications are shown. Earlier ones stand in the list of publications .",
    ):
        assert sentence in words_of(answer)
        assert sentence.partition(".")[2] not in whole


def test_a_member_shows_its_names_services_and_suns(client: Client, aurora: Organisation) -> None:
    FormerName.objects.create(organisation=aurora, name_en="Aurora Clips", until=date(2021, 5, 1))

    answer = client.get("/en/members/aurora-video/")

    assert "Formerly Aurora Clips, until 1\N{NO-BREAK SPACE}May\N{NO-BREAK SPACE}2021" in answer.text
    assert [owned.service.slug for owned in answer.context["ownerships"]] == ["aurora-kids", "aurora-live"]
    assert [sun.tally.good for sun in answer.context["suns"]] == [1]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ReportState.NOT_FILED, "Not filed"),
        (ReportState.IN_REVIEW, "In review"),
        (ReportState.EXEMPT, "Exempt"),
        (ReportState.DRAFT, "Due"),
        (None, "No report was due"),
    ],
)
def test_no_cycle_is_left_out_between_or_after_verdicts(
    client: Client, aurora: Organisation, state: ReportState | None, words: str
) -> None:
    silent = make_cycle(read_charter(), "2027-h1")
    if state is not None:
        report = make_report(silent, aurora, state)
        if state in (ReportState.NOT_FILED, ReportState.EXEMPT):
            record_report_notice(SYSTEM, report)
    make_published_cycle(silent)

    answer = client.get("/en/members/aurora-video/")

    assert [bool(column.sun) for column in answer.context["suns"]] == [True, False]
    assert words in answer.text.partition("suns-table")[2].partition("</thead>")[0]
    assert answer.context["latest"].tally.good == 1


def test_the_latest_verdicts_may_be_earlier_than_the_cycles_shown(
    client: Client, aurora: Organisation
) -> None:
    for year in range(2027, 2033):
        make_published_cycle(make_cycle(read_charter(), f"{year}-h1"))

    answer = client.get("/en/members/aurora-video/")

    assert [bool(column.sun) for column in answer.context["suns"]] == [False] * 6
    assert answer.context["latest"].cycle.slug == "2026-h1"
    assert "No verdicts are published" not in answer.text


def test_an_earlier_address_leads_to_the_present_one_for_good(client: Client, aurora: Organisation) -> None:
    FormerSlug.objects.create(organisation=aurora, slug="aurora-clips")

    moved = client.get("/en/members/aurora-clips/")
    report = client.get("/en/reports/aurora-clips/2026-h1/")

    assert (moved.status_code, moved["Location"]) == (301, "/en/members/aurora-video/")
    assert (report.status_code, report["Location"]) == (301, "/en/reports/aurora-video/2026-h1/")


@pytest.mark.parametrize("slug", ["nobody", "hopeful", "school", "secretariat"])
def test_an_organisation_that_is_no_member_has_no_page(
    client: Client, aurora: Organisation, slug: str
) -> None:
    make_organisation("school", "partner")
    make_organisation("hopeful", state="applicant")

    assert client.get(f"/en/members/{slug}/").status_code == 404
