"""The whole way of a report with its ways back, on the pages of both sides, in both languages."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import CycleState, ReportState
from alliance.models import Commitment, Cycle, Measure, Report
from alliance.services.reviews import request_changes
from alliance.services.sign_off import ask_for_sign_off
from portal.kernel.access import acting_as
from portal.kernel.text import format_date
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.calendar import Calendar
from tests.support.jobs import run_all_jobs
from tests.support.pages import outlast_confirmation, queries_of, signed_in, signing_form, words_of
from tests.support.published_reports import make_published_cycle
from tests.support.submissions import make_submission
from tests.support.working_copies import fill_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    """Aurora's report, filled in and not submitted; Rita is to review it."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    fill_report(cast.actor("alice"), report)
    Report.objects.update(reviewer=cast.rita)
    report.refresh_from_db()
    return report


@pytest.fixture
def sven(cast: Cast) -> Client:
    return signed_in(cast.sven)


@pytest.fixture
def rita(cast: Cast) -> Client:
    return signed_in(cast.rita)


class Desks:
    """The pages of one report at both desks."""

    def __init__(self, report: Report, sven: Client, rita: Client) -> None:
        self.report, self.sven, self.rita = report, sven, rita
        self.own, self.review = f"/workspace/reports/{report.pk}/", f"/secretariat/reviews/{report.pk}/"

    def submit(self) -> str:
        form = signing_form(self.sven, f"{self.own}submit/")
        return words_of(self.sven.post(f"{self.own}submit/", form, follow=True))

    def step(self, name: str, **data: str) -> str:
        """A step of the reviewer, on its page."""
        return words_of(self.rita.post(f"{self.review}{name}/", data, follow=True))

    def judge(self, value: str, version: int) -> None:
        charter = self.report.cycle.charter
        data = {"value": value, "reason": f"It is {value}.", "language": "en", "version": str(version)}
        for kind, rows in (("measures", Measure.objects), ("commitments", Commitment.objects)):
            for row in rows.filter(charter=charter):
                response = self.rita.post(f"{self.review}{kind}/{row.key}/", data)
                assert response.status_code == 302, (row.key, words_of(response))

    def state(self) -> str:
        self.report.refresh_from_db()
        return self.report.state


@pytest.fixture
def desks(report: Report, sven: Client, rita: Client) -> Desks:
    return Desks(report, sven, rita)


def test_after_its_time_the_pages_say_that_the_report_counts_as_not_filed(cast: Cast, desks: Desks) -> None:
    """Before it is recalled, and still while it awaits sign-off."""
    desks.submit()
    Report.objects.update(due_on=timezone.localdate() - timedelta(days=30))
    before = words_of(desks.sven.get(f"{desks.own}recall/"))

    desks.sven.post(f"{desks.own}recall/", {"reason": "", "language": "en"})
    with acting_as(cast.actor("alice")) as alice:
        ask_for_sign_off(alice, desks.report)

    assert "the report counts as not filed until you submit it again" in before
    assert desks.state() == ReportState.AWAITING_SIGN_OFF
    assert "The report counts as not filed." in words_of(desks.sven.get(desks.own))


@pytest.mark.slow
def test_the_whole_way_and_its_ways_back(
    monkeypatch: pytest.MonkeyPatch, cast: Cast, desks: Desks, mailoutbox: list[Any]
) -> None:
    desks.submit()
    # recalled, in Russian, after its page has said what follows
    cast.sven.language = "ru"
    cast.sven.save()
    page = words_of(desks.sven.get(f"{desks.own}recall/"))
    assert "подача № 1" in page.replace("\N{NO-BREAK SPACE}", " ")
    page = words_of(
        desks.sven.post(f"{desks.own}recall/", {"reason": "Ошибка.", "language": "ru"}, follow=True)
    )
    assert desks.state() == ReportState.DRAFT
    assert "Подача № 1 отозвана" in page.replace("\N{NO-BREAK SPACE}", " ")
    run_all_jobs()
    assert {letter.to[0] for letter in mailoutbox if "recalled" in letter.subject} >= {cast.rita.email}
    assert "This submission was recalled" in words_of(desks.rita.get(desks.review))
    cast.sven.language = "en"
    cast.sven.save()
    # submitted again, returned with a day
    desks.submit()
    desks.step("start")
    due_on = timezone.localdate() + timedelta(days=9)
    assert "cycle gives for replies" in words_of(desks.rita.get(f"{desks.review}request-changes/"))
    desks.step("request-changes", summary="Count the nights.", due_on=due_on.isoformat())
    day = format_date(due_on).replace("\N{NO-BREAK SPACE}", " ")
    for url in (desks.own, "/workspace/", "/workspace/reports/"):
        assert day in words_of(desks.sven.get(url)).replace("\N{NO-BREAK SPACE}", " "), url
    # not submitted again: resumed on the last submission, once the day is over
    assert "give a reason" in words_of(desks.rita.get(f"{desks.review}resume/"))
    assert desks.rita.post(f"{desks.review}resume/", {"reason": ""}).status_code == 422
    Calendar(monkeypatch, due_on + timedelta(days=1))
    assert "overdue" in words_of(desks.rita.get(desks.review))
    assert "submission 2 of" in words_of(desks.rita.get(f"{desks.review}resume/"))
    desks.step("resume")
    assert desks.state() == ReportState.IN_REVIEW
    # concluded, answered, reopened
    desks.judge("limited", 0)
    desks.step("conclude")
    assert desks.state() == ReportState.CONCLUDED
    desks.sven.post(f"{desks.own}respond/", {"text": "We object.", "language": "en"})
    assert "all verdicts" in words_of(desks.rita.get(f"{desks.review}reopen/"))
    desks.step("reopen", reason="A page was overlooked.")
    assert "Verdicts as they were concluded before" in words_of(desks.sven.get(desks.own))
    received = words_of(desks.sven.get(f"{desks.own}verdicts/"))
    assert "The review was reopened" in received
    assert "Verdicts as they were concluded before" in received
    decision = desks.report.decisions.get(kind="reopen")
    for client, url in ((desks.sven, desks.own), (desks.rita, desks.review)):
        earlier = words_of(client.get(f"{url}earlier-verdicts/{decision.pk}/"))
        assert "Reply to all verdicts We object. Sven, " in earlier
        assert "took its place" not in earlier
    late = words_of(desks.sven.post(f"{desks.own}respond/", {"text": "Too late.", "language": "en"}))
    assert "The review was reopened: you can reply once it is concluded again." in late
    # concluded again a day later, answered anew
    Calendar(monkeypatch, due_on + timedelta(days=2))
    desks.judge("substantial", 1)
    assert "Limited → Substantial" in words_of(desks.rita.get(f"{desks.review}conclude/"))
    desks.step("conclude")
    assert "Write a new reply" in words_of(desks.sven.get(f"{desks.own}verdicts/"))
    form = words_of(desks.sven.get(f"{desks.own}respond/"))
    assert "We object." in form
    assert "it takes the place of the reply that was signed on" in form
    desks.sven.post(f"{desks.own}respond/", {"text": "We agree.", "language": "en"})
    for client, url in ((desks.sven, desks.own), (desks.rita, desks.review)):
        earlier = words_of(client.get(f"{url}earlier-verdicts/{decision.pk}/"))
        assert "We object. Sven, " in earlier
        assert "A new reply took its place on" in earlier
        assert "We agree." not in earlier
        assert "A page was overlooked." in earlier
        assert "It is limited." in earlier
    # published: the public reads the last submission, verdicts and reply alone
    Cycle.objects.update(state=CycleState.CLOSED)
    make_published_cycle(desks.report.cycle)
    signed_in(cast.mona).post(f"/secretariat/reports/{desks.report.pk}/publish/")
    run_all_jobs()
    assert desks.state() == ReportState.PUBLISHED
    public = words_of(Client().get(f"/en/reports/aurora-video/{desks.report.cycle.slug}/"))
    assert "We agree." in public
    assert "It is substantial." in public
    for word in ("We object.", "It is limited.", "Count the nights.", "overlooked", "Ошибка."):
        assert word not in public
    story = words_of(signed_in(cast.mona).get(f"/secretariat/reports/{desks.report.pk}/story/"))
    assert "Decision: " not in story  # the number of a row says nothing beside its words
    history = words_of(desks.sven.get(desks.own))
    steps = ("Published", "Review reopened", "resumed", "Changes requested, due", "Submission 1 recalled")
    places = [history.index(step, history.index("History")) for step in steps]
    assert places == sorted(places)


def test_a_recall_asks_again_who_it_is_and_says_who_was_quicker(cast: Cast, desks: Desks) -> None:
    desks.submit()
    outlast_confirmation(desks.sven)
    assert "/accounts/again/" in desks.sven.get(f"{desks.own}recall/").url
    sven = signed_in(cast.sven)
    desks.step("start")

    page = sven.get(f"{desks.own}recall/")

    assert "Review started: the secretariat," in words_of(page)
    refused = sven.post(f"{desks.own}recall/")
    assert refused.status_code == 422
    assert "Review started: the secretariat," in words_of(refused)
    assert "Recall the submission" not in words_of(sven.get(desks.own))


def test_a_recall_is_of_the_submission_that_its_page_has_shown(cast: Cast, desks: Desks) -> None:
    """From a page that is out of date the submission that was made since is not recalled unseen."""
    desks.submit()
    shown = desks.sven.get(f"{desks.own}recall/").context["form"]["seen"].value()
    desks.sven.post(f"{desks.own}recall/", {"seen": str(shown)})
    desks.submit()

    refused = desks.sven.post(f"{desks.own}recall/", {"reason": "An error.", "seen": str(shown)})

    assert (shown, refused.status_code) == (1, 422)
    assert "Meanwhile another submission was made: number 2" in words_of(refused)
    assert [refused.context["form"][name].value() for name in ("reason", "seen")] == ["An error.", "2"]


def test_a_request_for_changes_is_taken_back_on_its_page(cast: Cast, desks: Desks) -> None:
    desks.submit()
    with acting_as(cast.actor("rita")) as actor:
        request_changes(actor, desks.report, "Say more.")
    desks.sven.post(f"{desks.own}ask-for-sign-off/")
    assert "a new submission may be on its way" in words_of(desks.rita.get(f"{desks.review}take-back/"))
    assert 'name="summary"' not in desks.rita.get(f"{desks.review}request-changes/").text

    page = desks.step("take-back")

    assert "Request for changes taken back" in page
    assert desks.state() == ReportState.IN_REVIEW
    assert "Resume the review" not in page


def test_a_return_refuses_a_day_beside_its_field(cast: Cast, desks: Desks) -> None:
    desks.submit()
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()

    refused = desks.rita.post(
        f"{desks.review}request-changes/", {"summary": "Say more.", "due_on": yesterday, "language": "en"}
    )

    assert refused.status_code == 422
    assert "This day has passed" in words_of(refused)
    assert "Say more." in refused.text


def test_the_history_takes_as_many_queries_however_long_it_is(cast: Cast, desks: Desks) -> None:
    desks.submit()
    desks.sven.post(f"{desks.own}recall/")
    desks.submit()
    few = [queries_of(client, url) for client, url in ((desks.sven, desks.own), (desks.rita, desks.review))]
    for _number in range(2):
        desks.sven.post(f"{desks.own}recall/")
        desks.submit()

    assert few == [
        queries_of(client, url) for client, url in ((desks.sven, desks.own), (desks.rita, desks.review))
    ]


def test_earlier_verdicts_are_nobody_elses(cast: Cast) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    make_submission(report)
    assert signed_in(cast.sven).get(f"/workspace/reports/{report.pk}/earlier-verdicts/1/").status_code == 404
    assert (
        signed_in(cast.rita).get(f"/secretariat/reviews/{report.pk}/earlier-verdicts/1/").status_code == 404
    )
