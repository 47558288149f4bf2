"""Who asks to join at the end of the demonstration, and a service that changes hands."""

from functools import partial

from alliance.demo.calendar import Calendar
from alliance.demo.cast import Cast
from alliance.demo.files import Record
from alliance.demo.schedule import Schedule
from alliance.models import MembershipApplication
from alliance.queries.local_dates import today
from alliance.services.application_links import application_token_of
from alliance.services.applications import (
    ApplicationFacts,
    answer_application,
    apply_for_membership,
    ask_applicant,
    confirm_application,
)
from alliance.services.ownership import transfer_service
from portal.kernel.access import SYSTEM, acting_as

_ASKED_AFTER, _ANSWERED_AFTER = 1.5, 2.5  # days


def schedule_arrivals(record: Record, cast: Cast, calendar: Calendar, schedule: Schedule) -> None:
    """Applications from the public form, one of them asked back; and the change of hands."""
    for each in record["applications"]:
        days = each["days_ago"]
        schedule.add(calendar.days_ago(days), partial(_apply, each))
        if "question" in each:
            schedule.add(calendar.days_ago(days - _ASKED_AFTER), partial(_ask, cast, each))
            schedule.add(calendar.days_ago(days - _ANSWERED_AFTER), partial(_answer, each))
    moved = record["transfer"]
    schedule.add(calendar.days_ago(moved["days_ago"]), partial(_transfer, cast, moved))


def _stored(record: Record) -> MembershipApplication:
    with acting_as(SYSTEM):
        application: MembershipApplication = MembershipApplication.objects.get(name=record["facts"]["name"])
    return application


def _token(record: Record) -> str:
    token = application_token_of(_stored(record))
    assert token is not None, "the link was made with our own key"
    return token


def _apply(record: Record) -> None:
    """The form is filled in, and the link in its letter is used."""
    apply_for_membership(ApplicationFacts(**record["facts"]), language=record["language"])
    confirm_application(_token(record))


def _ask(cast: Cast, record: Record) -> None:
    with cast.acting("mona", "secretariat") as mona:
        ask_applicant(mona, _stored(record), record["question"], record["language"])


def _answer(record: Record) -> None:
    answer_application(_token(record), record["answer"])


def _transfer(cast: Cast, record: Record) -> None:
    service = cast.services[record["from"]][record["service"]]
    with cast.acting("mona", "secretariat") as mona:
        transfer_service(mona, service, cast.organisations[record["to"]], on=today())
