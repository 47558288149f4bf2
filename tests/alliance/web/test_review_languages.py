"""What is written in a review has the language of its writer, and says so wherever somebody else reads it."""

import json

import pytest
from django.test import Client

from alliance.documents.report.commitments import verdict_of
from alliance.enums import ReportState
from alliance.models import ChangesRequest, Cycle, InternalNote, PublishedVerdict, Question, Report, Verdict
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import publish, read_publication
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.pages import signed_in
from tests.support.published_reports import make_published_report
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
PAGE = "/en/reports/aurora-video/2026-h1/"
REASON = {"value": "limited", "reason": "Работа начата.", "version": "0"}


@pytest.fixture
def cycle() -> Cycle:
    return make_cycle(read_charter())


@pytest.fixture
def report(cast: Cast, cycle: Cycle) -> Report:
    """Aurora's report in review."""
    report = make_report(cycle, cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    return report


def test_a_verdict_is_in_the_reviewers_language_unless_another_is_chosen(cast: Cast, report: Report) -> None:
    rita = signed_in(cast.rita)
    review = f"/secretariat/reviews/{report.pk}"
    form = rita.get(f"{review}/measures/search/").context["form"]
    assert form["language"].value() == "en"

    rita.post(f"{review}/measures/search/", {**REASON, "language": "ru"})
    rita.post(f"{review}/measures/speed/", REASON)

    with acting_as(SYSTEM):
        assert list(Verdict.objects.values_list("language", flat=True)) == ["ru", "en"]
    assert rita.get(f"{review}/measures/search/").context["form"]["language"].value() == "ru"


def test_questions_answers_summaries_and_notes_have_their_language(cast: Cast, report: Report) -> None:
    rita, alice = signed_in(cast.rita), signed_in(cast.alice)
    review = f"/secretariat/reviews/{report.pk}"
    for kind in ("question", "note"):
        rita.post(f"{review}/", {"act": kind, f"{kind}-text": "Какой список?", f"{kind}-language": "ru"})
    question = Question.objects.get()
    assert '<p class="prose" lang="ru">Какой список?' in alice.get(f"/workspace/reports/{report.pk}/").text
    alice.post(f"/workspace/questions/{question.pk}/answer/", {"text": "Ours.", "language": "en"})
    rita.post(f"{review}/request-changes/", {"summary": "Посчитайте заново.", "language": "ru"})

    question.refresh_from_db()
    assert (question.language, question.answer_language) == ("ru", "en")
    assert ChangesRequest.objects.get().language == InternalNote.objects.get().language == "ru"
    assert '<p lang="ru">Посчитайте заново.' in alice.get(f"/workspace/reports/{report.pk}/").text


def test_a_language_that_the_portal_does_not_have_is_not_kept(cast: Cast, report: Report) -> None:
    rita, alice = signed_in(cast.rita), signed_in(cast.alice)
    rita.post(f"/secretariat/reviews/{report.pk}/", {"act": "question", "question-text": "Which?"})
    question = Question.objects.get()
    alice.post(f"/workspace/questions/{question.pk}/answer/", {"text": "Ours.", "language": "xx"})
    question.refresh_from_db()
    assert (question.language, question.answer_language) == ("en", "en")


def test_the_language_of_a_reason_is_published(client: Client, cast: Cast, cycle: Cycle) -> None:
    publication = make_published_report(cycle, cast.aurora, verdicts={"find": "limited"}, language="ru")
    (entry, *_measures) = read_publication(publication)["verdicts"]

    assert entry["language"] == "ru"
    assert {row.language for row in PublishedVerdict.objects.all()} == {"ru"}
    assert client.get(PAGE).text.count('lang="ru">') >= 2


def test_a_publication_of_old_is_still_read(client: Client, cast: Cast, cycle: Cycle) -> None:
    document = read_publication(make_published_report(cycle, cast.aurora, verdicts={"find": "limited"}))
    for verdict in document["verdicts"]:
        del verdict["language"]
    publish(SYSTEM, "report", "aurora-video/2026-h1", document, title={"en": "Old"}, languages=["en"])

    assert {row.language for row in PublishedVerdict.objects.current()} == {""}
    page = client.get(PAGE)
    assert (page.status_code, "Reason for find." in page.text) == (200, True)
    assert json.loads(client.get(PAGE.rstrip("/") + ".json").content)["document"]["verdicts"]


def test_on_paper_a_reason_is_marked_with_its_language(cast: Cast, cycle: Cycle) -> None:
    document = read_publication(
        make_published_report(cycle, cast.aurora, verdicts={"find": "limited"}, language="ru")
    )
    (entry, *_measures) = document["verdicts"]
    of_old = {key: value for key, value in entry.items() if key != "language"}

    reasons = [verdict.reason for row in (entry, of_old) if (verdict := verdict_of(document, row))]

    # the old one in the language of its letters
    assert [(reason.language, reason.language_note) for reason in reasons if reason] == [
        ("ru", "Language: Russian"),
        ("en", ""),
    ]
