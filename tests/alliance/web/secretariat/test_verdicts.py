"""The screen of an answer that is judged: what it shows of the submission, and the verdict given on it."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from alliance.enums import CycleState, ReportState, Role
from alliance.models import Evidence, Measure, ReferenceCount, ReferenceLoad, Report, Verdict
from alliance.queries import review_context
from alliance.services.evidence import add_file, add_link
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_person, make_report, read_charter
from tests.support.corrections import LIVE, correct
from tests.support.corrections import figures as corrected_figures
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import body_of, make_submission, submitted_figure

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken_down(cast: Cast) -> Report:
    """Aurora's report in review: one service as a whole and in part, another in part alone."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    figures = [
        submitted_figure("content-actioned", "10", service="aurora-kids"),
        submitted_figure("content-actioned", "4", service="aurora-kids", cell="harm=bullying"),
        submitted_figure("content-actioned", "3", service="aurora-live", cell="harm=bullying"),
    ]
    make_submission(report, ReportState.IN_REVIEW, figures={"search": figures})
    return report


def measure_url(report: Report, key: str = "search") -> str:
    return f"/secretariat/reviews/{report.pk}/measures/{key}/"


def commitment_url(report: Report, key: str = "find") -> str:
    return f"/secretariat/reviews/{report.pk}/commitments/{key}/"


def verdicts() -> list[tuple[str, str, int]]:
    with acting_as(SYSTEM):
        return list(Verdict.objects.order_by("pk").values_list("value", "reason", "version"))


def give(client: Client, url: str, value: str = "limited", version: int = 0, **others: str) -> Any:
    return client.post(url, {"value": value, "reason": "Begun.", "version": version, **others})


# --- One screen ----------------------------------------------------------------------------------


def test_a_measure_shows_answer_and_figure_of_the_submission(rita: Client, report: Report) -> None:
    page = words_of(rita.get(measure_url(report)))

    assert "What we did." in page
    assert "164,478" in page


def test_evidence_says_when_the_reader_of_the_page_opened_it_and_nobody_else(
    cast: Cast, rita: Client
) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    measure = Measure.objects.get(charter=report.charter, key="search")
    with acting_as(cast.actor("alice")) as alice:
        file = SimpleUploadedFile("counts.csv", b"meeting,visitors\n1,38\n")
        row = add_file(alice, report, measure, file, "Our counts", "public")
    with acting_as(SYSTEM):
        Evidence.objects.update(submitted_at=timezone.now())
    names = ("kind", "title", "url", "file_name", "media_type", "size", "sha256", "disclosure")
    content = body_of(report)["measures"]
    part = next(part for part in content if part["measure"] == "search")
    part["evidence"] = [{"id": row.pk, **{name: getattr(row, name) for name in names}}]
    make_submission(report, ReportState.IN_REVIEW, measures=content)
    before = words_of(rita.get(measure_url(report)))

    assert rita.get(f"/secretariat/evidence/{row.pk}/").status_code == 200

    assert "not opened by you yet" in before
    assert "opened by you on" in words_of(rita.get(measure_url(report)))
    assert "not opened by you yet" in words_of(signed_in(cast.mona).get(measure_url(report)))


def test_opening_a_link_is_journalled_and_sends_no_referrer(cast: Cast, rita: Client) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    measure = Measure.objects.get(charter=report.charter, key="search")
    with acting_as(cast.actor("alice")) as alice:
        row = add_link(alice, report, measure, "https://aurora.example/rules", "Our rules", "public")
    with acting_as(SYSTEM):
        Evidence.objects.update(submitted_at=timezone.now())
    content = body_of(report)["measures"]
    part = next(part for part in content if part["measure"] == "search")
    names = ("kind", "title", "url", "disclosure")
    part["evidence"] = [{"id": row.pk, **{name: getattr(row, name) for name in names}}]
    make_submission(report, ReportState.IN_REVIEW, measures=content)
    before = words_of(rita.get(measure_url(report)))

    opened = rita.get(f"/secretariat/evidence/{row.pk}/")

    assert (opened.status_code, opened["Location"]) == (302, "https://aurora.example/rules")
    assert opened["Referrer-Policy"] == "no-referrer"
    after = words_of(rita.get(measure_url(report)))
    assert [
        "https://aurora.example/rules · not opened by you yet" in before,
        "opened by you on" in after,
    ] == [True] * 2


def test_a_measure_is_compared_with_the_last_period_and_the_other_members(
    cast: Cast, rita: Client, report: Report
) -> None:
    earlier = make_cycle(report.cycle.charter, "2025-h2", CycleState.PUBLISHED)
    before = {"search": [submitted_figure("content-actioned", "150000", service="aurora-kids")]}
    make_submission(make_report(earlier, cast.aurora), ReportState.PUBLISHED, figures=before)
    rival = {"search": [submitted_figure("content-actioned", "200000", service="beacon-web")]}
    make_submission(make_report(report.cycle, cast.beacon), figures=rival)

    response = rita.get(measure_url(report))

    block = next(block for block in response.context["blocks"] if block.indicator.key == "content-actioned")
    assert [line.before.value for line in block.rows] == [Decimal(150000)]
    assert block.rank_text == "2 of 2, highest first"
    assert {series.name for series in block.chart.series} == {"Aurora Video", "Beacon Search"}


def test_very_many_other_members_are_compared_with_when_asked_for_and_as_one_line(
    cast: Cast, rita: Client, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review_context, "MAX_OTHERS", 0)
    rows = [submitted_figure("content-actioned", "200000", service="beacon-web")]
    rows.append(submitted_figure("content-actioned", "5", service="beacon-web", cell="harm=bullying"))
    make_submission(make_report(report.cycle, cast.beacon), figures={"search": rows})

    first = rita.get(measure_url(report))
    asked = rita.get(f"{measure_url(report)}?others=1")

    link = "Compare with 1 other member"
    assert (link in words_of(first), link in words_of(asked)) == (True, False)
    charts = []
    for response in (first, asked):
        block = next(each for each in response.context["blocks"] if each.indicator.key == "content-actioned")
        charts.append(([series.name for series in block.chart.series], block.rank_text))
    assert charts == [
        (["Aurora Video"], ""),
        (["Aurora Video", "Median of the other members"], "2 of 2, highest first"),
    ]


def test_the_line_of_many_others_has_their_corrected_totals(
    cast: Cast, rita: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review_context, "MAX_OTHERS", 0)
    cycle = make_cycle(read_charter())
    make_published_report(cycle, cast.aurora, corrected_figures("2960", "394"), verdicts={"find": "limited"})
    make_published_cycle(cycle)
    correct(cast, Report.objects.get(), LIVE, "349")
    own = make_report(cycle, cast.beacon)
    rows = [submitted_figure("content-actioned", "5", service="beacon-web")]
    make_submission(own, ReportState.IN_REVIEW, figures={"search": rows})

    page = rita.get(f"{measure_url(own)}?others=1")

    block = next(each for each in page.context["blocks"] if each.indicator.key == "content-actioned")
    line = next(each for each in block.chart.series if each.name == "Median of the other members")
    assert [point.y for point in line.points] == [Decimal(2960 + 349)]
    assert block.rank_text == "2 of 2, highest first"


def test_a_breakdown_says_its_service_once(cast: Cast, rita: Client, broken_down: Report) -> None:
    response = rita.get(measure_url(broken_down))

    block = next(block for block in response.context["blocks"] if block.indicator.key == "content-actioned")
    assert [(line.service_name, line.cell) for line in block.rows] == [
        ("Aurora Kids", ""),
        ("Aurora Kids, bullying", "bullying"),
        ("Aurora Live, bullying", ""),
    ]


def reference(report: Report, value: str, **others: Any) -> None:
    load = ReferenceLoad.objects.create(sha256=value.rjust(64, "0"), file_name="counts.csv", rows=1)
    cycle = report.cycle
    ReferenceCount.objects.create(
        load=load,
        organisation=report.organisation,
        indicator_key="content-actioned",
        starts_on=cycle.starts_on,
        ends_on=cycle.ends_on,
        value=Decimal(value),
        observer="The hotline",
        source="Yearly report",
        **others,
    )


@pytest.mark.parametrize(("value", "flagged"), [("339412", True), ("182753", False), ("149526", False)])
def test_a_reference_count_over_ten_per_cent_apart_is_flagged(
    rita: Client, report: Report, value: str, flagged: bool
) -> None:
    reference(report, value)

    page = words_of(rita.get(measure_url(report)))

    assert "The hotline" in page
    assert ("Difference over 10 %" in page) is flagged


def test_a_withheld_figure_is_read_by_the_reviewer_and_marked(cast: Cast, rita: Client) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    figure = submitted_figure("moderators", "77", disclosure="secretariat", disclosure_reason="Security.")
    make_submission(report, ReportState.IN_REVIEW, figures={"complaints": [figure]})

    page = words_of(rita.get(measure_url(report, "complaints")))

    assert "77" in page
    assert "Why it is not public Security." in page


@pytest.mark.parametrize("name", ["search", "unheard-of"])
def test_a_report_that_was_never_submitted_has_no_review(cast: Cast, rita: Client, name: str) -> None:
    draft = make_report(make_cycle(read_charter()), cast.aurora)

    assert rita.get(measure_url(draft, name)).status_code == 404


# --- Verdicts ------------------------------------------------------------------------------------


def test_a_verdict_is_kept_and_leads_to_the_next(rita: Client, report: Report) -> None:
    response = give(rita, measure_url(report))

    assert (response.status_code, response.url) == (302, measure_url(report, "speed"))
    assert verdicts() == [("limited", "Begun.", 1)]


def test_a_verdict_without_a_reason_is_asked_for_one(rita: Client, report: Report) -> None:
    response = give(rita, measure_url(report), reason="")

    assert response.status_code == 422
    assert response.context["form"].errors["reason"] == ["Give a reason: it is published."]
    assert verdicts() == []


def test_a_reviewer_who_takes_over_sees_both_verdicts(cast: Cast, rita: Client, report: Report) -> None:
    roy = signed_in(make_person("Roy", cast.secretariat, Role.REVIEWER))
    give(rita, measure_url(report))
    roy.post(
        f"/secretariat/reviews/{report.pk}/take-over/", {"reason": "Ill.", "seen_reviewer": cast.rita.pk}
    )

    response = give(roy, measure_url(report), "complete", reason="All of it.")

    page = words_of(response)
    assert response.status_code == 409
    assert "Rita saved this while you were editing it." in page
    assert "Begun." in page
    assert "All of it." in page
    assert response.context["form"]["version"].value() == "1"


def test_another_reviewer_gives_no_verdict_and_keeps_the_text(
    cast: Cast, rita: Client, report: Report
) -> None:
    roy = signed_in(make_person("Roy", cast.secretariat, Role.REVIEWER))

    page = words_of(roy.get(measure_url(report)))
    response = give(roy, measure_url(report), "complete", reason="All of it.")

    assert "Rita reviews this report. You can read it and leave notes" in page
    assert (response.status_code, verdicts()) == (422, [])
    assert "Rita reviews this report now. To judge it, take it over on record." in words_of(response)
    assert "All of it." in words_of(response)


def test_after_a_conflict_ones_own_text_can_replace_the_stored_one(
    cast: Cast, rita: Client, report: Report
) -> None:
    give(rita, measure_url(report))

    give(rita, measure_url(report), "complete", version=1, resolve="sent")

    assert verdicts() == [("complete", "Begun.", 2)]


def test_after_a_conflict_the_other_text_can_be_kept(rita: Client, report: Report) -> None:
    give(rita, measure_url(report))

    response = give(rita, measure_url(report), "complete", version=1, resolve="stored")

    assert response.url == f"{measure_url(report)}#verdict"
    assert verdicts() == [("limited", "Begun.", 1)]


def test_a_commitment_proposes_the_lowest_of_its_measures(rita: Client, report: Report) -> None:
    give(rita, measure_url(report, "search"), "substantial")
    response = give(rita, measure_url(report, "speed"), "limited")

    page = rita.get(response.url)

    assert response.url == commitment_url(report)
    assert page.context["form"]["value"].value() == "limited"


def test_a_commitment_is_proposed_nothing_before_each_of_its_measures_has_a_verdict(
    rita: Client, report: Report
) -> None:
    give(rita, measure_url(report, "search"), "complete")

    page = rita.get(commitment_url(report))

    assert page.context["form"]["value"].value() is None
    assert "The measures propose nothing yet. Without a verdict: 1.2" in words_of(page)
    assert f'<a href="{measure_url(report, "speed")}#verdict">1.2</a>' in page.content.decode()
    give(rita, measure_url(report, "speed"), "limited")
    judged = words_of(rita.get(commitment_url(report)))
    assert "The measures propose: Limited" in judged
    assert "propose nothing yet" not in judged


def test_a_manager_reads_and_gives_no_verdict(cast: Cast, report: Report) -> None:
    mona = signed_in(cast.mona)

    assert mona.get(measure_url(report)).context["may_review"] is False
    assert give(mona, measure_url(report)).status_code == 403


def test_former_people_of_the_member_read_and_give_no_verdict(cast: Cast, report: Report) -> None:
    cast.aurora.memberships.create(person=cast.rita, roles=["reader"], ended_at=timezone.now())
    rita = signed_in(cast.rita)

    page = rita.get(measure_url(report))

    assert "you cannot review it" in words_of(page)
    assert give(rita, measure_url(report)).status_code == 403
    assert verdicts() == []


@pytest.mark.parametrize("name", ["alice", "sven", "carol"])
def test_members_never_reach_a_review(cast: Cast, report: Report, name: str) -> None:
    client = signed_in(getattr(cast, name))

    assert client.get(measure_url(report)).status_code == 404
    assert give(client, measure_url(report)).status_code == 404
