"""More time for a report: the member asks on its page, the secretariat answers on its own."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import ReportState, Role
from alliance.models import ExtensionRequest, Report
from alliance.services.extensions import withdraw_extension_request
from portal.kernel.text import format_date
from tests.factories import Cast, make_cycle, make_person, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db

REASON = "Two offices moved."


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


@pytest.fixture
def alice(cast: Cast) -> Client:
    return signed_in(cast.alice)


@pytest.fixture
def mona(cast: Cast) -> Client:
    return signed_in(cast.mona)


def on_page(day: date) -> str:
    """As `words_of` gives it, which joins words with blanks."""
    return format_date(day).replace("\N{NO-BREAK SPACE}", " ")


def ask(client: Client, report: Report, days: int = 14) -> Any:
    until = (report.due_on + timedelta(days=days)).isoformat()
    return client.post(
        f"/workspace/reports/{report.pk}/extension/", {"until": until, "reason": REASON}, follow=True
    )


def test_asking_on_the_page_of_the_report(cast: Cast, report: Report, alice: Client) -> None:
    url = f"/workspace/reports/{report.pk}/"
    assert "Ask for more time" in words_of(alice.get(url))
    assert "Ask for more time" not in words_of(signed_in(cast.bob).get(url))  # a reader

    refused = ask(alice, report, days=0)
    page = words_of(ask(alice, report))

    assert refused.status_code == 422
    assert "must be later than the present one" in words_of(refused)
    assert "Your request has been sent to the secretariat." in page
    assert REASON in page
    assert "Waiting for an answer" in page
    assert "Ask for more time" not in page
    again = alice.get(f"{url}extension/", follow=True)
    assert again.redirect_chain == [(url, 302)]
    assert "Alice has already asked for more time" in words_of(again)


def test_asking_on_the_page_of_a_report_that_is_returned(report: Report, alice: Client) -> None:
    until = timezone.localdate() + timedelta(days=9)
    Report.objects.update(
        state=ReportState.CHANGES_REQUESTED, changes_due_on=until, submitted_at=timezone.now()
    )

    page = words_of(alice.get(f"/workspace/reports/{report.pk}/"))

    assert "Ask for more time" in page
    assert f"Submit again by {on_page(until)}" in page
    assert on_page(report.due_on) not in page.partition("Ask for more time")[0].rpartition("Deadline")[2]


def test_the_page_of_the_report_names_hour_and_zone_of_its_deadline(cast: Cast, report: Report) -> None:
    """To everybody there, those who cannot ask for more time too."""
    Report.objects.update(due_on=date(2027, 2, 28))
    page = words_of(signed_in(cast.bob).get(f"/workspace/reports/{report.pk}/"))

    assert "28 февраля 2027 г., 24:00 МСК" in page
    assert "можно подать с опозданием, до 10 марта 2027 г., 24:00 МСК" in page


def test_the_page_of_an_overdue_report_says_so_and_until_when_there_is_grace(
    report: Report, alice: Client
) -> None:
    due_on = timezone.localdate() - timedelta(days=3)
    Report.objects.update(due_on=due_on)

    page = words_of(alice.get(f"/workspace/reports/{report.pk}/check/"))

    assert f"Overdue since {on_page(due_on)} grace until {on_page(due_on + timedelta(days=10))}" in page


def test_granting_another_day(
    cast: Cast, report: Report, alice: Client, mona: Client, mailoutbox: list[Any]
) -> None:
    ask(alice, report)
    run_all_jobs()
    asked_for, granted = report.due_on + timedelta(days=14), report.due_on + timedelta(days=7)
    letter = mailoutbox.pop()
    assert (letter.to, mailoutbox) == ([cast.mona.email], [])
    assert REASON in letter.body
    assert format_date(asked_for) in letter.body
    assert f"/secretariat/cycles/{report.cycle.slug}/" in letter.body
    for url in ("/secretariat/", f"/secretariat/cycles/{report.cycle.slug}/"):
        page = words_of(mona.get(url))
        assert REASON in page
        assert on_page(asked_for) in page
        assert "Grant more time" in page
        assert "Grant more time" not in words_of(signed_in(cast.rita).get(url))

    url = f"/secretariat/reports/{report.pk}/extend/"
    form = mona.get(url).context["form"]
    assert form.initial["due_on"] == asked_for
    request = ExtensionRequest.objects.get()
    values = {"due_on": granted.isoformat(), "reason": "One week.", "extension_request": request.pk}
    mona.post(url, values)
    run_all_jobs()

    assert Report.objects.get().due_on == granted
    assert REASON not in words_of(mona.get("/secretariat/"))
    page = words_of(alice.get(f"/workspace/reports/{report.pk}/"))
    assert f"Granted until {on_page(granted)}" in page
    assert "One week." in page
    bodies = {letter.to[0]: letter.body for letter in mailoutbox}
    assert sorted(bodies) == sorted([cast.alice.email, cast.sven.email])
    assert f"You had asked for {format_date(asked_for)}." in bodies[cast.alice.email]
    assert format_date(granted) in bodies[cast.alice.email]
    assert "One week." in bodies[cast.alice.email]


@pytest.mark.parametrize("day", ["9999-12-31", "2206-03-01", "0026-03-01"])
def test_a_deadline_of_an_implausible_year_is_refused(report: Report, mona: Client, day: str) -> None:
    """After the last day that there is, no page of the cycle could say until when its grace lasts."""
    response = mona.post(f"/secretariat/reports/{report.pk}/extend/", {"due_on": day, "reason": REASON})

    assert response.status_code == 422
    assert "Choose a day of the years 1990 to 2200." in words_of(response)
    assert Report.objects.get(pk=report.pk).due_on == report.due_on


def test_a_journal_filter_of_an_implausible_year_is_refused(mona: Client) -> None:
    response = mona.get("/secretariat/journal/?until=9999-12-31")

    assert response.status_code == 422
    assert "Choose a day of the years 1990 to 2200." in words_of(response)


@pytest.mark.parametrize(("due_in", "deadline"), [(9, "The report is still due on"), (-2, "It was due on")])
def test_refusing_with_a_reason(
    cast: Cast, report: Report, alice: Client, mona: Client, mailoutbox: list[Any], due_in: int, deadline: str
) -> None:
    """Before the day on which it is due, and in the days of grace."""
    Report.objects.update(due_on=timezone.localdate() + timedelta(days=due_in))
    report.refresh_from_db()
    ask(alice, report)
    run_all_jobs()
    mailoutbox.clear()
    url = f"/secretariat/extensions/{ExtensionRequest.objects.get().pk}/refuse/"
    assert REASON in words_of(mona.get(url))

    assert mona.post(url, {"reason": ""}).status_code == 422
    mona.post(url, {"reason": "The figures are compared that week."})
    run_all_jobs()

    assert sorted(letter.to[0] for letter in mailoutbox) == sorted([cast.alice.email, cast.sven.email])
    assert all("The figures are compared that week." in letter.body for letter in mailoutbox)
    assert all(deadline in letter.body for letter in mailoutbox)
    page = words_of(alice.get(f"/workspace/reports/{report.pk}/"))
    assert "The figures are compared that week." in page
    assert "Ask for more time" in page
    assert "Mona refused this request for more time on" in words_of(mona.get(url, follow=True))


def test_managers_are_notified_of_a_request_that_is_withdrawn(
    cast: Cast, report: Report, alice: Client, mailoutbox: list[Any]
) -> None:
    ask(alice, report)
    run_all_jobs()
    mailoutbox.clear()

    alice.post(f"/workspace/extensions/{ExtensionRequest.objects.get().pk}/withdraw/")
    run_all_jobs()

    [letter] = mailoutbox
    assert letter.to == [cast.mona.email]
    assert "Alice has withdrawn the request for more time" in letter.body
    assert "The report is still due on" in letter.body


def test_of_two_who_ask_at_once_the_second_keeps_the_reason(
    cast: Cast, report: Report, alice: Client
) -> None:
    ask(signed_in(cast.sven), report)

    late = alice.post(
        f"/workspace/reports/{report.pk}/extension/",
        {"until": (report.due_on + timedelta(days=9)).isoformat(), "reason": "Our analyst left."},
    )

    assert late.status_code == 422
    assert "has already asked for more time" in words_of(late)
    assert "Our analyst left." in words_of(late)


def test_withdrawing_while_the_secretariat_decides(report: Report, alice: Client, mona: Client) -> None:
    ask(alice, report)
    request = ExtensionRequest.objects.get()
    later = request.requested_due_on.isoformat()

    answer = alice.post(f"/workspace/extensions/{request.pk}/withdraw/", follow=True)
    late = mona.post(
        f"/secretariat/reports/{report.pk}/extend/",
        {"due_on": later, "reason": "Granted.", "extension_request": request.pk},
    )

    refused = mona.post(f"/secretariat/extensions/{request.pk}/refuse/", {"reason": "Not now."})

    assert "Your request is withdrawn." in words_of(answer)
    assert "Alice withdrew this request for more time on" in words_of(refused)
    assert "Not now." in words_of(refused)
    assert late.status_code in (409, 422)
    assert "Alice withdrew this request for more time on" in words_of(late)
    assert Report.objects.get().due_on == report.due_on


def test_the_provider_of_another_organisation_does_not_exist(
    cast: Cast, report: Report, alice: Client
) -> None:
    ask(alice, report)
    request = ExtensionRequest.objects.get()
    carol = signed_in(cast.carol)

    assert ask(carol, report).status_code == 404
    assert carol.post(f"/workspace/extensions/{request.pk}/withdraw/").status_code == 404
    assert carol.get(f"/secretariat/extensions/{request.pk}/refuse/").status_code == 404
    assert ExtensionRequest.objects.get().state == "open"


@pytest.mark.parametrize("state", [ReportState.SUBMITTED, ReportState.NOT_FILED])
def test_too_late_the_page_says_so(report: Report, alice: Client, state: str) -> None:
    Report.objects.update(state=state, due_on=timezone.localdate() - timedelta(days=30))
    url = f"/workspace/reports/{report.pk}/"

    assert "Ask for more time" not in words_of(alice.get(url))
    answer = alice.get(f"{url}extension/", follow=True)
    assert answer.redirect_chain == [(url, 302)]
    assert "This deadline can no longer be extended" in words_of(answer)


def test_before_a_cycle_is_closed_who_waits_for_an_answer_is_named(
    cast: Cast, report: Report, alice: Client, mona: Client, mailoutbox: list[Any]
) -> None:
    """And whoever asked is notified that the request is closed without an answer."""
    ask(alice, report, days=60)
    Report.objects.update(due_on=timezone.localdate() - timedelta(days=30))
    url = f"/secretariat/cycles/{report.cycle.slug}/close/"

    page = mona.get(url)
    assert f"asks for more time until {on_page(report.due_on + timedelta(days=60))}: “{REASON}”" in words_of(
        page
    )
    assert "the request for more time is closed without an answer" in words_of(page)
    run_all_jobs()
    mailoutbox.clear()
    title = report.cycle.title
    shown = page.context["shown"]
    assert mona.post(url, {"shown": shown, "reason": "All is in.", "title": title}).status_code == 302
    run_all_jobs()

    [letter] = [mail for mail in mailoutbox if mail.to == [cast.alice.email]]
    assert "which Alice made on" in letter.body
    assert "is closed without an answer" in letter.body


def test_managers_are_not_asked_for_an_answer_to_what_was_withdrawn(
    cast: Cast, report: Report, alice: Client, mailoutbox: list[Any]
) -> None:
    """Before the letter goes out."""
    ask(alice, report)
    request = ExtensionRequest.objects.get()
    withdraw_extension_request(cast.actor("alice"), request)
    run_all_jobs()

    assert [mail.subject for mail in mailoutbox if mail.to == [cast.mona.email]] == []


def test_a_deadline_that_was_moved_meanwhile_is_not_moved_unread(
    cast: Cast, report: Report, mona: Client
) -> None:
    url, nora = (
        f"/secretariat/reports/{report.pk}/extend/",
        make_person("Nora", cast.secretariat, Role.MANAGER),
    )
    seen = mona.get(url).context["form"]["seen"].value()
    theirs, mine = (report.due_on + timedelta(days=days) for days in (10, 20))
    signed_in(nora).post(url, {"due_on": theirs.isoformat(), "reason": "They moved."})
    sent = {"due_on": mine.isoformat(), "reason": REASON}

    refused = mona.post(url, {**sent, "seen": seen})

    assert "Nora changed this on " in words_of(refused)
    assert f"it was due on {on_page(theirs)}" in words_of(refused).replace("\N{NO-BREAK SPACE}", " ")
    report.refresh_from_db()
    assert report.due_on == theirs
    mona.post(url, {**sent, "seen": refused.context["form"]["seen"].value()})
    report.refresh_from_db()
    assert (report.due_on, report.extension_reason) == (mine, REASON)
