"""The days of a cycle on its desk: dates that move, members that join, planning, the calendar, an early publication."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import CycleState, ReportState
from alliance.models import (
    Accession,
    Charter,
    Cycle,
    CycleDateChange,
    ExtensionRequest,
    Report,
)
from portal.kernel.journal import Event
from tests.factories import Cast, make_cycle, make_organisation
from tests.support.cycle_desk import DESK, day, make_desk_cycle, report_of
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(cast: Cast, charter: Charter) -> Cycle:
    return make_desk_cycle(cast, charter)


# --- Dates ---------------------------------------------------------------------------------------


def moved(cycle: Cycle, page: Any, **changes: str) -> dict[str, str]:
    return {
        "due_on": day(cycle.due_on + timedelta(days=7)),
        "grace_ends_on": day(cycle.grace_ends_on + timedelta(days=7)),
        "publish_on": "",
        "reason_en": "A holiday.",
        "reason_ru": "Праздник.",
        "shown": page.context["form"]["shown"].value(),
        **changes,
    }


def test_moving_dates_shows_what_changes_before_it_is_done(
    cycle: Cycle, mona: Client, mailoutbox: list[Any]
) -> None:
    ExtensionRequest.objects.update(requested_due_on=cycle.due_on + timedelta(days=7))
    form = moved(cycle, mona.get(f"{DESK}dates/"))

    shown = mona.post(f"{DESK}dates/", form)
    before = Cycle.objects.get().due_on
    mona.post(f"{DESK}dates/", {**form, "sure": "on"})
    run_all_jobs()

    assert "2 members that have not submitted have until" in words_of(shown)
    assert "requests for more time that the new day covers are closed: Aurora Video" in words_of(shown)
    assert before == cycle.due_on
    assert Cycle.objects.get().due_on == cycle.due_on + timedelta(days=7)
    assert "A holiday." in words_of(mona.get(DESK))
    assert "A holiday." in words_of(mona.get("/secretariat/journal/"))
    assert "Dates moved: Half 1 of 2026" in {letter.subject for letter in mailoutbox}


def test_an_earlier_date_is_refused_beside_its_field(cycle: Cycle, mona: Client) -> None:
    form = moved(cycle, mona.get(f"{DESK}dates/"), due_on=day(cycle.due_on - timedelta(days=1)))

    page = mona.post(f"{DESK}dates/", form)

    assert page.status_code == 422
    assert "was announced: the date can only be moved later." in page.context["form"].errors["due_on"][0]


def test_two_managers_do_not_move_dates_over_each_other(cycle: Cycle, mona: Client) -> None:
    page = mona.get(f"{DESK}dates/")
    mona.post(f"{DESK}dates/", moved(cycle, page, sure="on"))

    late = mona.post(f"{DESK}dates/", moved(cycle, page, sure="on"))

    assert late.status_code == 422
    assert CycleDateChange.objects.count() == 1
    assert late.context["form"]["reason_ru"].value() == "Праздник."
    again = {
        **moved(cycle, page, due_on=day(cycle.due_on + timedelta(days=9))),
        "shown": late.context["shown"],
    }
    again["grace_ends_on"] = day(cycle.grace_ends_on + timedelta(days=9))
    assert mona.post(f"{DESK}dates/", {**again, "sure": "on"}).status_code == 302


def test_reasons_stay_where_the_cycle_was_closed_meanwhile(cycle: Cycle, mona: Client) -> None:
    form = moved(cycle, mona.get(f"{DESK}dates/"))
    Cycle.objects.update(state=CycleState.CLOSED)

    late = mona.post(f"{DESK}dates/", form)

    assert late.status_code == 422
    assert "Dates can be moved only while the cycle is open." in words_of(late)
    assert late.context["form"]["reason_en"].value() == "A holiday."


def test_the_public_page_shows_the_earlier_date_struck_through(
    cycle: Cycle, mona: Client, client: Client
) -> None:
    mona.post(f"{DESK}dates/", moved(cycle, mona.get(f"{DESK}dates/"), sure="on"))

    page = client.get("/en/cycles/2026-h1/")

    (change,) = client.get("/api/v1/cycles/2026-h1/").json()["date_changes"]
    assert "<del>" in page.content.decode()
    assert "A holiday." in words_of(page)
    assert (change["due_on_before"], change["reason"]["ru"]) == (day(cycle.due_on), "Праздник.")


# --- Members that join ---------------------------------------------------------------------------


def test_a_late_joiner_is_decided_about(cycle: Cycle, mona: Client, mailoutbox: list[Any]) -> None:
    vesper, tern = make_organisation("vesper-maps"), make_organisation("tern-mail")
    for organisation in (vesper, tern):
        Accession.objects.create(
            organisation=organisation, charter=cycle.charter, state="published", signed_at=timezone.now()
        )
    later = cycle.due_on + timedelta(days=30)

    before = mona.get(DESK)
    mona.post(
        f"{DESK}joiners/",
        {
            f"choice_{vesper.pk}": "later", f"due_on_{vesper.pk}": "", f"reason_{vesper.pk}": "It has just joined.",
            f"choice_{tern.pk}": "now", f"due_on_{tern.pk}": day(later), f"reason_{tern.pk}": "",
        },
    )  # fmt: skip
    mona.post(f"/secretariat/reports/{report_of('vesper-maps').pk}/include/", {"due_on": day(later)})

    assert "Without a report in this open cycle" in words_of(before)
    assert (report_of("tern-mail").state, report_of("tern-mail").due_on) == ("draft", later)
    assert report_of("vesper-maps").state == "draft"
    assert [event.kind for event in Event.objects.filter(kind__startswith="report.").order_by("pk")] == [
        "report.exempt", "report.include", "report.include",
    ]  # fmt: skip


def test_deciding_needs_a_day_and_a_reason(cycle: Cycle, mona: Client) -> None:
    vesper = make_organisation("vesper-maps")
    Accession.objects.create(
        organisation=vesper, charter=cycle.charter, state="published", signed_at=timezone.now()
    )

    nothing = mona.post(f"{DESK}joiners/", {f"choice_{vesper.pk}": ""})
    no_day = mona.post(f"{DESK}joiners/", {f"choice_{vesper.pk}": "now", f"due_on_{vesper.pk}": ""})

    assert "Decide about at least one member." in words_of(nothing)
    assert list(no_day.context["form"].errors) == [f"due_on_{vesper.pk}"]


# --- Planning and the calendar -------------------------------------------------------------------


def test_the_next_cycle_is_planned_from_the_last(cycle: Cycle, mona: Client) -> None:
    Cycle.objects.update(due_on="2026-08-31", title_en="January–June 2026", title_ru="январь — июнь 2026")

    page = mona.get("/secretariat/cycles/plan/?after=2026-h1")
    form = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    weekend = mona.post("/secretariat/cycles/plan/?after=2026-h1", form)
    planned = mona.post("/secretariat/cycles/plan/?after=2026-h1", {**form, "weekend_accepted": "on"})

    assert "28 February 2027 is a Sunday. The next working day is Monday, 1 March 2027." in words_of(weekend)
    assert planned.url == "/secretariat/cycles/2026-h2/"
    assert Cycle.objects.get(slug="2026-h2").title_ru == "июль — декабрь 2026"


def test_the_calendar_names_what_happens(cycle: Cycle, mona: Client) -> None:
    page = words_of(mona.get(f"{DESK}calendar/?past=1"))
    file = mona.get("/secretariat/calendar/cycles.ics")

    assert "Reports are due, until 24:00" in page
    assert "The days of grace end, at 24:00" in page
    assert file["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"DTSTART;VALUE=DATE:{cycle.due_on:%Y%m%d}" in file.content.decode()
    assert "UID:cycle-2026-h1-due@" in file.content.decode()


def test_a_pause_moves_the_day_by_which_a_review_is_to_be_concluded(cycle: Cycle, mona: Client) -> None:
    Report.objects.filter(organisation__slug="beacon-search").update(paused_days=5)
    submitted_at = report_of("beacon-search").submitted_at
    assert submitted_at is not None
    concluded_by = timezone.localdate(submitted_at) + timedelta(days=cycle.review_days + 5)

    days = mona.get(f"{DESK}calendar/?past=1").context["days"]

    assert [day for day, entries in days for entry, _note in entries if entry.key.startswith("review-")] == [
        concluded_by
    ]


def test_a_returned_report_has_the_day_by_which_it_is_due_again(
    cycle: Cycle, cast: Cast, mona: Client
) -> None:
    again = cycle.due_on + timedelta(days=40)
    Report.objects.filter(organisation=cast.aurora).update(
        state=ReportState.AWAITING_SIGN_OFF, changes_due_on=again, due_on=cycle.due_on + timedelta(days=3)
    )

    file = signed_in(cast.alice).get("/workspace/reports/calendar.ics").content.decode()

    assert file.count("BEGIN:VEVENT") == 1
    assert f"DTSTART;VALUE=DATE:{again:%Y%m%d}" in file
    calendar = words_of(mona.get(f"{DESK}calendar/?past=1"))
    assert "with a later day" not in calendar
    assert "1 returned report is to be submitted again, until 24:00" in calendar


def test_a_member_gets_its_own_days_alone(cycle: Cycle, cast: Cast) -> None:
    Report.objects.filter(organisation__slug="cedar").update(due_on=cycle.due_on + timedelta(days=50))

    file = signed_in(cast.alice).get("/workspace/reports/calendar.ics").content.decode()

    assert file.count("BEGIN:VEVENT") == 2
    assert f"{cycle.due_on + timedelta(days=50):%Y%m%d}" not in file


# --- Publishing before the announced day ---------------------------------------------------------


def test_publishing_before_the_announced_day_needs_a_reason(
    cast: Cast, charter: Charter, mona: Client
) -> None:
    cycle = make_cycle(charter, state=CycleState.CLOSED)
    Cycle.objects.update(publish_on=timezone.localdate() + timedelta(days=5))

    page = mona.get(f"{DESK}publish/")
    refused = mona.post(f"{DESK}publish/", {"shown": page.context["shown"], "reason": "", "title": ""})
    stated = {"shown": page.context["shown"], "reason": "A conference quotes it.", "title": cycle.title_en}
    mona.post(f"{DESK}publish/", stated)

    assert "You would publish 5 days before" in words_of(page)
    assert set(refused.context["form"].errors) == {"reason", "title"}
    assert Cycle.objects.get().state == CycleState.PUBLISHED
