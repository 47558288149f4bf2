"""Nothing confidential reaches the public: a word in each confidential field, looked for everywhere."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from alliance.enums import CycleState, ReportState
from alliance.models import (
    Answer,
    ChangesRequest,
    Commitment,
    Correction,
    CorrectionItem,
    EarlierVerdict,
    Evidence,
    ExtensionRequest,
    Figure,
    Indicator,
    InternalNote,
    Measure,
    Pledge,
    Question,
    Report,
    ReportDecision,
    ReportExemption,
    Target,
    Verdict,
    Withdrawal,
)
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication
from tests.factories import (
    Cast,
    make_charter,
    make_cycle,
    make_organisation,
    make_report,
    read_cast,
    read_charter,
)
from tests.support.public_urls import all_public_urls
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import make_submission, submitted_figure

pytestmark = pytest.mark.django_db

CANARY = "canary-7f3a"
NUMBER = "73158264"


def hide_in_the_public_report(cast: Cast, charter: Any) -> None:
    """A published report with a withheld figure, a withheld answer and evidence for the secretariat."""
    cycle = make_cycle(charter)
    kids = submitted_figure(
        "content-actioned", NUMBER, service="aurora-kids", disclosure="secretariat",
        disclosure_reason=CANARY, note=CANARY, method=CANARY, lower=NUMBER, upper=NUMBER, numerator=NUMBER,
    )  # fmt: skip
    live = submitted_figure("content-actioned", "20", service="aurora-live", disclosure_reason=CANARY)
    make_published_report(
        cycle, cast.aurora, {"search": [kids, live]}, {"find": "limited"}, {"find": "We accept it."}
    )
    make_published_cycle(cycle)


def hide_in_work(cast: Cast, charter: Any) -> None:
    """A working copy, a submission, verdicts, a question, a note, a request for changes, a draft pledge."""
    cycle = make_cycle(charter, "2026-h2")
    report = make_report(cycle, cast.beacon)
    submission = make_submission(report, ReportState.IN_REVIEW, answer=CANARY, statement=CANARY)
    of_report = {"report": report, "organisation": cast.beacon}
    narrative = Indicator.objects.get(key="search-story")
    indicator = Indicator.objects.get(key="content-actioned")
    measure, commitment = Measure.objects.get(key="search"), Commitment.objects.get(key="find")
    Answer.objects.create(indicator=narrative, text=CANARY, **of_report)
    Figure.objects.create(indicator=indicator, status="reported", value=NUMBER, note=CANARY, **of_report)
    Evidence.objects.create(measure=measure, kind="file", title=CANARY, file_name=CANARY, **of_report)
    Verdict.objects.create(
        submission=submission,
        commitment=commitment,
        value="limited",
        reason=CANARY,
        given_by=cast.rita,
        **of_report,
    )
    correction = Correction.objects.create(
        side="member",
        state="proposed",
        of_publication=1,
        reason={"en": CANARY, "ru": CANARY},
        answer_reason=CANARY,
        decision_reason=CANARY,
        written_by=cast.carol,
        **of_report,
    )
    CorrectionItem.objects.create(
        correction=correction,
        organisation=cast.beacon,
        subject="text",
        indicator_key="search-story",
        new={"text": CANARY},
    )
    Withdrawal.objects.create(
        organisation=cast.beacon,
        type="report",
        record="beacon-search/2026-h1",
        of_publication=1,
        reason={"en": CANARY, "ru": CANARY},
        asked_by=cast.mona,
    )
    ExtensionRequest.objects.create(
        reason=CANARY,
        decision_reason=CANARY,
        requested_due_on=date(2027, 1, 1),
        asked_by=cast.carol,
        **of_report,
    )
    Question.objects.create(text=CANARY, answer=CANARY, asked_by=cast.rita, **of_report)
    ChangesRequest.objects.create(
        summary=CANARY, submission=submission, requested_by=cast.rita, due_on=date(2027, 1, 1), **of_report
    )
    decision = ReportDecision.objects.create(
        kind="reopen", submission=submission, reason=CANARY, decided_by=cast.rita, **of_report
    )
    EarlierVerdict.objects.create(
        decision=decision, organisation=cast.beacon, commitment=commitment, value="limited", reason=CANARY,
        given_by=cast.rita, given_at=decision.decided_at,
    )  # fmt: skip
    ReportExemption.objects.create(reason=CANARY, decided_by=cast.mona, **of_report)
    InternalNote.objects.create(report=report, text=CANARY, written_by=cast.rita)
    pledge = Pledge.objects.create(
        organisation=cast.beacon, commitment_key="find", text=CANARY, state="signed"
    )
    Target.objects.create(pledge=pledge, text=CANARY, due_on=date(2027, 1, 1))


def hide_elsewhere(charter: Any) -> None:
    """A draft charter, a planned cycle, an applicant."""
    make_charter(CANARY, state="draft")
    planned = make_cycle(charter, "2027-h1", CycleState.PLANNED)
    planned.title_en = planned.title_ru = CANARY
    planned.save()
    applicant = make_organisation("applicant", state="applicant")
    applicant.name_en = applicant.name_ru = CANARY
    applicant.save()


@pytest.fixture
def cast() -> Cast:
    cast = read_cast()
    with acting_as(SYSTEM):
        charter = read_charter()
        hide_in_the_public_report(cast, charter)
        hide_in_work(cast, charter)
        hide_elsewhere(charter)
    return cast


def test_what_could_leak_is_really_there(cast: Cast) -> None:
    with acting_as(SYSTEM):
        report = Report.objects.get(cycle__slug="2026-h2")
        assert CANARY.encode() in bytes(report.submissions.get().body)
        assert (Answer.objects.get().text, InternalNote.objects.get().text) == (CANARY, CANARY)
        earlier = Report.objects.get(cycle__slug="2026-h1")
        assert NUMBER.encode() in bytes(earlier.submissions.get().body)


def test_no_public_answer_says_anything_confidential(client: Client, cast: Cast) -> None:
    answers = {address: client.get(address) for address in all_public_urls()}

    assert {
        address: answer.status_code for address, answer in answers.items() if answer.status_code != 200
    } == {}
    leaks = [
        (address, word)
        for address, answer in answers.items()
        for word in (
            CANARY,
            NUMBER,
            "73,158,264",
            "73 158 264",
            "73\N{NO-BREAK SPACE}158\N{NO-BREAK SPACE}264",
        )
        if word in answer.content.decode()
    ]
    assert leaks == []


def test_a_withheld_figure_does_not_follow_from_its_total(client: Client, cast: Cast) -> None:
    total = str(int(NUMBER) + 20)

    bodies = [bytes(publication.body).decode() for publication in Publication.objects.all()]

    assert [body for body in bodies if total in body or NUMBER in body] == []


@pytest.mark.parametrize(
    "address",
    [
        "/en/reports/beacon-search/2026-h2/",
        "/en/reports/beacon-search/2026-h2.json",
        "/en/reports/beacon-search/2026-h2.csv",
        "/en/cycles/2027-h1/",
        "/en/members/applicant/",
    ],
)
def test_what_is_not_public_looks_like_what_does_not_exist(client: Client, cast: Cast, address: str) -> None:
    hidden, missing = client.get(address), client.get("/en/reports/nobody/2020-h1/")

    assert (hidden.status_code, hidden.content) == (404, missing.content)
