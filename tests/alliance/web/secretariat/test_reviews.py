"""The reviewer's pages: the queue, questions and notes, and the ways out of a review."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import OrganisationKind, OrganisationState, ReportState, Role
from alliance.models import (
    Answer,
    Commitment,
    Cycle,
    InternalNote,
    Measure,
    Organisation,
    Question,
    Report,
    SecondReading,
    Submission,
)
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.text import format_date
from tests.alliance.web.secretariat.test_verdicts import commitment_url, give, measure_url
from tests.factories import Cast, make_cycle, make_organisation, make_person, make_report, read_charter
from tests.support.pages import queries_of, signed_in, words_of
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db


# --- The queue -----------------------------------------------------------------------------------


def in_queue(client: Client) -> list[str]:
    page = client.get("/secretariat/reviews/").context["page"]
    return [row.organisation.slug for row in page]


def test_the_queue_begins_with_what_should_be_concluded_soonest(cast: Cast, rita: Client) -> None:
    charter = read_charter()
    quick, slow = make_cycle(charter, "2026-h1"), make_cycle(charter, "2025-h2")
    slow.review_days = 60
    slow.save()
    waiting = {"aurora-video": (cast.aurora, slow, 40), "beacon-search": (cast.beacon, quick, 5)}
    cedar = make_organisation("cedar")
    make_person("Nadia", cedar, Role.SIGNATORY)
    waiting["cedar"] = (cedar, quick, 20)
    for organisation, cycle, days in waiting.values():
        make_submission(report := make_report(cycle, organisation))
        Report.objects.filter(pk=report.pk).update(submitted_at=timezone.now() - timedelta(days=days))

    assert in_queue(rita) == ["cedar", "aurora-video", "beacon-search"]


def test_the_queue_has_what_was_filed_and_is_not_public(cast: Cast, rita: Client) -> None:
    cycle = make_cycle(read_charter())
    for state in ReportState.values:
        organisation = make_organisation(f"member-{state}".replace("_", "-"))
        Report.objects.create(organisation=organisation, cycle=cycle, state=state, due_on=cycle.due_on)

    assert sorted(in_queue(rita)) == [
        "member-changes-requested",
        "member-concluded",
        "member-in-review",
        "member-submitted",
    ]


def test_the_queue_says_what_one_may_not_review(cast: Cast, report: Report) -> None:
    cast.aurora.memberships.create(person=cast.rita, roles=["reader"], ended_at=timezone.now())

    page = signed_in(cast.rita).get("/secretariat/reviews/")

    assert "you cannot review this" in words_of(page)


# --- What no page shows --------------------------------------------------------------------------


def test_no_review_page_shows_the_working_copy(cast: Cast, rita: Client, report: Report) -> None:
    indicator = report.cycle.charter.indicators.get(key="search-story")
    with acting_as(SYSTEM):
        Answer.objects.create(report=report, organisation=cast.aurora, indicator=indicator, text="CANARY-77")
    Report.objects.update(state=ReportState.CHANGES_REQUESTED)

    urls = [
        measure_url(report),
        commitment_url(report),
        f"/secretariat/reviews/{report.pk}/",
        "/secretariat/",
    ]
    pages = [rita.get(url) for url in urls]

    assert [page.status_code for page in pages] == [200] * 4
    assert not any(b"CANARY-77" in page.content for page in pages)


# --- Questions and notes -------------------------------------------------------------------------


def test_a_question_is_asked_in_place_and_closed(cast: Cast, rita: Client, report: Report) -> None:
    response = rita.post(measure_url(report), {"act": "question", "question-text": "Which list?"})
    question = Question.objects.get()
    closed = rita.post(measure_url(report), {"act": f"close:{question.pk}"})

    url = measure_url(report)
    assert (response.url, closed.url) == (f"{url}#questions-heading", f"{url}#question-{question.pk}")
    assert (question.text, question.measure.key) == ("Which list?", "search")
    assert Question.objects.get().state == "closed"


def test_a_note_is_written_in_place(rita: Client, report: Report) -> None:
    rita.post(measure_url(report), {"act": "note", "note-text": "Look at 2025."})

    with acting_as(SYSTEM):
        assert [(row.text, row.measure.key) for row in InternalNote.objects.all()] == [
            ("Look at 2025.", "search")
        ]
    assert "Look at 2025." in words_of(rita.get(measure_url(report)))


# --- The ways out --------------------------------------------------------------------------------


def judge_all(rita: Client, report: Report) -> None:
    for measure in Measure.objects.filter(charter=report.cycle.charter):
        give(rita, measure_url(report, measure.key))
    for commitment in Commitment.objects.filter(charter=report.cycle.charter):
        give(rita, commitment_url(report, commitment.key))


def test_starting_leads_to_the_first_measure(cast: Cast, rita: Client) -> None:
    make_submission(report := make_report(make_cycle(read_charter()), cast.aurora))

    response = rita.post(f"/secretariat/reviews/{report.pk}/start/")

    assert response.url == measure_url(report)
    assert Report.objects.get().state == ReportState.IN_REVIEW


def test_concluding_names_what_is_missing(rita: Client, report: Report) -> None:
    page = rita.get(f"/secretariat/reviews/{report.pk}/conclude/")

    assert [step.key for step, _url in page.context["missing"]] == [
        "search",
        "speed",
        "find",
        "complaints",
        "answer",
    ]


def test_concluding_ends_the_review(rita: Client, report: Report) -> None:
    judge_all(rita, report)

    response = rita.post(f"/secretariat/reviews/{report.pk}/conclude/")

    assert response.status_code == 302
    assert Report.objects.get().state == ReportState.CONCLUDED


def test_a_review_says_what_keeps_it_from_being_concluded(cast: Cast, rita: Client, report: Report) -> None:
    judge_all(rita, report)
    url = f"/secretariat/reviews/{report.pk}/"
    assert "the review can be concluded" in words_of(rita.get(url))
    with acting_as(SYSTEM):
        reading = SecondReading.objects.create(
            report=report, organisation=cast.aurora, reader=cast.mona, asked_by=cast.rita
        )

    words = words_of(rita.get(url))

    assert "the review can be concluded" not in words
    assert "Every verdict is given. Mona has been asked for a second reading" in words
    with acting_as(SYSTEM):
        reading.delete()
    rita.post(f"{url}conclude/")
    again = rita.post(f"{url}conclude/")
    assert again.status_code == 422
    assert "sees:" not in words_of(again)


def test_a_recalled_submission_keeps_its_day_and_lacks_no_verdict(
    cast: Cast, rita: Client, report: Report
) -> None:
    Report.objects.update(state=ReportState.SUBMITTED)
    signed_in(cast.sven).post(f"/workspace/reports/{report.pk}/recall/", {"reason": "", "language": "en"})

    words = words_of(rita.get(f"/secretariat/reviews/{report.pk}/"))

    assert re.search(r"Submission 1, \d+ \w+ \d{4}, recalled", words)
    assert "missing" not in words


def test_returning_needs_a_summary(rita: Client, report: Report) -> None:
    url = f"/secretariat/reviews/{report.pk}/request-changes/"

    refused = rita.post(url, {"summary": ""})
    returned = rita.post(url, {"summary": "Count again."})

    assert (refused.status_code, returned.status_code) == (422, 302)
    assert Report.objects.get().state == ReportState.CHANGES_REQUESTED


# --- The same number of queries ------------------------------------------------------------------


def crowd(report: Report, cycle: Cycle, count: int) -> None:
    """So many more members that have filed for the cycle what this report says."""
    with acting_as(SYSTEM):
        filed = report.submissions.get()
    kinds = {"kind": OrganisationKind.MEMBER, "state": OrganisationState.ACTIVE}
    names = [f"member-{cycle.slug}-{number}" for number in range(count)]
    members = Organisation.objects.bulk_create(
        Organisation(slug=name, name=name, name_en=name, name_ru=name, **kinds) for name in names
    )
    reports = Report.objects.bulk_create(
        Report(
            organisation=member,
            cycle=cycle,
            state=report.state,
            due_on=cycle.due_on,
            submitted_at=filed.submitted_at,
        )
        for member in members
    )
    copied = {
        name: getattr(filed, name)
        for name in (
            "number",
            "body",
            "sha256",
            "submitted_at",
            "submitted_by",
            "content_counts",
            "organisation_totals",
        )
    }
    with acting_as(SYSTEM):
        Submission.objects.bulk_create(
            Submission(report=report, organisation=report.organisation, **copied) for report in reports
        )


@pytest.mark.parametrize(
    "path", ["", "reviews/", "reviews/{pk}/measures/search/", "cycles/2026-h1/", "cycles/"]
)
def test_the_number_of_queries_does_not_grow(cast: Cast, rita: Client, report: Report, path: str) -> None:
    earlier = make_cycle(report.cycle.charter, "2025-h2")
    crowd(report, report.cycle, 10)
    url = "/secretariat/" + path.format(pk=report.pk)
    few = queries_of(rita, url)

    crowd(report, earlier, 1000)

    assert queries_of(rita, url) == few


def test_the_days_of_a_review_are_counted_from_the_submission(rita: Client, report: Report) -> None:
    Report.objects.update(submitted_at=timezone.make_aware(timezone.datetime(2026, 8, 3, 12)))

    assert rita.get(measure_url(report)).context["conclude_by"] == date(2026, 8, 31)


def test_who_begins_a_review_on_a_page_that_is_older_reads_whose_it_is(cast: Cast, report: Report) -> None:
    """Both saw it unassigned; the one who was quicker has it, the other is told, and may take it over on record."""
    Report.objects.update(reviewer=None, state=ReportState.SUBMITTED)
    roy = signed_in(make_person("Roy", cast.secretariat, Role.REVIEWER))
    address = f"/secretariat/reviews/{report.pk}/start/"
    assert signed_in(cast.rita).post(address).status_code == 302

    page = f"http://testserver/secretariat/reviews/{report.pk}/"
    late = roy.post(address, follow=True, headers={"referer": page})

    assert "Rita reviews this report now. To judge it, take it over on record." in words_of(late)
    assert Report.objects.get().reviewer == cast.rita


def test_an_extension_is_named_with_its_own_day_while_the_report_is_returned(
    rita: Client, report: Report
) -> None:
    due_on, again = report.cycle.due_on + timedelta(days=7), report.cycle.due_on + timedelta(days=60)
    values = {"due_on": due_on, "extension_reason": "Two offices moved.", "changes_due_on": again}
    Report.objects.update(state=ReportState.CHANGES_REQUESTED, **values)

    page = words_of(rita.get(f"/secretariat/reviews/{report.pk}/"))

    assert " ".join(f"{format_date(due_on)}: Two offices moved.".split()) in page
