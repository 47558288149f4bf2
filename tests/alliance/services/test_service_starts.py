"""A first day of a service that was typed wrong: put right with a reason, and what speaks against a day."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from alliance.enums import CycleState, ReportState, StartReason
from alliance.models import Ownership, PublishedReport, Service
from alliance.services.ownership import transfer_service
from alliance.services.service_changes import change_service, correct_service_start, end_service
from portal.kernel.access import acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from portal.kernel.text import format_date
from tests.factories import Cast, make_cycle, make_report, make_service, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of
from tests.support.published_reports import make_published_report
from tests.support.submissions import make_submission
from tests.support.withdrawals import withdraw

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 1)
RIGHT_DAY = date(2025, 1, 1)


@pytest.fixture
def service(cast: Cast) -> Service:
    """Aurora's, for years."""
    service = make_service(cast.aurora, "dune-chat")
    Ownership.objects.filter(service=service).update(starts_on=date(2024, 1, 1))
    return service


def correct_start(
    cast: Cast, service: Service, on: date = RIGHT_DAY, reason: str = StartReason.MISTYPED, who: str = "sven"
) -> Ownership:
    with acting_as(cast.actor(who)) as actor:
        return correct_service_start(actor, cast.aurora, service, on=on, reason=reason)


def test_the_owner_puts_the_first_day_right_and_the_journal_has_both_days_and_the_reason(
    cast: Cast, service: Service, client: Client
) -> None:
    client.force_login(cast.sven)
    address = reverse("workspace:service-start", args=[service.pk])
    assert "in place of 1 January 2024" in words_of(client.get(address))
    client.post(address, {"on": "2025-01-01", "reason": "mistyped"})
    run_all_jobs()

    assert Ownership.objects.get(service=service).starts_on == RIGHT_DAY
    assert Event.objects.get(kind="service.correct_start").data == {
        "service": service.pk,
        "on": "2025-01-01",
        "on_before": "2024-01-01",
        "start_reason": "mistyped",
    }
    assert f"{cast.aurora.name}: another first day of {service.name}" in {
        each.subject for each in mail.outbox
    }
    assert "Since 1 January 2025" in words_of(client.get(f"/en/members/{cast.aurora.slug}/"))


def test_a_first_day_that_was_put_right_meanwhile_is_not_replaced_unread(
    cast: Cast, service: Service, client: Client
) -> None:
    client.force_login(cast.sven)
    address = reverse("workspace:service-start", args=[service.pk])
    seen = client.get(address).context["form"]["seen"].value()
    correct_start(cast, service)

    refused = client.post(address, {"on": "2025-03-01", "reason": "mistyped", "seen": seen})

    assert "You changed this in another window" in words_of(refused)
    assert "in place of 1 January 2025" in words_of(refused)
    assert Ownership.objects.get(service=service).starts_on == RIGHT_DAY
    shown = refused.context["form"]["seen"].value()
    client.post(address, {"on": "2025-03-01", "reason": "mistyped", "seen": shown})
    assert Ownership.objects.get(service=service).starts_on == date(2025, 3, 1)


@pytest.mark.parametrize(
    ("on", "reason", "words"),
    [
        (date(2024, 1, 1), "mistyped", "its first day already"),
        (date(2999, 1, 1), "mistyped", "Choose a day until"),
        (RIGHT_DAY, "because", "Choose a reason"),
    ],
)
def test_a_first_day_that_cannot_be_is_refused(
    cast: Cast, service: Service, on: date, reason: str, words: str
) -> None:
    with pytest.raises(DomainError, match=words):
        correct_start(cast, service, on, reason)


def test_the_first_day_stays_before_the_last_and_before_a_name_that_it_bore(
    cast: Cast, service: Service
) -> None:
    earlier = service.name
    with acting_as(cast.actor("sven")) as sven:
        names = {"en": "Dune Talk", "ru": "Дюна Беседа"}
        change_service(sven, cast.aurora, service, names=names, sorts={}, on=DAY)
    with pytest.raises(
        DomainError, match=f"It was called {earlier} until {format_date(DAY - timedelta(days=1))}"
    ):
        correct_start(cast, service, DAY)
    with acting_as(cast.actor("sven")) as sven:
        end_service(sven, cast.aurora, service, on=DAY, reason="Nobody used it any more.")
    with pytest.raises(DomainError, match=f"Its last day is {format_date(DAY)}"):
        correct_start(cast, service, DAY + timedelta(days=1))
    correct_start(cast, service, DAY - timedelta(days=1))


def test_a_submitted_report_that_includes_the_service_holds_its_first_day(
    cast: Cast, service: Service
) -> None:
    report = make_report(make_cycle(read_charter(), "2026-h1", CycleState.CLOSED), cast.aurora)
    make_submission(report, ReportState.SUBMITTED)
    with pytest.raises(DomainError, match=f"report for {report.cycle.title} includes the service"):
        correct_start(cast, service, report.cycle.ends_on + timedelta(days=1))
    correct_start(cast, service, report.cycle.ends_on)


def test_what_a_published_report_says_of_the_service_is_not_changed_in_silence(
    cast: Cast, service: Service, client: Client
) -> None:
    cycle = make_cycle(read_charter(), "2026-h1", CycleState.CLOSED)
    make_published_report(cycle, cast.aurora)
    with pytest.raises(DomainError, match=f"published report for {cycle.title} says"):
        correct_start(cast, service, cycle.starts_on + timedelta(days=1))
    client.force_login(cast.sven)
    page = words_of(client.get(reverse("workspace:service-start", args=[service.pk])))
    assert f"what these published reports say of the service: {cycle.title}" in page
    correct_start(cast, service, RIGHT_DAY)  # the period is still wholly its own


def test_a_withdrawn_report_speaks_against_a_day_too(cast: Cast, service: Service) -> None:
    cycle = make_cycle(read_charter(), "2026-h1", CycleState.CLOSED)
    published = make_published_report(cycle, cast.aurora)
    withdraw(cast, published)

    assert not PublishedReport.objects.current().exists()
    with pytest.raises(DomainError, match=f"published report for {cycle.title} says"):
        correct_start(cast, service, cycle.starts_on + timedelta(days=1))


def test_an_earlier_first_day_keeps_to_the_limit_of_services(
    cast: Cast, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_service(cast.aurora, "dune-old")
    Ownership.objects.exclude(service=service).filter(organisation=cast.aurora).update(
        starts_on=date(2023, 3, 1), ends_on=date(2023, 8, 31)
    )
    others = Ownership.objects.filter(organisation=cast.aurora, ends_on__isnull=False).count()
    monkeypatch.setattr("alliance.services.ownership.MOST_SERVICES", others)

    for day in (date(2023, 1, 1), date(2023, 8, 31)):  # the second with as many on the day, the first later
        with pytest.raises(DomainError, match=f"at most {others} services"):
            correct_start(cast, service, day)
    correct_start(cast, service, date(2023, 9, 1))


def test_reports_that_were_submitted_without_the_service_are_named(
    cast: Cast, service: Service, client: Client
) -> None:
    Ownership.objects.filter(service=service).update(starts_on=date(2026, 9, 1))
    report = make_report(make_cycle(read_charter(), "2026-h1", CycleState.CLOSED), cast.aurora)
    make_submission(report, ReportState.SUBMITTED)
    client.force_login(cast.sven)
    page = words_of(client.get(reverse("workspace:service-start", args=[service.pk])))
    assert f"published ones too: {report.cycle.title}" in page
    correct_start(cast, service)


def test_the_first_day_of_a_service_that_was_taken_over_is_the_secretariats(
    cast: Cast, service: Service
) -> None:
    with acting_as(cast.actor("mona")) as mona:
        transfer_service(mona, service, cast.beacon, on=DAY)
        with pytest.raises(WrongState, match=f"taken over from {cast.aurora.name}"):
            correct_service_start(mona, cast.beacon, service, on=RIGHT_DAY, reason="mistyped")


@pytest.mark.parametrize("who", ["alice", "bob", "carol", "rita"])
def test_only_administrators_and_managers_put_a_first_day_right(
    cast: Cast, service: Service, who: str
) -> None:
    with pytest.raises(Forbidden):
        correct_start(cast, service, who=who)
