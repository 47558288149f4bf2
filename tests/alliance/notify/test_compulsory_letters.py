"""The last warnings reach those who can still act, whatever they have turned off; all else can be turned off."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from alliance.enums import ReportState, Role
from alliance.models import Organisation, Report
from alliance.queries.deadlines import DUE, OVERDUE
from alliance.queries.local_dates import today
from alliance.services.notifications import record_address_fault, save_notice_paces
from alliance.services.obligations import mark_not_filed
from portal.kernel import journal
from portal.kernel.access import SYSTEM
from portal.kernel.mail import AddressFault, address_fingerprint
from portal.kernel.notices import NoticePreference, Pace, token_for
from tests.factories import Cast, actor_of, make_cycle, make_person, make_report, read_charter
from tests.support.calendar import Calendar
from tests.support.digest_days import let_a_week_pass
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db
EVERYTHING = ("deadlines", "drafts", "review", "published", "people")


@pytest.fixture
def report(cast: Cast) -> Report:
    """Alice drafts it, Sven signs it; both have turned off whatever can be turned off."""
    for person in (cast.alice, cast.sven):
        save_notice_paces(person, dict.fromkeys(EVERYTHING, Pace.OFF))
    return make_report(make_cycle(read_charter()), cast.aurora)


def remind(report: Report, kind: str, due_in: int) -> None:
    """A reminder of a report that is due in so many days, with a week of grace."""
    due_on = today() + timedelta(days=due_in)
    Report.objects.filter(pk=report.pk).update(due_on=due_on)
    journal.record(SYSTEM, kind, report, on=due_on.isoformat(), planned=today().isoformat())
    run_all_jobs()
    let_a_week_pass()  # it waits for a morning


def recipients(mailoutbox: list[Any]) -> list[str]:
    return sorted(mail.to[0].partition("@")[0] for mail in mailoutbox)


@pytest.mark.parametrize(
    ("kind", "due_in", "names"),
    [(DUE, 7, []), (DUE, 1, ["alice", "sven"]), (DUE, 0, ["alice", "sven"]), (OVERDUE, -3, [])],
)
def test_reminders_can_be_turned_off_but_for_the_last_ones(
    report: Report, mailoutbox: list[Any], kind: str, due_in: int, names: list[str]
) -> None:
    remind(report, kind, due_in)
    assert recipients(mailoutbox) == names


@pytest.mark.parametrize(("due_in", "names"), [(3, ["alice", "sven"]), (4, [])])
def test_the_warning_of_a_monday_comes_on_friday_whatever_was_turned_off(
    report: Report, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch, due_in: int, names: list[str]
) -> None:
    calendar = Calendar(monkeypatch, date(2026, 9, 4))  # a Friday
    due_on = calendar.today + timedelta(days=due_in)
    Report.objects.filter(pk=report.pk).update(due_on=due_on)
    journal.record(SYSTEM, DUE, report, on=due_on.isoformat(), planned=calendar.today.isoformat())
    run_all_jobs()
    calendar.morning()

    assert recipients(mailoutbox) == names


def test_the_last_day_of_grace_reaches_who_can_file_and_says_why_it_came(
    report: Report, mailoutbox: list[Any]
) -> None:
    grace = (report.grace_ends_on - report.due_on).days
    remind(report, OVERDUE, -grace)

    assert recipients(mailoutbox) == ["alice", "sven"]
    letter = mailoutbox[0]
    assert (
        "You cannot turn this e-mail off: it is a last warning, and you can file the report." in letter.body
    )
    assert "/accounts/notifications/" in letter.body
    assert "List-Unsubscribe" not in letter.extra_headers


def test_an_editor_is_not_pressed_once_the_report_waits_for_a_signature(
    report: Report, mailoutbox: list[Any]
) -> None:
    Report.objects.filter(pk=report.pk).update(state=ReportState.AWAITING_SIGN_OFF)
    remind(report, DUE, 1)
    assert recipients(mailoutbox) == ["sven"]


def test_not_filed_and_changes_requested_reach_who_can_act(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    Report.objects.filter(pk=report.pk).update(due_on=today() - timedelta(days=60))
    mark_not_filed(report.pk)
    run_all_jobs()
    let_a_week_pass()  # it waits for a morning
    assert recipients(mailoutbox) == ["alice", "mona", "sven"]

    mailoutbox.clear()
    journal.record(cast.actor("rita"), "report.request_changes", report)
    run_all_jobs()
    assert recipients(mailoutbox) == ["alice", "sven"]


def test_a_signature_that_nobody_else_can_give_is_asked_for_at_once(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    save_notice_paces(cast.sven, {"drafts": Pace.DAILY})
    journal.record(cast.actor("alice"), "report.ask_for_sign_off", report)
    run_all_jobs()
    assert recipients(mailoutbox) == ["sven"]
    assert "nobody else can sign the report off" in mailoutbox[0].body


@pytest.mark.parametrize(
    ("asked_by", "four_eyes", "is_reached", "pace", "names"),
    [
        ("alice", False, True, Pace.WEEKLY, ["dora"]),
        ("dora", True, True, Pace.WEEKLY, ["sven"]),
        ("alice", False, False, Pace.WEEKLY, ["sven"]),
        ("alice", False, True, Pace.OFF, ["dora", "sven"]),
    ],
    ids=[
        "a second signatory",
        "who asked for it may not sign",
        "the second one is not reached",
        "both have turned it off",
    ],
)
def test_a_request_for_sign_off_is_compulsory_for_the_only_signatory_who_can_get_it(
    cast: Cast, report: Report, mailoutbox: list[Any], asked_by: str, four_eyes: bool, is_reached: bool,
    pace: Pace, names: list[str],
) -> None:  # fmt: skip
    dora = make_person("Dora", cast.aurora, Role.SIGNATORY)
    save_notice_paces(dora, dict.fromkeys(EVERYTHING, pace))
    Organisation.objects.filter(pk=cast.aurora.pk).update(four_eyes=four_eyes)
    if not is_reached:
        record_address_fault(dora.pk, address_fingerprint(dora.email), AddressFault("5.1.1", True))
    asker = dora if asked_by == "dora" else cast.alice

    journal.record(actor_of(asker), "report.ask_for_sign_off", report)
    run_all_jobs()
    assert recipients(mailoutbox) == names


@pytest.mark.parametrize(("extended_by", "names"), [(0, ["alice", "sven"]), (60, [])])
def test_a_closed_cycle_presses_nobody_whose_extension_holds(
    cast: Cast, report: Report, mailoutbox: list[Any], extended_by: int, names: list[str]
) -> None:
    state = ReportState.DRAFT if extended_by else ReportState.NOT_FILED
    Report.objects.filter(pk=report.pk).update(state=state, due_on=today() + timedelta(days=extended_by))
    journal.record(cast.actor("mona"), "cycle.close", report.cycle, reports=[report.pk])
    run_all_jobs()
    assert recipients(mailoutbox) == names


# --- Turning off and on again ----------------------------------------------------------------


def paces(person: Any) -> dict[str, str]:
    return dict(NoticePreference.objects.filter(person=person).values_list("group", "pace"))


def test_the_same_page_restores_the_former_choice(cast: Cast) -> None:
    save_notice_paces(cast.alice, {"review": Pace.DAILY})
    url = reverse("unsubscribe", args=[token_for(cast.alice.pk, ["deadlines", "review"])])
    client = Client()

    page = client.post(url, {"List-Unsubscribe": "One-Click"})
    assert paces(cast.alice) == {"deadlines": "off", "review": "off"}
    assert "<h1>Turned off</h1>" in page.text
    assert "the day before a report is due" in page.text

    assert "<h1>Turned off</h1>" in client.get(url).text
    page = client.post(url, {"on": "review"})
    assert paces(cast.alice) == {"deadlines": "off", "review": "daily"}
    assert "<h1>Partly turned off</h1>" in page.text

    page = client.post(url, {"on": "all"})
    assert paces(cast.alice) == {"review": "daily"}
    assert "<h1>Turn off these e-mails?</h1>" in page.text


def test_a_digest_offers_its_kinds_one_by_one(cast: Cast) -> None:
    url = reverse("unsubscribe", args=[token_for(cast.alice.pk, ["deadlines", "review"])])
    client = Client()
    assert client.post(url, {"off": "published"}).status_code == 404  # not of this letter

    client.post(url, {"off": "review"})
    assert paces(cast.alice) == {"review": "off"}


# --- One choice for all ----------------------------------------------------------------------


def test_one_choice_holds_for_all_kinds_but_the_exceptions(cast: Cast, mailoutbox: list[Any]) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    client = Client()
    client.force_login(cast.alice)
    client.post("/accounts/notifications/", {"all": "weekly", "review": "at_once"})
    assert paces(cast.alice) == {"all": "weekly", "review": "at_once"}

    for kind in ("report.extend", "report.conclude"):
        journal.record(cast.actor("mona"), kind, report)
    run_all_jobs()
    subjects = [mail.subject for mail in mailoutbox if mail.to == [cast.alice.email]]
    assert len(subjects) == 1
    assert "concluded" in subjects[0]

    client.post("/accounts/notifications/", {"all": "at_once", "review": ""})
    assert paces(cast.alice) == {"all": "at_once"}


def test_a_window_that_was_open_longer_takes_nothing_back(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.alice)
    shown = {
        name: value
        for field in client.get("/accounts/notifications/").context["form"]
        for name, value in ((field.name, field.initial), (field.html_initial_name, field.initial))
    }
    save_notice_paces(cast.alice, {"deadlines": Pace.OFF})  # in another window

    client.post("/accounts/notifications/", {**shown, "review": "daily"})

    assert paces(cast.alice) == {"deadlines": "off", "review": "daily"}
