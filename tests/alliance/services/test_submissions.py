"""Submitting: all or nothing, once, with a receipt."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from alliance.enums import Disclosure, ReportState, Role
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Figure, Person, Report, Submission
from alliance.queries.attention import submission_blockers
from alliance.queries.four_eyes import unconfirmed_measures
from alliance.queries.working_copy import working_copy
from alliance.services.answers import save_answer
from alliance.services.evidence import add_link, remove_evidence
from alliance.services.figures import FigureChange, save_figures
from alliance.services.obligations import exempt_report
from alliance.services.reports import set_disclosure
from alliance.services.sign_off import ask_for_sign_off
from alliance.services.submissions import submit_report
from portal.kernel.access import acting_as
from portal.kernel.errors import Conflict, DomainError, Faults, Forbidden, WrongState
from portal.kernel.journal import Event
from portal.kernel.publishing import digest, read_public_revision
from portal.kernel.text import format_moment
from tests.factories import (
    Cast,
    actor_of,
    make_cycle,
    make_person,
    make_report,
    read_cast,
    read_charter,
)
from tests.support.calendar import Calendar
from tests.support.published_reports import make_published_cycle
from tests.support.working_copies import confirm_as_shown, fill_report, save_one_figure

pytestmark = pytest.mark.django_db


def drafted() -> tuple[Cast, Report]:
    """Aurora's report, complete and in draft."""
    cast = read_cast()
    report = make_report(make_cycle(read_charter()), cast.aurora)
    fill_report(cast.actor("alice"), report)
    return cast, report


def submit(cast: Cast, name: str, report: Report) -> Submission:
    with acting_as(cast.actor(name)) as actor:
        return submit_report(actor, report)


@pytest.mark.parametrize(
    ("begun", "late"), [("2026-09-10T20:59:59.9+00:00", False), ("2026-09-10T21:00:00+00:00", True)]
)
def test_a_submission_that_begins_before_midnight_is_on_time_although_it_ends_after_it(
    monkeypatch: pytest.MonkeyPatch, begun: str, late: bool
) -> None:
    """Its day ends at 21:00 UTC, midnight in Moscow; the process is already past it."""
    cast, report = drafted()
    Report.objects.filter(pk=report.pk).update(due_on=date(2026, 9, 10))
    Calendar(monkeypatch, date(2026, 9, 11))
    moment = datetime.fromisoformat(begun)
    monkeypatch.setattr("portal.kernel.clock.database_now", lambda: moment)

    submission = submit(cast, "sven", report)

    report.refresh_from_db()
    assert (report.late, submission.submitted_at) == (late, moment)
    assert json.loads(bytes(submission.body))["submitted_at"] == moment.isoformat()


def test_a_report_filed_again_begins_the_days_of_its_review_anew() -> None:
    cast, report = drafted()
    Report.objects.update(paused_days=9, paused_until=date(2099, 1, 1))

    submit(cast, "sven", report)

    report.refresh_from_db()
    assert (report.paused_days, report.paused_until, report.measures_due) == (0, None, 3)


def test_submit_report_keeps_the_exact_content_and_gives_a_receipt() -> None:
    cast, report = drafted()

    submission = submit(cast, "sven", report)

    report.refresh_from_db()
    content = json.loads(bytes(submission.body))
    event = Event.objects.get(kind="report.submit")
    assert (report.state, report.late, submission.number) == (ReportState.SUBMITTED, False, 1)
    assert submission.sha256 == digest(bytes(submission.body)) == event.data["sha256"]
    assert content["signatory"] == {"name": "Sven", "office": "Signatory of aurora-video"}
    assert [measure["measure"] for measure in content["measures"]] == ["search", "speed", "complaints"]
    assert {figure["service"] for figure in content["measures"][0]["figures"]} == {
        "aurora-kids",
        "aurora-live",
    }
    assert content["measures"][0]["figures"][0]["value"] == "120"


@pytest.mark.parametrize("name", ["alice", "bob", "carol", "rita", "mona"])
def test_submit_report_is_for_signatories_of_the_organisation(name: str) -> None:
    cast, report = drafted()

    with pytest.raises(Forbidden):
        submit(cast, name, report)


def test_submit_report_names_every_missing_answer() -> None:
    cast = read_cast()
    report = make_report(make_cycle(read_charter()), cast.aurora)

    with pytest.raises(Faults) as refusal:
        submit(cast, "sven", report)

    places = list(refusal.value.faults)
    assert "Search story" in places
    assert "Content actioned, Aurora Kids" in places
    assert not Submission.objects.exists()


def test_submit_report_refuses_a_part_above_its_whole() -> None:
    cast, report = drafted()
    change_figure(cast, report, "seen-before-removal", "500")

    with pytest.raises(Faults, match="1 problem") as refusal:
        submit(cast, "sven", report)

    assert list(refusal.value.faults) == ["Seen before removal, Aurora Kids"]


def change_figure(cast: Cast, report: Report, indicator: str, value: str, version: int = 1) -> Figure:
    place, values = FigurePlace(indicator, "aurora-kids"), FigureValues(value=Decimal(value))
    return save_one_figure(cast.actor("alice"), report, place, values, version)


def test_submitting_after_the_cycle_was_published_moves_what_public_pages_hold() -> None:
    cast, report = drafted()
    make_published_cycle(report.cycle)
    before = read_public_revision()

    submit(cast, "sven", report)

    assert read_public_revision() == before + 1


def test_submit_report_twice_names_who_was_quicker() -> None:
    cast, report = drafted()
    first = submit(cast, "sven", report)

    with pytest.raises(WrongState) as refusal:
        submit(cast, "sven", report)
    assert str(refusal.value) == (
        f"Sven has already submitted this report, on {format_moment(first.submitted_at)}."
    )


def test_saving_after_submission_is_refused() -> None:
    cast, report = drafted()
    submit(cast, "sven", report)

    with pytest.raises(WrongState, match="Submitted"):
        change_figure(cast, report, "content-actioned", "5")


def test_save_answer_keeps_both_texts_when_two_wrote_at_once() -> None:
    cast, report = drafted()
    indicator = report.cycle.charter.indicators.get(key="search-story")
    with acting_as(cast.actor("sven")) as sven:
        save_answer(sven, report, indicator, text="Sven's words", language="en", version=1)

    with pytest.raises(Conflict) as refusal, acting_as(cast.actor("alice")) as alice:
        save_answer(alice, report, indicator, text="Alice's words", language="en", version=1)

    assert (refusal.value.stored.text, refusal.value.sent) == ("Sven's words", "Alice's words")


def test_save_answer_is_limited_in_length() -> None:
    cast, report = drafted()
    indicator = report.cycle.charter.indicators.get(key="search-story")

    with (
        pytest.raises(DomainError, match="2001 characters, at most 2000"),
        acting_as(cast.actor("alice")) as alice,
    ):
        save_answer(alice, report, indicator, text="x" * 2001, language="en", version=1)


@pytest.mark.django_db(transaction=True)
def test_of_two_signatories_at_once_one_wins_and_the_other_is_warned() -> None:
    cast, report = drafted()
    petra = make_person("Petra", cast.aurora, Role.SIGNATORY)

    def attempt(person: Person) -> Any:
        try:
            with acting_as(actor_of(person)) as actor:
                return submit_report(actor, report).number
        except WrongState as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(attempt, [cast.sven, petra]), key=str)

    assert outcomes[0] == 1
    assert "has already submitted this report" in outcomes[1]
    assert Event.objects.filter(kind="report.submit").count() == 1


def four_eyes() -> tuple[Cast, Report]:
    """Aurora wants four eyes; Alice has written, and asked for sign-off."""
    cast, report = drafted()
    cast.aurora.four_eyes = True
    cast.aurora.save()
    return cast, report


def ask(cast: Cast, name: str, report: Report) -> None:
    with acting_as(cast.actor(name)) as actor:
        ask_for_sign_off(actor, report)


def test_four_eyes_want_somebody_else_to_have_asked() -> None:
    cast, report = four_eyes()
    with pytest.raises(DomainError, match="ask for sign-off first"):
        submit(cast, "sven", report)
    ask(cast, "sven", report)

    with pytest.raises(DomainError, match="the person who asked for sign-off cannot submit"):
        submit(cast, "sven", report)


def test_four_eyes_want_a_second_person_where_the_submitter_wrote_last() -> None:
    cast, report = four_eyes()
    indicator = report.cycle.charter.indicators.get(key="search-story")
    with acting_as(cast.actor("sven")) as sven:
        save_answer(sven, report, indicator, text="Sven's words", language="en", version=1)
    ask(cast, "alice", report)

    with pytest.raises(Faults) as refusal:
        submit(cast, "sven", report)
    confirm_as_shown(cast.actor("alice"), report, "search")

    assert [place[:3] for place in refusal.value.faults] == ["1.1"]
    assert submit(cast, "sven", report).number == 1


def test_a_measure_of_an_exempt_report_cannot_be_confirmed_and_is_not_called_submitted() -> None:
    cast, report = four_eyes()
    with acting_as(cast.actor("mona")) as mona:
        exempt_report(mona, report, "Just founded.")

    with pytest.raises(WrongState, match="or is not required"):
        confirm_as_shown(cast.actor("alice"), report, "search")


@pytest.mark.parametrize("change", ["text", "evidence added", "evidence removed", "part emptied", "readers"])
def test_what_was_read_is_unread_again_whatever_of_it_the_submitter_changes(change: str) -> None:
    cast, report = four_eyes()
    indicators, part = report.charter.indicators, FigurePlace("content-actioned", "aurora-live")
    story, measure = indicators.get(key="search-story"), indicators.get(key="search-story").measure
    with acting_as(cast.actor("alice")) as alice:
        link = add_link(alice, report, measure, "https://a.example/", "A page", "public")
        whole = working_copy(report).frame.find(part)
        figure = report.figures.get(indicator=whole.indicator, service=whole.service, cell="")
    confirm_as_shown(cast.actor("alice"), report, "search")
    with acting_as(cast.actor("sven")) as sven:
        match change:
            case "text":
                save_answer(sven, report, story, text="Sven's words", language="en", version=1)
            case "evidence added":
                add_link(sven, report, measure, "https://b.example/", "Another", "public")
            case "evidence removed":
                remove_evidence(sven, report, link)
                removed = apps.get_model("alliance", "EvidenceHistory").objects.filter(pgh_label="delete")
                removed.update(pgh_created_at=timezone.now())  # the database says when the test began
            case "part emptied":
                save_figures(sven, report, [FigureChange(whole, None, 1)])
            case "readers":
                set_disclosure(sven, report, figure, Disclosure.SECRETARIAT, "A trade secret.")
        unread = [(row.measure.key, row.writer) for row in unconfirmed_measures(working_copy(report))]
        blocks = [item for item in submission_blockers(sven, working_copy(report)) if item.kind == "unread"]

    assert ("search", cast.sven) in unread
    assert [item.required and item.required.measure.key for item in blocks] == ["search"]
    confirm_as_shown(cast.actor("alice"), report, "search")
    with acting_as(cast.actor("sven")):
        assert "search" not in [row.measure.key for row in unconfirmed_measures(working_copy(report))]


def test_what_its_reader_has_put_right_is_not_read_where_the_writer_changes_it_back() -> None:
    cast, report = four_eyes()
    story = report.charter.indicators.get(key="search-story")

    def write(name: str, text: str, version: int) -> None:
        with acting_as(cast.actor(name)) as actor:
            save_answer(actor, report, story, text=text, language="en", version=version)

    write("sven", "Half of it.", 1)
    confirm_as_shown(cast.actor("alice"), report, "search")
    write("alice", "A third of it.", 2)
    write("sven", "Half of it.", 3)
    ask(cast, "alice", report)

    with pytest.raises(Faults):
        submit(cast, "sven", report)


def test_four_eyes_are_satisfied_when_another_person_wrote() -> None:
    cast, report = four_eyes()
    ask(cast, "alice", report)

    assert submit(cast, "sven", report).number == 1
