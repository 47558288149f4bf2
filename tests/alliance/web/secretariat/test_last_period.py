"""The period before in a review: under the names of its charter, as corrected since, without what was recalled."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import CharterState, CycleState, PledgeState, ReportDecisionKind, ReportState
from alliance.figure_fields import FigurePlace
from alliance.models import (
    Charter,
    Cycle,
    Finding,
    Measure,
    Pledge,
    Report,
    ReportDecision,
    Response,
    Verdict,
)
from alliance.queries.findings import FindingFilter, findings, measures_with_findings
from alliance.queries.review_context import pledge_to, standing_or_withdrawn_pledge_to
from alliance.services.reviews import conclude_report
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.access import SYSTEM, acting_as
from tests.alliance.web.secretariat.test_verdicts import commitment_url, measure_url
from tests.factories import Cast, make_charter, make_cycle, make_report, read_charter, renamed
from tests.support.corrections import LIVE, STORY, correct
from tests.support.corrections import figures as corrected_figures
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.report_acts import judge_all
from tests.support.review_desk import review_url
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
RENAMED = (("search", "look"), ("find", "detect"))
SPLIT = (*RENAMED, ("search", "speed"), ("find", "answer"))


def on_two_versions(cast: Cast, mapping: tuple[tuple[str, str], ...]) -> Report:
    """Aurora's report in review on version 2, in which `search` is called `look`, and `find` is called `detect`.

    On version 1 both were judged in the period before, and a finding was made.
    """
    first = read_charter()
    before = make_report(make_cycle(first, "2025-h2", CycleState.PUBLISHED), cast.aurora)
    submission = make_submission(before, ReportState.PUBLISHED)
    measure = Measure.objects.get(charter=first, key="search")
    about = {"report": before, "organisation": cast.aurora}
    verdict = {**about, "submission": submission, "commitment": measure.commitment, "given_by": cast.rita}
    with acting_as(SYSTEM):
        Verdict.objects.create(**verdict, measure=measure, value="limited", reason="Half of the search.")
        Verdict.objects.create(**verdict, value="limited", reason="Half of the whole.")
        Finding.objects.create(
            **about, measure=measure, text="Count the live service.", language="en", written_by=cast.rita,
            due_on=timezone.localdate() + timedelta(days=30),
        )  # fmt: skip
    Charter.objects.filter(pk=first.pk).update(state=CharterState.SUPERSEDED)
    second = make_charter(version=2, tree=renamed(*RENAMED), mapping=mapping)
    report = make_report(make_cycle(second), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    return report


@pytest.mark.parametrize(("mapping", "follows"), [(RENAMED, True), (SPLIT, False)])
def test_last_verdicts_and_open_findings_follow_renamed_keys(
    cast: Cast, rita: Client, mapping: tuple[tuple[str, str], ...], follows: bool
) -> None:
    report = on_two_versions(cast, mapping)

    measure = words_of(rita.get(measure_url(report, "look")))
    commitment = words_of(rita.get(commitment_url(report, "detect")))

    assert [
        "Half of the search." in measure,
        "Count the live service." in measure,
        "Half of the whole." in commitment,
    ] == [follows] * 3


def test_a_pledge_and_the_filter_of_findings_follow_renamed_keys(cast: Cast) -> None:
    report = on_two_versions(cast, RENAMED)
    with acting_as(SYSTEM):
        earlier = Report.objects.get(cycle__charter__version=1)
        pledge = Pledge.objects.create(
            organisation=cast.aurora, record=uuid4(), commitment_key="detect", state=PledgeState.PUBLISHED
        )
        Finding.objects.create(
            report=report, organisation=cast.aurora, text="Search at night.", language="en", written_by=cast.rita,
            measure=Measure.objects.get(charter=report.charter, key="look"),
            due_on=timezone.localdate() + timedelta(days=60),
        )  # fmt: skip

    with acting_as(cast.actor("rita")) as rita:
        pledges = [
            pledge_to(rita, *place) for place in ((report, "detect"), (earlier, "find"), (earlier, "detect"))
        ]
        Pledge.objects.update(commitment_key="find", earlier_charter=earlier.charter)
        still_there = standing_or_withdrawn_pledge_to(rita, report, "detect")
        filtered = {
            key: [row.text for row in findings(rita, FindingFilter(measure=key))]
            for key in ("look", "search")
        }
        measures = measures_with_findings(rita)

    assert pledges == [pledge, pledge, None]
    assert still_there == pledge
    assert {key: len(versions) for key, versions in measures.items()} == {"look": 2}
    assert filtered == {"look": ["Count the live service.", "Search at night."], "search": []}


def test_the_editor_shows_the_last_verdict_on_a_renamed_measure(cast: Cast) -> None:
    report = on_two_versions(cast, RENAMED)

    page = signed_in(cast.alice).get(f"/workspace/reports/{report.pk}/measures/look/")

    assert page.context["last_verdict"].reason == "Half of the search."


def test_the_last_period_is_compared_as_it_was_corrected(cast: Cast, rita: Client) -> None:
    before = make_published_cycle(make_cycle(read_charter(), "2025-h2"))
    make_published_report(before, cast.aurora, corrected_figures("2960", "394"), answer="What we had done.")
    for place, new in ((LIVE, "3940"), (STORY, {"text": "What we did."})):
        correct(cast, Report.objects.get(), place, new)
    report = make_report(make_cycle(before.charter), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW, figures=corrected_figures("2960", "3940"))

    differences = rita.get(f"{measure_url(report)}?compare=period").context["differences"]

    live = FigurePlace("content-actioned", "aurora-live", "")
    assert differences.figures[live].values.value == Decimal(3940)
    assert (differences.changed_figures, differences.changed_texts) == (0, 0)


def test_a_recalled_submission_is_no_answer_of_the_last_period(cast: Cast, rita: Client) -> None:
    before = make_report(make_cycle(read_charter(), "2025-h2", CycleState.PUBLISHED), cast.aurora)
    recalled = make_submission(before, ReportState.NOT_FILED, figures=corrected_figures("2960", "394"))
    with acting_as(SYSTEM):
        ReportDecision.objects.create(
            report=before, organisation=cast.aurora, submission=recalled, kind=ReportDecisionKind.RECALL,
            decided_by=cast.sven,
        )  # fmt: skip
        Report.objects.filter(pk=before.pk).update(submitted_at=None)  # as a recall leaves it
    report = make_report(make_cycle(before.cycle.charter), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW, figures=corrected_figures("2960", "394"))

    page = rita.get(f"{measure_url(report)}?compare=period")

    assert (page.context["comparisons"], page.context["differences"].is_shown) == ([], False)
    assert "Previous period, 2025-II" not in words_of(page)


def test_the_reply_beside_the_last_verdict_is_the_one_that_was_signed_last(cast: Cast, rita: Client) -> None:
    """After its review was reopened the member replied anew, to the verdict and to all of them."""
    cycle, replies = make_cycle(read_charter(), "2025-h2"), {"find": "We object.", "": "To all: we object."}
    make_published_report(
        make_published_cycle(cycle), cast.aurora, verdicts={"find": "limited"}, replies=replies
    )
    with acting_as(SYSTEM):
        for reply in Response.objects.all():
            Response.objects.filter(pk=reply.pk).update(replaced_at=timezone.now())
            reply.pk, reply.text = None, reply.text.replace("object", "agree")
            reply.save()
    report = make_report(make_cycle(cycle.charter), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)

    words = [words_of(rita.get(url(report))) for url in (measure_url, commitment_url)]

    assert ["We agree." in page for page in words] == [True, True]
    assert [reply for reply in ("We object.", "To all:") for page in words if reply in page] == []


def test_the_account_of_a_pledge_is_compared_with_the_last_period_as_it_was_corrected(
    cast: Cast, rita: Client
) -> None:
    record = uuid4()
    facts = {"record": str(record), "title": "Lessons", "language": "en", "disclosure": "public"}
    account = {**facts, "disclosure_reason": "", "text": "We gave ten lesons in 2025."}
    before = make_published_cycle(make_cycle(read_charter(), "2025-h2"))
    make_published_report(before, cast.aurora, pledges=[account])
    place = CorrectionPlace.of_text(pledge=str(record))
    correct(cast, Report.objects.get(), place, {"text": "We gave ten lessons in 2025."})
    report = make_report(make_cycle(before.charter), cast.aurora)
    make_submission(
        report, ReportState.IN_REVIEW, pledges=[{**account, "text": "We gave lessons to teachers."}]
    )
    url = f"{review_url(report)}pledges/{record}/"

    as_it_stands, compared = words_of(rita.get(url)), rita.get(f"{url}?compare=period")

    assert "Since the previous period" not in as_it_stands
    assert "Previous period" in as_it_stands
    assert compared.context["differences"].changed_texts == 1
    assert "Since the previous period" in words_of(compared)
    pieces = [(piece.mark.value, piece.text.split()) for piece in compared.context["difference"].pieces]
    removed = [word for mark, words in pieces if mark == "removed" for word in words]
    assert "lesons" not in removed
    assert "ten" in removed


def test_a_report_is_compared_with_the_last_one_filed(cast: Cast, rita: Client) -> None:
    """Between the two the member was exempt: whoever wrote the report and whoever reviews it see the same one."""
    charter = read_charter()
    before = make_published_cycle(make_cycle(charter, "2025-h2"))
    make_published_report(
        before, cast.aurora, corrected_figures("1000", "500"), {"find": "limited"}, {"find": "We object."}
    )
    exempt = make_published_cycle(make_cycle(charter, "2026-h1"))
    make_report(exempt, cast.aurora, state=ReportState.EXEMPT)
    report = make_report(make_cycle(charter, "2026-h2"), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW, figures=corrected_figures("9000", "500"))
    Report.objects.filter(pk=report.pk).update(reviewer=cast.rita)

    measure = rita.get(measure_url(report, "search"))
    words, commitment = words_of(measure), words_of(rita.get(commitment_url(report, "find")))
    compared = words_of(rita.get(f"{measure_url(report, 'search')}?compare=period"))
    judge_all(cast, report, "substantial")
    conclude = words_of(rita.get(f"{review_url(report)}conclude/"))
    editor = signed_in(cast.alice).get(f"/workspace/reports/{report.pk}/measures/search/")

    assert "Where Now Previous period, 2025-II" in words
    (kids, _live) = measure.context["blocks"][0].rows
    assert kids.before.value == 1000
    assert "Previous period, 2025-II Limited" in words
    assert "Previous period, 2025-II Limited" in commitment
    assert "We object." in commitment
    assert "Since the previous period, 2025-II" in compared
    assert "2026-I " not in commitment
    assert editor.context["last_verdict"] == measure.context["last"]
    assert f"Verdicts against {before.title}" in conclude

    with acting_as(cast.actor("rita")) as reviewer:
        conclude_report(reviewer, report)
    Cycle.objects.filter(pk=report.cycle_id).update(state=CycleState.CLOSED)
    whole = words_of(signed_in(cast.mona).get(f"/secretariat/cycles/{report.cycle.slug}/publish/"))
    make_published_cycle(report.cycle)
    publish = words_of(signed_in(cast.mona).get(f"/secretariat/reports/{report.pk}/publish/"))
    assert f"Verdicts against {before.title}" in whole
    assert f"Verdicts against {before.title}" in publish
    assert "Limited → Substantial" in publish


def test_a_first_report_has_no_period_to_compare_with(cast: Cast, rita: Client) -> None:
    charter = read_charter()
    make_report(make_cycle(charter, "2026-h1"), cast.aurora, state=ReportState.EXEMPT)
    report = make_report(make_cycle(charter, "2026-h2"), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW, figures=corrected_figures("9000", "500"))

    page = rita.get(measure_url(report, "search"))

    assert page.context["comparisons"] == []
    assert "Previous period" in words_of(page)
