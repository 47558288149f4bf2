"""What was typed or asked on a measure that the next submission no longer has is read on the page of the review."""

import pytest
from django.test import Client

from alliance.models import Measure, Question, Report, ReviewDraft
from alliance.queries.open_items import open_items
from portal.kernel.access import SYSTEM, acting_as
from tests.alliance.web.secretariat.test_verdicts import measure_url
from tests.factories import Cast
from tests.support.pages import signed_in, words_of
from tests.support.review_desk import resubmit, review_url
from tests.support.submissions import body_of

pytestmark = pytest.mark.django_db
GONE = "00000000-0000-4000-8000-000000000001"


def leave_out_search(report: Report) -> str:
    """The member submits again without the measure; how the charter calls it."""
    others = [part for part in body_of(report)["measures"] if part["measure"] != "search"]
    resubmit(report, measures=others)
    measure = Measure.objects.get(charter=report.charter, key="search")
    return f"{measure.code} {measure.title}"


def test_drafts_on_it_are_read_by_their_writer_alone(cast: Cast, rita: Client, report: Report) -> None:
    words = "And at night?"
    typed = {"question-text": words, "question-language": "en", "autosave": "1"}
    rita.post(measure_url(report), typed)
    before = words_of(rita.get(review_url(report)))
    name = leave_out_search(report)

    page, of_colleague = rita.get(review_url(report)), signed_in(cast.mona).get(review_url(report))

    assert [each for each, _draft in page.context["drafts_without_step"]] == [name]
    assert [words in text for text in (before, words_of(page), words_of(of_colleague))] == [
        False,
        True,
        False,
    ]


def test_a_draft_on_what_no_charter_names_any_more_is_read_too(
    cast: Cast, rita: Client, report: Report
) -> None:
    with acting_as(SYSTEM):
        for step in (f"pledge:{GONE}", "commitment:gone"):
            ReviewDraft.objects.create(
                report=report, person=cast.rita, step=step, kind="verdict", texts={"reason": f"On {step}"}
            )

    page = rita.get(review_url(report))

    assert [name for name, _draft in page.context["drafts_without_step"]] == [GONE, "gone"]
    assert "On commitment:gone" in words_of(page)


def test_a_question_on_it_leads_to_the_review_and_so_do_links_to_its_page(
    cast: Cast, rita: Client, report: Report
) -> None:
    rita.post(measure_url(report), {"act": "question", "question-text": "Which list?"})
    name = leave_out_search(report)
    with acting_as(cast.actor("mona")) as mona:
        (item,) = [each for each in open_items(mona, cast.aurora) if each.kind == "Question"]

    question = rita.get(item.url)
    followed = rita.get(measure_url(report), follow=True)

    assert item.url == f"{review_url(report)}#question-{Question.objects.get().pk}"
    assert "Which list?" in words_of(question)
    assert followed.redirect_chain == [(review_url(report), 302)]
    assert f"“{name}” is not in the last submission." in words_of(followed)
    assert rita.get(measure_url(report, "nothing")).status_code == 404
    assert rita.post(measure_url(report), {"question-text": "And now?"}).status_code == 404
