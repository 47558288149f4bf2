"""The conversation between colleagues beside a measure, on its pages; and words that come too late."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alliance.enums import ReportState
from alliance.models import Measure, MeasureComment, MeasureVisit, Person, Report
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.web import PAGE_PERSON
from tests.alliance.queries.test_attention import empty
from tests.factories import Cast
from tests.support.delegations import move_report
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    return empty(cast)


@pytest.fixture
def measure(report: Report) -> Measure:
    return Measure.objects.select_related("commitment").get(charter=report.cycle.charter, key="search")


def thread_url(report: Report, measure: Measure) -> str:
    return reverse("workspace:measure-comments", args=[report.pk, measure.key])


def test_a_message_says_who_is_notified_and_who_cannot_be(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    with acting_as(SYSTEM):
        Person.objects.filter(pk=cast.bob.pk).update(is_active=False)
    page = alice.post(thread_url(report, measure), {"text": "@Sven, @Bob and @Carol: **now**?"}, follow=True)
    words = words_of(page)
    assert "Notified: Sven." in words
    assert "Not notified: Bob has no access to the portal at the moment." in words
    assert "“Carol” is not notified" in words
    assert "<strong>now</strong>" in page.content.decode()


def test_a_message_beside_a_measure_that_left_the_report_meanwhile_is_there_for_all(
    alice: Client, report: Report, measure: Measure
) -> None:
    Measure.objects.filter(pk=measure.pk).update(core=False)
    page = alice.post(thread_url(report, measure), {"text": "It stands in the log."}, follow=True)
    words = words_of(page)
    assert "Your message is there for your colleagues." in words
    assert "This measure is not part of the report any more" in words
    assert "It stands in the log." in words
    assert alice.get(thread_url(report, measure)).status_code == 200


def test_words_for_what_is_not_there_any_more_are_given_back(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    url = reverse("workspace:report-measure", args=[report.pk, measure.key])
    Measure.objects.filter(pk=measure.pk).update(core=False)
    typed = {"t1-text": "We search.", PAGE_PERSON: str(cast.alice.pk)}
    page = alice.post(url, typed)
    assert page.status_code == 404
    assert "We search." in words_of(page)

    saving = alice.post(url, {**typed, "autosave": "1"}, headers={"HX-Request": "true"})
    assert saving.status_code == 422
    assert "is not there any more. What you typed is still here" in words_of(saving)


def test_a_message_that_is_refused_stays_in_the_form(alice: Client, report: Report, measure: Measure) -> None:
    page = alice.post(thread_url(report, measure), {"text": "a\N{RIGHT-TO-LEFT OVERRIDE}b, in the log"})

    assert page.status_code == 422
    assert "in the log</textarea>" in page.content.decode()


def test_a_message_to_a_report_that_was_published_meanwhile_is_given_back(
    alice: Client, report: Report, measure: Measure
) -> None:
    move_report(report, ReportState.PUBLISHED)
    page = alice.post(thread_url(report, measure), {"text": "It stands in the log."})

    assert page.status_code == 422
    assert "Nothing can be added to this conversation any more" in words_of(page)
    assert "What you typed Message It stands in the log." in words_of(page)


def test_a_message_with_a_colleague_who_has_left_meanwhile_stays_in_the_form(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    posted = {"text": "Look at the log.", "mention": str(cast.carol.pk)}
    page = alice.post(thread_url(report, measure), posted)

    assert page.status_code == 422
    assert "Somebody whom you chose can no longer be notified." in words_of(page)
    assert "Look at the log.</textarea>" in page.content.decode()


def test_a_message_is_new_until_its_measure_is_opened(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    signed_in(cast.sven).post(thread_url(report, measure), {"text": "Whose clock is it?"})
    assert "1 new message between colleagues" in words_of(
        alice.get(reverse("workspace:report", args=[report.pk]))
    )
    url = reverse("workspace:report-measure", args=[report.pk, measure.key])
    assert "data-new" in alice.get(url).content.decode()
    assert "data-new" not in alice.get(url).content.decode()


def test_an_answer_to_a_deleted_message_keeps_its_words(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    alice.post(thread_url(report, measure), {"text": "Whose clock?"})
    with acting_as(SYSTEM):
        comment = MeasureComment.objects.get()
    alice.post(reverse("workspace:measure-comment-delete", args=[comment.pk]))
    page = signed_in(cast.sven).post(
        thread_url(report, measure), {"text": "Ours, I think.", "parent": str(comment.pk)}
    )
    assert "The message that you answer was deleted." in words_of(page)
    assert "Ours, I think." in page.content.decode()
    assert "Deleted by its author" in page.content.decode()
    again = {"text": "Ours, I think.", "parent": page.context["thread"].form["parent"].value()}
    assert signed_in(cast.sven).post(thread_url(report, measure), again).status_code == 302


@pytest.mark.parametrize("is_deleted", [False, True])
def test_words_typed_too_late_into_ones_own_message_are_sent_as_a_new_one(
    alice: Client, report: Report, measure: Measure, is_deleted: bool
) -> None:
    alice.post(thread_url(report, measure), {"text": "Whose clock?"})
    with acting_as(SYSTEM):
        comment = MeasureComment.objects.get()
        late = (
            {"deleted_at": timezone.now()}
            if is_deleted
            else {"written_at": timezone.now() - timedelta(hours=1)}
        )
        MeasureComment.objects.filter(pk=comment.pk).update(**late)
    url = reverse("workspace:measure-comment-edit", args=[comment.pk])
    assert alice.get(url).status_code == 302  # nothing is typed that could not be saved

    page = alice.post(url, {"text": "Whose clock is it, ours?"})
    text = page.content.decode()
    assert page.status_code == 422
    assert ("was deleted already" if is_deleted else "more than 15 minutes old") in text
    assert f'action="{thread_url(report, measure)}"' in text
    parent = page.context["form"]["parent"].value()
    assert parent == ("" if is_deleted else str(comment.pk))
    posted = {"text": "Whose clock is it, ours?", "parent": parent}
    assert alice.post(thread_url(report, measure), posted).status_code == 302
    with acting_as(SYSTEM):
        assert MeasureComment.objects.latest("pk").parent_id == (None if is_deleted else comment.pk)


def test_words_for_a_message_of_a_report_that_is_final_are_given_back(
    alice: Client, report: Report, measure: Measure
) -> None:
    alice.post(thread_url(report, measure), {"text": "Whose clock?"})
    move_report(report, ReportState.PUBLISHED)
    with acting_as(SYSTEM):
        comment = MeasureComment.objects.get()
    page = alice.post(reverse("workspace:measure-comment-edit", args=[comment.pk]), {"text": "Ours?"})

    assert "Nothing can be added to this conversation any more" in words_of(page)
    assert "What you typed Message Ours?" in words_of(page)


def test_of_two_who_settle_a_conversation_the_second_reads_who_was_quicker(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    alice.post(thread_url(report, measure), {"text": "Whose clock?"})
    with acting_as(SYSTEM):
        comment = MeasureComment.objects.get()
    shown = last_shown(alice, report, measure)
    for act, data, words in (
        ("settle", shown, "Alice settled this conversation on"),
        ("reopen", {}, "open again already"),
    ):
        url = reverse(f"workspace:measure-comment-{act}", args=[comment.pk])
        alice.post(url, data)
        assert words in words_of(signed_in(cast.sven).post(url, data, follow=True))


def test_a_conversation_is_not_settled_over_an_answer_that_came_meanwhile(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    alice.post(thread_url(report, measure), {"text": "Whose clock?"})
    with acting_as(SYSTEM):
        comment = MeasureComment.objects.get()
    url = reverse("workspace:measure-comment-settle", args=[comment.pk])

    def settle(shown: dict[str, str]) -> str:
        return words_of(alice.post(url, shown, follow=True))

    before, sven = last_shown(alice, report, measure), signed_in(cast.sven)
    answer = {"text": "Ours.", "parent": str(comment.pk)}
    sven.post(thread_url(report, measure), answer)
    with acting_as(SYSTEM):  # written on a server whose clock is slow
        MeasureComment.objects.filter(parent=comment).update(
            written_at=comment.written_at - timedelta(minutes=5)
        )
        number = MeasureComment.objects.get(parent=comment).pk
    late = settle(before)
    answered = last_shown(alice, report, measure)
    sven.post(reverse("workspace:measure-comment-edit", args=[number]), {"text": "Theirs."})
    edited = settle(answered)
    read_edit = last_shown(alice, report, measure)  # two edits of one moment would count as one
    sven.post(reverse("workspace:measure-comment-edit", args=[number]), {"text": "All of ours."})
    edited_anew = settle(read_edit)
    strange = [settle(shown) for shown in ({}, {"number": "x"}, {"number": "999999", "edited_at": ""})]
    settled = settle(last_shown(alice, report, measure))

    for refused in (late, edited, edited_anew):
        assert "Sven wrote in this conversation on" in refused
        assert "read the answer, then settle" in refused
    assert all("what it had shown cannot be read" in refused for refused in strange)
    assert "The conversation is settled." in settled


def last_shown(client: Client, report: Report, measure: Measure) -> dict[str, str]:
    """What the form that settles the newest conversation holds."""
    content = client.get(thread_url(report, measure)).content.decode()
    return dict(re.findall(r'name="(number|edited_at)" value="([^"]*)"', content)[:2])


def test_a_long_conversation_has_pages_within_150_kb(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    with acting_as(SYSTEM):
        MeasureComment.objects.bulk_create(
            MeasureComment(
                report=report, organisation=cast.aurora, measure=measure, written_by=cast.sven,
                text="Очень длинное слово. " * 95, language="ru",
            )
            for _number in range(40)
        )  # fmt: skip
    page = alice.get(thread_url(report, measure))
    beside = alice.get(reverse("workspace:report-measure", args=[report.pk, measure.key]))
    assert (len(page.context["thread"].rows), page.context["thread"].count) == (15, 40)
    assert max(len(page.content), len(beside.content)) < 150_000


def test_asking_whether_the_pages_can_be_opened_is_no_visit(
    alice: Client, report: Report, measure: Measure
) -> None:
    """So asks the list of words on a device, for pages that its person does not see."""
    pages = [reverse("workspace:report-measure", args=[report.pk, measure.key]), thread_url(report, measure)]
    answers = [alice.head(page).status_code for page in (*pages, pages[0].replace("search", "gone"))]
    with acting_as(SYSTEM):
        visits = MeasureVisit.objects.count()

    assert (answers, visits) == ([200, 200, 404], 0)

    alice.get(pages[0])
    with acting_as(SYSTEM):
        assert MeasureVisit.objects.count() == 1
