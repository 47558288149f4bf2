"""Services that their owner renames and ends, and what was recorded by mistake taken back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from alliance.enums import CycleState, ReportState, UserBand
from alliance.figure_fields import FigureValues
from alliance.models import FormerServiceName, Ownership, Service
from alliance.queries.local_dates import today
from alliance.queries.report_frame import report_frame
from alliance.services.figures import FigureChange, save_figures
from alliance.services.ownership import add_service, transfer_service
from alliance.services.service_changes import change_service, remove_service, resume_service
from alliance.templatetags.alliance_services import owned_since
from portal.kernel.access import acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from portal.kernel.text import format_date
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of
from tests.support.service_changes import (
    DAY,
    NAMES,
    REASON,
    SOON,
    asked_for,
    end,
    make_service_of_years,
    rename,
)
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(cast: Cast) -> Service:
    return make_service_of_years(cast)


def test_a_service_that_begins_later_is_owned_from_that_day() -> None:
    tomorrow = today() + timedelta(days=1)

    assert owned_since(Ownership(starts_on=today())).startswith("Since ")
    assert owned_since(Ownership(starts_on=tomorrow)).startswith("From ")


def test_a_renamed_service_keeps_its_earlier_name_with_its_last_day(cast: Cast, service: Service) -> None:
    earlier = service.name_en
    rename(cast, service, on=DAY)

    former = FormerServiceName.objects.get(service=service)
    assert (former.name_en, former.until) == (earlier, DAY - timedelta(days=1))
    assert Service.objects.get(pk=service.pk).name_ru == NAMES["ru"]


def test_the_owner_publishes_and_takes_back_how_many_use_a_service(cast: Cast, service: Service) -> None:
    names = {"en": service.name_en, "ru": service.name_ru}
    published = []
    with acting_as(cast.actor("sven")) as sven:
        for users in (UserBand.FROM_1M, None, ""):
            change_service(sven, cast.aurora, service, names=names, sorts={}, monthly_users=users)
            published.append(Service.objects.get(pk=service.pk).monthly_users)

    assert published == ["from_1m", "from_1m", ""]
    assert not FormerServiceName.objects.filter(service=service).exists()


def test_the_form_publishes_how_many_use_a_service_on_the_page_of_its_member(
    cast: Cast, service: Service, client: Client
) -> None:
    client.force_login(cast.sven)
    address = reverse("workspace:service-change", args=[service.pk])
    names = {"name_en": service.name_en, "name_ru": service.name_ru}

    wrong = client.post(address, {**names, "monthly_users": "17"})
    client.post(address, {**names, "monthly_users": "from_1m"})

    assert "is not one of the available choices" in words_of(wrong)
    assert "1 to 10 million users a month" in words_of(client.get("/en/members/aurora-video/"))


def test_a_name_given_back_later_keeps_every_name_with_its_days(cast: Cast, service: Service) -> None:
    before = {"en": service.name_en, "ru": service.name_ru}
    days = [DAY, DAY + timedelta(days=30), DAY + timedelta(days=60)]
    for day, names in zip(days, (NAMES, before, NAMES), strict=True):
        rename(cast, service, names, on=day)

    record = [(row.name_en, row.until) for row in FormerServiceName.objects.filter(service=service)]
    assert record == [
        (name, day - timedelta(days=1))
        for day, name in reversed(list(zip(days, (before["en"], NAMES["en"], before["en"]), strict=True)))
    ]
    assert Service.objects.get(pk=service.pk).name_en == NAMES["en"]


def test_a_name_given_today_is_taken_back_today_and_nothing_is_left_of_it(
    cast: Cast, service: Service
) -> None:
    before = {"en": service.name_en, "ru": service.name_ru}
    rename(cast, service, on=DAY)
    rename(cast, service, {"en": "Dune Tlak", "ru": "Дюна Бесдеа"})
    rename(cast, service, {"en": "Dune Tale", "ru": "Дюна Сказка"})
    rename(cast, service)

    (former,) = FormerServiceName.objects.filter(service=service)
    assert (former.name_en, former.until) == (before["en"], DAY - timedelta(days=1))
    assert Service.objects.get(pk=service.pk).name_en == NAMES["en"]


def test_a_name_given_by_mistake_is_taken_back_on_its_first_day_and_nothing_is_left_of_it(
    cast: Cast, service: Service
) -> None:
    before = {"en": service.name_en, "ru": service.name_ru}
    rename(cast, service, on=DAY)
    with pytest.raises(DomainError, match=f"It has its present name since {format_date(DAY)}"):
        rename(cast, service, before, on=DAY - timedelta(days=1))
    rename(cast, service, before, on=DAY)

    assert not FormerServiceName.objects.filter(service=service).exists()
    assert Service.objects.get(pk=service.pk).name_en == before["en"]


def test_a_name_given_in_the_place_of_a_mistaken_one_has_its_first_day(cast: Cast, service: Service) -> None:
    before = service.name_en
    rename(cast, service, {"en": "Dune Tlak", "ru": "Дюна Бесдеа"}, on=DAY)
    rename(cast, service, on=DAY)

    (former,) = FormerServiceName.objects.filter(service=service)
    assert (former.name_en, former.until) == (before, DAY - timedelta(days=1))


def test_a_name_by_which_a_submitted_report_calls_the_service_stays_with_its_days(
    cast: Cast, service: Service
) -> None:
    before = {"en": service.name_en, "ru": service.name_ru}
    rename(cast, service, on=DAY)
    report = make_report(make_cycle(read_charter(), "2026-h1", CycleState.CLOSED), cast.aurora)
    make_submission(report, ReportState.SUBMITTED)

    with pytest.raises(DomainError, match=f"report for {report.cycle.title} calls it {NAMES['en']}"):
        rename(cast, service, before, on=DAY)
    rename(cast, service, before, on=DAY + timedelta(days=1))
    assert [row.name_en for row in FormerServiceName.objects.filter(service=service)] == [
        NAMES["en"],
        before["en"],
    ]
    rename(cast, service, on=DAY + timedelta(days=1))  # no report has the name of then: it is taken back
    assert FormerServiceName.objects.get(service=service).name_en == before["en"]


def test_a_name_borne_under_the_earlier_owner_stays_when_the_next_one_renames_from_its_first_day(
    cast: Cast, service: Service
) -> None:
    before = service.name_en
    with acting_as(cast.actor("mona")) as mona:
        transfer_service(mona, service, cast.beacon, on=DAY)
        with pytest.raises(DomainError, match=f"yours from {format_date(DAY)}"):
            change_service(mona, cast.beacon, service, names=NAMES, sorts={}, on=DAY - timedelta(days=1))
        change_service(mona, cast.beacon, service, names=NAMES, sorts={}, on=DAY)

    (former,) = FormerServiceName.objects.filter(service=service)
    assert (former.name_en, former.until) == (before, DAY - timedelta(days=1))


def test_a_service_that_begins_later_is_renamed_from_its_first_day(
    cast: Cast, service: Service, client: Client
) -> None:
    first = today() + SOON
    Ownership.objects.filter(service=service).update(starts_on=first)
    for day in (today(), first + timedelta(days=1)):
        with pytest.raises(DomainError, match=f"from {format_date(first)}. Choose that day"):
            rename(cast, service, on=day)
    client.force_login(cast.sven)
    address = reverse("workspace:service-change", args=[service.pk])
    page = client.get(address)
    assert page.context["form"].initial["on"] == first
    assert f"present name since {format_date(first)}".replace("\N{NO-BREAK SPACE}", " ") in words_of(page)
    client.post(address, {"name_en": NAMES["en"], "name_ru": NAMES["ru"], "on": first.isoformat()})

    assert not FormerServiceName.objects.filter(service=service).exists()
    rename(cast, service, {"en": "Dune Tale", "ru": "Дюна Сказка"})
    assert Service.objects.get(pk=service.pk).name_en == "Dune Tale"


@pytest.mark.parametrize("on", [date(2023, 12, 31), date(2999, 1, 1)])
def test_a_name_from_a_day_that_cannot_be_is_refused(cast: Cast, service: Service, on: date) -> None:
    with pytest.raises(DomainError, match="Choose") as refusal:
        rename(cast, service, on=on)
    assert refusal.value.field == "on"


def test_a_service_that_ended_in_a_period_is_asked_for_and_later_no_more(
    cast: Cast, service: Service
) -> None:
    end(cast, service)

    assert asked_for(cast, date(2026, 1, 1), date(2026, 6, 30))
    assert not asked_for(cast, date(2026, 7, 1), date(2026, 12, 31))
    row = Ownership.objects.get(service=service)
    assert (row.ends_on, row.end_reason) == (DAY, REASON)


def test_managers_and_colleagues_are_notified(cast: Cast, service: Service) -> None:
    end(cast, service)
    run_all_jobs()

    assert {letter.subject for letter in mail.outbox} == {f"{cast.aurora.name} ends {service.name}"}
    addresses = {to for letter in mail.outbox for to in letter.to}
    assert cast.mona.email in addresses
    assert cast.alice.email in addresses
    assert cast.sven.email not in addresses
    assert Event.objects.get(kind="service.end").data["on"] == DAY.isoformat()


@pytest.mark.parametrize(
    ("on", "reason", "words"),
    [
        (date(2999, 1, 1), REASON, "Choose a day until"),
        (date(2023, 1, 1), REASON, "is yours from"),
        (DAY, " ", "Give a reason"),
    ],
)
def test_an_end_that_cannot_be_is_refused(
    cast: Cast, service: Service, on: date, reason: str, words: str
) -> None:
    with pytest.raises(DomainError, match=words):
        end(cast, service, on, reason=reason)


def test_it_cannot_have_ended_before_the_period_of_a_submitted_report(cast: Cast, service: Service) -> None:
    report = make_report(make_cycle(read_charter(), "2026-h1", CycleState.CLOSED), cast.aurora)
    make_submission(report, ReportState.SUBMITTED)

    with pytest.raises(DomainError, match=f"report for {report.cycle.title} includes the service"):
        end(cast, service, date(2025, 12, 31))
    end(cast, service, date(2026, 1, 1))


def test_of_two_who_end_it_the_second_is_refused(cast: Cast, service: Service) -> None:
    end(cast, service)
    with pytest.raises(WrongState, match="has ended already"):
        end(cast, service, who="mona")


def test_an_end_is_taken_back_as_if_it_had_never_been(cast: Cast, service: Service) -> None:
    end(cast, service)
    with acting_as(cast.actor("sven")) as sven:
        resume_service(sven, cast.aurora, service)

        with pytest.raises(WrongState, match="has not been ended"):
            resume_service(sven, cast.aurora, service)
    row = Ownership.objects.get(service=service)
    assert (row.ends_on, row.end_reason) == (None, "")


def test_an_addition_by_mistake_disappears_with_its_address(cast: Cast) -> None:
    with acting_as(cast.actor("alice")) as alice:
        added = add_service(alice, cast.aurora, names=NAMES, starts_on=today())
        remove_service(alice, cast.aurora, added)
        again = add_service(alice, cast.aurora, names=NAMES, starts_on=today())
    assert again.slug == "dune-talk"


def test_a_service_with_figures_stays(cast: Cast, service: Service) -> None:
    report = make_report(make_cycle(read_charter(), "2026-h1", CycleState.OPEN), cast.aurora)
    with acting_as(cast.actor("alice")) as alice:
        frame = report_frame(report)
        asked = next(
            total
            for required in frame.measures
            for row in required.figures
            for total in required.totals(row)
            if total.service == service
        )
        save_figures(alice, report, [FigureChange(asked, FigureValues(value=Decimal(12)), 0)])
        with pytest.raises(WrongState, match="Figures are entered"):
            remove_service(alice, cast.aurora, service)
    with acting_as(cast.actor("mona")) as mona, pytest.raises(WrongState, match="Something refers"):
        remove_service(mona, cast.aurora, service)
    assert Service.objects.filter(pk=service.pk).exists()


@pytest.mark.parametrize("who", ["alice", "bob", "carol", "rita"])
def test_only_administrators_and_managers_end_a_service(cast: Cast, service: Service, who: str) -> None:
    with pytest.raises(Forbidden):
        end(cast, service, who=who)
