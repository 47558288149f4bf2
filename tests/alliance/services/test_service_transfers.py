"""Services that change hands on a day: notices, reports of both periods, taken back while nothing was reported."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client

from alliance.enums import CycleState, OrganisationKind, OrganisationState, ReportState
from alliance.models import Ownership, Service
from alliance.services.ownership import take_back_transfer, transfer_service
from portal.kernel.access import acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from tests.factories import Cast, make_cycle, make_organisation, make_report, make_service, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
HALF = (date(2026, 1, 1), date(2026, 6, 30))
DAY = date(2026, 4, 1)


@pytest.fixture
def service(cast: Cast) -> Service:
    """Aurora's, since long before the day of the change."""
    service = make_service(cast.aurora, "dune-chat")
    Ownership.objects.filter(service=service).update(starts_on=date(2024, 1, 1))
    return service


def transfer(cast: Cast, service: Service, on: date = DAY) -> None:
    with acting_as(cast.actor("mona")) as mona:
        transfer_service(mona, service, cast.beacon, on=on)


def owners(service: Service) -> list[tuple[str, date, date | None]]:
    rows = Ownership.objects.filter(service=service).order_by("starts_on")
    return list(rows.values_list("organisation__slug", "starts_on", "ends_on"))


def test_a_service_changes_hands_on_a_day(cast: Cast, service: Service) -> None:
    transfer(cast, service)

    assert owners(service) == [
        ("aurora-video", date(2024, 1, 1), DAY - timedelta(days=1)),
        ("beacon-search", DAY, None),
    ]


def test_in_the_period_of_the_change_both_report_it_and_later_the_new_owner_alone(
    cast: Cast, service: Service
) -> None:
    transfer(cast, service)
    services = Service.objects.all()

    assert service in services.owned_by(cast.aurora.pk, *HALF)
    assert service in services.owned_by(cast.beacon.pk, *HALF)
    assert service not in services.owned_by(cast.aurora.pk, date(2026, 7, 1), date(2026, 12, 31))
    assert service not in services.owned_by(cast.beacon.pk, date(2025, 7, 1), date(2025, 12, 31))


def test_both_members_get_a_letter_and_an_entry(cast: Cast, service: Service) -> None:
    transfer(cast, service)
    run_all_jobs()

    subjects = {letter.subject for letter in mail.outbox}
    entries = Event.objects.filter(kind__in=("service.transfer", "service.leave"))
    assert any("is yours now" in subject for subject in subjects)
    assert any("is no longer yours" in subject for subject in subjects)
    assert set(entries.values_list("kind", "target_tenant_id")) == {
        ("service.transfer", cast.beacon.pk),
        ("service.leave", cast.aurora.pk),
    }


def test_a_change_of_hands_is_taken_back_as_if_nothing_had_happened(cast: Cast, service: Service) -> None:
    before = owners(service)
    transfer(cast, service)
    with acting_as(cast.actor("mona")) as mona:
        take_back_transfer(mona, service)

    assert owners(service) == before


def test_a_transfer_stands_once_the_new_owner_has_reported(cast: Cast, service: Service) -> None:
    transfer(cast, service)
    report = make_report(make_cycle(read_charter(), "2026-h1", CycleState.CLOSED), cast.beacon)
    make_submission(report, ReportState.SUBMITTED)

    with acting_as(cast.actor("mona")) as mona, pytest.raises(WrongState, match="has submitted a report"):
        take_back_transfer(mona, service)


def test_a_transfer_for_good_is_asked_about_before(cast: Cast, service: Service) -> None:
    """The new owner has filed for a period that reaches the day: the change would stand at once."""
    report = make_report(make_cycle(read_charter(), "2026-h1", CycleState.CLOSED), cast.beacon)
    make_submission(report, ReportState.SUBMITTED)
    mona, url = signed_in(cast.mona), f"/secretariat/services/{service.pk}/transfer/"
    fields = {"organisation": cast.beacon.pk, "on": DAY.isoformat()}

    asked = mona.post(url, fields)

    assert asked.status_code == 422
    assert "the change of hands could not be taken back" in words_of(asked)
    assert '<input type="checkbox" name="final"' in asked.content.decode()
    with pytest.raises(DomainError) as refusal:
        transfer(cast, service)
    assert refusal.value.field == "final"
    mona.post(url, {**fields, "final": "on"})
    assert owners(service)[-1] == ("beacon-search", DAY, None)


def test_nobody_agrees_to_a_change_for_good_that_is_refused_for_its_day_then(
    cast: Cast, service: Service
) -> None:
    report = make_report(make_cycle(read_charter(), "2026-h1", CycleState.CLOSED), cast.beacon)
    make_submission(report, ReportState.SUBMITTED)
    fields = {"organisation": cast.beacon.pk, "on": "2023-01-01"}

    refused = signed_in(cast.mona).post(f"/secretariat/services/{service.pk}/transfer/", fields)

    assert list(refused.context["form"].errors) == ["on"]
    assert 'type="checkbox" name="final"' not in refused.content.decode()


@pytest.mark.parametrize("act", ["transfer", "take-back"])
def test_a_service_that_changed_hands_meanwhile_is_not_moved_unread(
    cast: Cast, service: Service, act: str
) -> None:
    """What the page has said would become of it is about another owner."""
    other = make_organisation("other-games", OrganisationKind.MEMBER, OrganisationState.ACTIVE)
    mona, url = signed_in(cast.mona), f"/secretariat/services/{service.pk}/{act}/"
    if act == "take-back":
        transfer(cast, service)
    seen = mona.get(url).context["form"]["seen"].value()
    with acting_as(cast.actor("mona")) as actor:
        transfer_service(actor, service, other, on=DAY + timedelta(days=9))
    before = owners(service)
    sent = {"organisation": cast.beacon.pk, "on": (DAY + timedelta(days=20)).isoformat()}

    refused = mona.post(url, {**(sent if act == "transfer" else {}), "seen": seen})

    assert "You changed this in another window" in words_of(refused)
    assert other.name in words_of(refused)
    assert owners(service) == before
    shown = refused.context["form"]["seen"].value()
    assert mona.post(url, {**(sent if act == "transfer" else {}), "seen": shown}).status_code == 302
    assert owners(service) != before


def test_a_service_without_transfer_is_not_taken_back(cast: Cast, service: Service) -> None:
    with acting_as(cast.actor("mona")) as mona, pytest.raises(WrongState, match="has not changed hands"):
        take_back_transfer(mona, service)


@pytest.mark.parametrize(
    ("on", "words"),
    [(date(2999, 1, 1), "Choose today or an earlier day"), (date(2024, 1, 1), "Choose a later day")],
)
def test_a_day_that_cannot_be_is_refused(cast: Cast, service: Service, on: date, words: str) -> None:
    with pytest.raises(DomainError, match=words):
        transfer(cast, service, on)


def test_only_a_member_that_takes_part_gets_it(cast: Cast, service: Service) -> None:
    partner = make_organisation("partner-school", OrganisationKind.PARTNER, OrganisationState.ACTIVE)
    gone = make_organisation("gone-games", OrganisationKind.MEMBER, OrganisationState.FORMER)
    for organisation in (partner, gone, cast.aurora):
        with acting_as(cast.actor("mona")) as mona, pytest.raises(DomainError):
            transfer_service(mona, service, organisation, on=DAY)


def test_it_cannot_change_hands_before_a_period_for_which_its_owner_has_filed_it(
    cast: Cast, service: Service
) -> None:
    """Its figures of that period would count twice."""
    make_submission(make_report(make_cycle(read_charter(), "2026-h1"), cast.aurora), ReportState.SUBMITTED)

    with pytest.raises(
        DomainError, match="Choose 2\N{NO-BREAK SPACE}January\N{NO-BREAK SPACE}2026 or a later day"
    ):
        transfer(cast, service, date(2025, 11, 1))
    transfer(cast, service, date(2026, 1, 2))


def test_public_pages_say_who_ran_a_service_before_and_since(
    client: Client, cast: Cast, service: Service
) -> None:
    cycle = make_cycle(read_charter(), "2026-h1")
    make_published_report(cycle, cast.aurora, verdicts={"find": "complete"})
    make_published_cycle(cycle)
    transfer(cast, service)

    before, since = (
        words_of(client.get(f"/en/members/{slug}/")) for slug in ("aurora-video", "beacon-search")
    )
    report = words_of(client.get("/en/reports/aurora-video/2026-h1/"))
    assert "Since then: Beacon Search" in before
    assert "Before that: Aurora Video" in since
    assert "For a part of the period" in report
    assert "until 31 March 2026 Since then: Beacon Search" in report


def test_members_do_not_move_services_themselves(cast: Cast, service: Service) -> None:
    with acting_as(cast.actor("sven")) as sven, pytest.raises(Forbidden):
        transfer_service(sven, service, cast.beacon, on=DAY)
