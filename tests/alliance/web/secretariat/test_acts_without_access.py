"""What the pages of a review and of a withdrawal say of a member whose people have no access: nobody is notified."""

import pytest
from django.test import Client

from alliance.enums import ReportState
from alliance.models import Person, Report
from alliance.services.freezing import freeze_account
from alliance.services.organisations import suspend_organisation
from alliance.services.responses import respond_to_verdicts
from alliance.services.review_decisions import reopen_review, resume_review
from alliance.services.reviews import conclude_report, start_review
from portal.kernel.access import acting_as
from tests.factories import Cast
from tests.support.pages import signed_in, words_of
from tests.support.report_acts import act, judge_all, make_submitted_report, returned, state_of
from tests.support.review_desk import review_url
from tests.support.withdrawals import ask_to_withdraw, consent, publish_report_with_reply, second_person

pytestmark = pytest.mark.django_db
NOBODY = "nobody at the member has access, and nobody there is notified"


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_submitted_report(cast)


def suspend(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        suspend_organisation(mona, cast.aurora, "The dues are not paid.")


def concluded(cast: Cast, report: Report) -> None:
    act(cast, "rita", start_review, report)
    judge_all(cast, report, "limited")
    act(cast, "rita", conclude_report, report)
    act(cast, "sven", respond_to_verdicts, report, None, "We object.", "en")


def test_time_that_nobody_can_use_needs_no_reason(cast: Cast, report: Report, rita: Client) -> None:
    returned(cast, report)
    url = f"{review_url(report)}resume/"
    before = words_of(rita.get(url))
    suspend(cast)

    page = words_of(rita.get(url))

    assert ("give a reason" in before, "give a reason" in page) == (True, False)
    assert f"{NOBODY}; a reason is optional" in page
    assert "its editors and signatories are notified" not in page
    assert act(cast, "rita", resume_review, report).state == ReportState.IN_REVIEW


def test_nobody_is_notified_of_a_request_that_is_taken_back(cast: Cast, report: Report, rita: Client) -> None:
    returned(cast, report)
    suspend(cast)

    page = words_of(rita.get(f"{review_url(report)}take-back/"))

    assert f"{NOBODY}; a reason is optional" in page
    assert "its editors and signatories are notified" not in page


def test_nobody_reads_or_replies_after_a_reopening(cast: Cast, report: Report, rita: Client) -> None:
    concluded(cast, report)
    url = f"{review_url(report)}reopen/"
    before = words_of(rita.get(url))
    suspend(cast)

    page = words_of(rita.get(url))

    for words in (
        "still reads the verdicts",
        "for it again",
        "it may sign new ones",
        "signatories are notified",
    ):
        assert (words in before, words in page) == (True, False), words
    assert NOBODY in page
    assert "the verdicts stay as they were concluded in the history of the report" in page
    assert "replies that it has signed stay: " in page


CONCLUSIONS = (
    "Concluded. The member can now read the verdicts and reply.",
    "Concluded. The member can now read the verdicts.",
    "Concluded. Nobody at the member has access to read the verdicts and reply.",
)


@pytest.mark.parametrize(
    ("loss", "conclusion", "is_read"),
    [("", CONCLUSIONS[0], True), ("signatory", CONCLUSIONS[1], True), ("access", CONCLUSIONS[2], False)],
)
def test_a_conclusion_says_whether_anybody_can_reply(
    cast: Cast, report: Report, rita: Client, loss: str, conclusion: str, is_read: bool
) -> None:
    concluded(cast, report)
    act(cast, "rita", reopen_review, report, "We look again.")
    if loss == "access":
        suspend(cast)
    elif loss == "signatory":
        with acting_as(cast.actor("mona")) as mona:
            freeze_account(mona, cast.sven, "Stolen telephone.")
    url = f"{review_url(report)}conclude/"

    before = words_of(rita.get(url))
    page = words_of(rita.post(url, follow=True))

    assert state_of(report) == ReportState.CONCLUDED
    assert "verdicts can be changed only after you reopen the review, with a reason" in before
    assert ("a reason that the member reads" in before) is is_read
    assert [words for words in CONCLUSIONS if words in page] == [conclusion]


def test_nobody_is_notified_of_a_withdrawal_or_its_end(cast: Cast) -> None:
    publication = publish_report_with_reply(cast)
    asked = ask_to_withdraw(cast, publication)
    mona, otto = signed_in(cast.mona), signed_in(Person.objects.get(pk=second_person(cast).person_id))
    before = words_of(otto.get(f"/secretariat/withdrawals/{asked.pk}/publish/"))
    suspend(cast)

    asking = words_of(otto.get(f"/secretariat/withdrawals/{asked.pk}/publish/"))
    done = consent(cast, asked)
    undoing = words_of(mona.get(f"/secretariat/withdrawals/{done.pk}/undo/"))

    assert ("the member is notified" in before, NOBODY in before) == (True, False)
    for page in (asking, undoing):
        assert ("the member is notified" in page, NOBODY in page) == (False, True)
