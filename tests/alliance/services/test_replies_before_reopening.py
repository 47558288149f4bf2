"""A reply to a verdict that a reopened review changed is marked wherever it stands beside the changed one."""

import pytest
from django.test import Client

from alliance.documents.report.commitments import reply_of
from alliance.documents.report.facts import preview_report_facts, published_report_facts
from alliance.enums import ReportState
from alliance.models import Commitment, Report
from alliance.services.publications import record_report_publication
from alliance.services.responses import respond_to_verdicts
from alliance.services.review_decisions import reopen_review
from alliance.services.reviews import conclude_report, start_review
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, read_publication
from tests.factories import Cast, make_cycle, make_report
from tests.support.open_data import build_release, csv_rows
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_cycle
from tests.support.report_acts import act, judge_all, make_submitted_report
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
PAGE = "/en/reports/aurora-video/2026-h1/"
REVIEWS = "/secretariat/reviews/"
ON_PAGE = "To the verdict before the review was reopened"


@pytest.fixture
def replied(cast: Cast) -> Report:
    """Concluded once, with a reply to one commitment and one to all verdicts."""
    report = make_submitted_report(cast)
    act(cast, "rita", start_review, report)
    judge_all(cast, report, "limited")
    act(cast, "rita", conclude_report, report)
    find = Commitment.objects.get(charter=report.cycle.charter, key="find")
    act(cast, "sven", respond_to_verdicts, report, find, "We object to “limited”.", "en")
    act(cast, "sven", respond_to_verdicts, report, None, "We object to all of it.", "en")
    return report


def reviewed_again(cast: Cast, report: Report, value: str) -> None:
    act(cast, "rita", reopen_review, report, "A page of evidence was overlooked.", "en")
    judge_all(cast, report, value)
    act(cast, "rita", conclude_report, report)


def publish(report: Report) -> Publication:
    with acting_as(SYSTEM):
        publication = record_report_publication(SYSTEM, Report.objects.get(pk=report.pk))
        make_published_cycle(report.cycle)
    return publication


def test_it_is_marked_on_pages_in_the_api_and_in_files(cast: Cast, replied: Report, client: Client) -> None:
    reviewed_again(cast, replied, "complete")

    before = words_of(signed_in(cast.mona).get(f"/secretariat/reports/{replied.pk}/as-public/"))
    with acting_as(cast.actor("mona")) as mona:
        draft = preview_report_facts(mona, replied.pk)
    number = publish(replied).number

    page = words_of(client.get(PAGE))
    assert ON_PAGE in page
    assert "To the verdicts before the review was reopened" in page
    assert ON_PAGE in before
    in_russian = words_of(client.get(PAGE.replace("/en/", "/ru/")))
    assert "Ответ на оценку до повторного открытия проверки" in in_russian
    assert "to the verdict before the review was reopened" in words_of(client.get("/en/commitments/find/"))
    api = client.get("/api/v1/reports/aurora-video/2026-h1/").json()["responses"]
    assert [row["before_reopening"] for row in api] == [True, True]
    build_release()
    assert [(row["before_reopening"], row["before_correction"]) for row in csv_rows("replies")] == [
        ("true", "")
    ] * 2
    for facts in (draft, published_report_facts(number)):
        reply = facts.reply_to("find")
        assert reply is not None
        assert "to the verdict before the review was reopened" in str(reply_of(reply))
    documents = [read_publication(row) for row in Publication.objects.filter(type="response")]
    assert [document["before_reopening"] for document in documents] == [True, True]


def test_it_is_not_where_it_came_out_as_before_or_was_signed_anew(
    cast: Cast, replied: Report, client: Client
) -> None:
    reviewed_again(cast, replied, "complete")
    reviewed_again(cast, replied, "limited")
    publish(replied)

    api = client.get("/api/v1/reports/aurora-video/2026-h1/").json()["responses"]
    assert [row["before_reopening"] for row in api] == [False, False]
    build_release()
    assert [row["before_reopening"] for row in csv_rows("replies")] == ["false", "false"]
    assert ON_PAGE not in words_of(client.get(PAGE))


@pytest.mark.parametrize("value", ["complete", "limited"])
def test_it_is_marked_in_the_next_review_and_on_the_page_of_its_own(
    cast: Cast, replied: Report, value: str
) -> None:
    reviewed_again(cast, replied, value)
    publish(replied)
    following = make_report(make_cycle(replied.cycle.charter, "2026-h2"), cast.aurora)
    make_submission(following, ReportState.IN_REVIEW)
    rita = signed_in(cast.rita)

    beside = [
        words_of(rita.get(f"{REVIEWS}{following.pk}/{step}/"))
        for step in ("measures/search", "commitments/find")
    ]
    own = words_of(rita.get(f"{REVIEWS}{replied.pk}/"))

    assert all("We object to “limited”." in page for page in beside)
    is_marked = value == "complete"
    assert ["to the verdict before the review was reopened" in page for page in beside] == [is_marked] * 2
    assert (ON_PAGE in own) == is_marked


def test_of_two_replies_the_one_signed_anew_has_no_mark(cast: Cast, replied: Report, client: Client) -> None:
    reviewed_again(cast, replied, "complete")
    act(cast, "sven", respond_to_verdicts, replied, None, "Now we agree.", "en")
    publish(replied)

    api = client.get("/api/v1/reports/aurora-video/2026-h1/").json()["responses"]
    assert {row["commitment"]: row["before_reopening"] for row in api} == {"find": True, "": False}
    documents = [read_publication(row) for row in Publication.objects.filter(type="response")]
    assert sorted("before_reopening" in document for document in documents) == [False, True]
