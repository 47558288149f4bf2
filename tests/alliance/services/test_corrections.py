"""Corrections of what is published, from the proposal to the next revision; what is withheld stays so."""

from decimal import Decimal
from typing import Any
from unittest.mock import Mock

import pytest

from alliance.enums import CorrectionState, ReportDecisionKind, ReportState, Role
from alliance.models import (
    Correction,
    PublishedFigure,
    PublishedResponse,
    PublishedTotal,
    PublishedVerdict,
    Report,
    ReportDecision,
    Verdict,
)
from alliance.queries import published_states
from alliance.queries.published_states import (
    published_state,
)
from alliance.services.correction_publication import publish_correction
from alliance.services.corrections import (
    CorrectionInput,
    agree_to_correction,
    consent_to_correction,
    draft_correction,
    edit_correction,
    propose_correction,
)
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError
from portal.kernel.publishing import Publication, read_publication, rebuild
from tests.factories import Cast, make_cycle, make_person, read_charter
from tests.factories.cast import actor_of, make_service
from tests.support.corrections import (
    FIGURE,
    KIDS,
    LIVE,
    REASON,
    REPLY,
    VERDICT,
    act,
    correct,
    correct_verdict,
    figures,
    proposed,
    published_document,
    replied_report,
)
from tests.support.published_reports import make_published_report
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    return replied_report(cast)


def test_a_figure_that_both_sides_agree_on_becomes_the_next_revision(cast: Cast, report: Report) -> None:
    first = Publication.objects.get(type="report")
    correction = proposed(cast, report, LIVE, "349", by="sven")
    act(cast, "mona", agree_to_correction, correction)
    done = act(cast, "mona", publish_correction, correction)

    second = Publication.objects.get(type="report", revision=2)
    assert (done.state, done.published_as) == (CorrectionState.PUBLISHED, second.number)
    assert (second.previous_id, second.attachments) == (first.number, first.attachments)
    (entry,) = read_publication(second)["corrections"]
    assert (entry["reason"], entry["answer"]["agreed"], entry["answer"]["name"]) == (REASON, True, "")
    assert [(row["old"]["value"], row["new"]["value"]) for row in entry["items"]] == [("394", "349")]
    assert [(row["old"]["value"], row["new"]["value"]) for row in entry["totals"]] == [("3354", "3309")]
    live = PublishedFigure.objects.current().get(service__slug="aurora-live")
    assert (live.value, live.corrected_in, live.was["value"]) == (Decimal(349), second.number, "394")
    kids = PublishedFigure.objects.current().get(service__slug="aurora-kids")
    assert (kids.value, kids.corrected_in) == (Decimal(2960), None)
    total = PublishedTotal.objects.current().get()
    assert (total.value, total.corrected_in, total.was["value"]) == (Decimal(3309), second.number, "3354")
    assert PublishedFigure.objects.as_of(first.number).get(service__slug="aurora-live").value == Decimal(394)


def test_the_marks_come_back_when_the_public_tables_are_rebuilt(cast: Cast, report: Report) -> None:
    correct(cast, report, LIVE, "349")
    correct(cast, report, KIDS, "2961")
    columns = ("service__slug", "valid_from", "valid_to", "value", "corrected_in", "was")
    before = set(map(str, PublishedFigure.objects.values_list(*columns)))

    rebuild()

    assert set(map(str, PublishedFigure.objects.values_list(*columns))) == before
    current = PublishedFigure.objects.current().values_list("service__slug", "corrected_in")
    numbers = Publication.objects.filter(type="report").order_by("revision").values_list("number", flat=True)
    assert dict(current) == {"aurora-live": numbers[1], "aurora-kids": numbers[2]}


def test_a_correction_can_be_corrected(cast: Cast, report: Report) -> None:
    correct(cast, report, LIVE, "349")
    correct(cast, report, LIVE, "350")

    live = PublishedFigure.objects.current().get(service__slug="aurora-live")
    assert (live.value, live.was["value"]) == (Decimal(350), "349")
    entries = published_document()["corrections"]
    assert [entry["revision"] for entry in entries] == [2, 3]
    assert entries[0]["publication"] == Publication.objects.get(type="report", revision=2).number


def test_a_figure_that_there_is_no_more(cast: Cast, report: Report) -> None:
    correct(cast, report, LIVE, None, status="not_measured")

    live = PublishedFigure.objects.current().get(service__slug="aurora-live")
    assert (live.status, live.value, live.was["value"]) == ("not_measured", None, "394")
    assert PublishedTotal.objects.current().get().value == Decimal(2960)


def test_a_verdict_needs_a_second_reviewer(cast: Cast, report: Report) -> None:
    vera = make_person("Vera", cast.secretariat, Role.REVIEWER)
    verdict = {
        "value": "substantial",
        "reason": "We had counted one service only.",
        "difference": "It weighs most.",
    }
    correction = act(cast, "rita", draft_correction, report, CorrectionInput({VERDICT: verdict}, REASON))
    act(cast, "rita", propose_correction, correction)
    act(cast, "sven", agree_to_correction, correction)
    with pytest.raises(DomainError, match="second reviewer"):
        act(cast, "mona", publish_correction, correction)
    with pytest.raises(DomainError, match="Another reviewer"):
        act(cast, "rita", consent_to_correction, correction)

    with acting_as(actor_of(vera)) as actor:
        consent_to_correction(actor, correction)
    act(cast, "mona", publish_correction, correction)

    row = PublishedVerdict.objects.current().get(commitment_key="find", measure_key="")
    assert (row.value, row.reason, row.was["value"]) == ("substantial", verdict["reason"], "limited")
    assert Verdict.objects.get(commitment__key="find", measure=None).value == "substantial"
    (entry,) = published_document()["corrections"]
    assert (entry["second_reviewer"], entry["answer"]["name"]) == (True, "Sven")


def test_a_verdict_of_a_measure_is_not_corrected_past_that_of_its_commitment(
    cast: Cast, report: Report
) -> None:
    measure = CorrectionPlace("verdict", "find", "search")
    lower: dict[CorrectionPlace, Any] = {measure: {"value": "not_started", "reason": "Nothing was shown."}}
    draft = act(cast, "rita", draft_correction, report, CorrectionInput(lower, REASON))

    with pytest.raises(DomainError, match="propose “Not started”"):
        act(cast, "rita", propose_correction, draft)

    both = CorrectionInput({**lower, VERDICT: {"difference": "Speed weighs most."}}, REASON)
    act(cast, "rita", edit_correction, draft, both)
    assert act(cast, "rita", propose_correction, draft).state == CorrectionState.PROPOSED


def test_an_explanation_goes_with_the_difference_that_it_explains(cast: Cast, report: Report) -> None:
    why = "Search is only begun."
    correct_verdict(cast, report, {"value": "substantial", "reason": "Most of it.", "difference": why})

    def propose(value: str, **of_commitment: str) -> Correction:
        judged = {"value": value, "reason": "More was found."}
        changes: dict[CorrectionPlace, Any] = {
            CorrectionPlace("verdict", "find", key): judged for key in ("search", "speed")
        }
        draft = act(cast, "rita", draft_correction, report, CorrectionInput(changes, REASON))
        if of_commitment:
            corrected = CorrectionInput({**changes, VERDICT: of_commitment}, REASON)
            act(cast, "rita", edit_correction, draft, corrected)
        return act(cast, "rita", propose_correction, draft)

    with pytest.raises(DomainError, match="propose “Not started”"):
        propose("not_started")
    with pytest.raises(DomainError, match="leave “Why it differs from the measures” empty"):
        propose("substantial")
    assert propose("substantial", difference="").state == CorrectionState.PROPOSED


def test_a_reply_is_corrected_in_a_revision_of_its_own(cast: Cast, report: Report) -> None:
    correct(cast, report, REPLY, {"text": "We think 349 is good."})

    reply = PublishedResponse.objects.current().get()
    assert (reply.text, reply.was) == ("We think 349 is good.", {"text": "We think 394 is good."})
    assert Publication.objects.filter(type="report").count() == 1


def test_a_recalled_submission_never_becomes_public(cast: Cast, report: Report) -> None:
    """The second submission was recalled, and the review resumed on the first."""
    recalled = make_submission(report, ReportState.PUBLISHED, number=2, figures=figures("5555", "777"))
    with acting_as(SYSTEM):
        ReportDecision.objects.create(
            report=report,
            organisation=report.organisation,
            submission=recalled,
            kind=ReportDecisionKind.RECALL,
            decided_by=cast.sven,
        )

    correct(cast, report, LIVE, "349")

    body = bytes(Publication.objects.get(type="report", revision=2).body)
    assert b"5555" not in body
    kids = PublishedFigure.objects.current().get(service__slug="aurora-kids")
    assert kids.value == Decimal(2960)


def test_the_public_document_is_walked_once_for_all_texts(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = Mock(side_effect=published_states.values_in)
    monkeypatch.setattr(published_states, "values_in", walk)
    with acting_as(SYSTEM):
        state = published_state(report)
    assert state is not None
    texts = [place for place in state.values if place.subject == "text"]
    walk.reset_mock()

    assert [state.is_withheld(place) for place in texts] == [False] * len(texts)
    assert (len(texts) > 1, walk.call_count) == (True, 1)


def test_a_withheld_figure_is_corrected_and_stays_withheld(cast: Cast) -> None:
    make_published_report(
        make_cycle(read_charter()),
        cast.aurora,
        figures("2960", "394", disclosure="secretariat"),
    )
    correct(cast, Report.objects.get(), LIVE, "349")

    body = bytes(Publication.objects.get(type="report", revision=2).body)
    assert b'"349"' not in body
    assert b'"394"' not in body
    (item,) = published_document()["corrections"][0]["items"]
    assert (item["withheld"], item["old"], item["new"]) == (True, None, None)
    live = PublishedFigure.objects.current().get(service__slug="aurora-live")
    assert (live.withheld, live.value, live.was) == (True, None, None)


def test_a_total_is_withheld_where_all_withheld_parts_are_zero(cast: Cast) -> None:
    rows = figures("0", "0", disclosure="secretariat")
    rows["search"][0] = {**rows["search"][0], "disclosure": "secretariat"}
    make_published_report(make_cycle(read_charter()), cast.aurora, rows)

    total = PublishedTotal.objects.current().get()
    assert (total.withheld, total.value) == (True, None)


def test_a_correction_that_gives_a_withheld_figure_away_is_refused(cast: Cast) -> None:
    """Three withheld parts under a public total: without one of them the difference of the totals is that one."""
    make_service(cast.aurora, "aurora-mini")
    withheld = {"disclosure": "secretariat"}
    rows = figures("2960", "394", **withheld)
    rows["search"][0] = {**rows["search"][0], **withheld}
    rows["search"].append({**rows["search"][0], "service": "aurora-mini", "value": "7"})
    make_published_report(make_cycle(read_charter()), cast.aurora, rows)
    report = Report.objects.get()
    assert PublishedTotal.objects.current().get().value == Decimal(3361)

    draft = act(cast, "alice", draft_correction, report, FIGURE(LIVE, None, status="not_measured"))
    with pytest.raises(DomainError, match="work out a figure that is withheld"):
        act(cast, "sven", propose_correction, draft)

    assert act(cast, "alice", edit_correction, draft, FIGURE(LIVE, "390"))
    assert act(cast, "sven", propose_correction, draft).state == CorrectionState.PROPOSED
