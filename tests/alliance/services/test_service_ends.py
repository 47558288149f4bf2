"""A service with a last day that is still to come, and one that has changed hands since."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alliance.enums import CycleState
from alliance.models import Ownership, Service
from alliance.queries.local_dates import today
from alliance.queries.public.members import member_list
from alliance.services.ownership import move_services, return_services, transfer_service
from alliance.services.service_changes import resume_service
from portal.kernel.access import acting_as
from portal.kernel.errors import WrongState
from portal.kernel.publishing import read_public_revision, renew_public_revision, touch_public_revision
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of
from tests.support.service_changes import DAY, REASON, SOON, asked_for, end, make_service_of_years, rename

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(cast: Cast) -> Service:
    return make_service_of_years(cast)


def test_a_service_with_a_last_day_to_come_runs_until_then(
    cast: Cast, service: Service, client: Client
) -> None:
    last = today() + SOON
    end(cast, service, last)
    run_all_jobs()

    assert asked_for(cast, today(), today())
    assert asked_for(cast, last, last + SOON)
    assert not asked_for(cast, last + timedelta(days=1), last + SOON)
    (member,) = member_list().filter(pk=cast.aurora.pk)
    assert service in [row.service for row in member.current_ownerships]
    assert mail.outbox
    assert all("It runs until then" in letter.body for letter in mail.outbox)
    client.force_login(cast.sven)
    page = client.get("/workspace/people/").content.decode()
    assert f"Ends: {REASON}" in page
    for act in ("change", "resume"):
        assert f"/workspace/services/{service.pk}/{act}/" in page
    assert f"/workspace/services/{service.pk}/end/" not in page
    assert f"Ends: {REASON}" in words_of(client.get(f"/en/members/{cast.aurora.slug}/"))


def test_a_service_with_a_last_day_to_come_is_renamed_and_not_ended_again_or_handed_over(
    cast: Cast, service: Service
) -> None:
    end(cast, service, today() + SOON)
    rename(cast, service, on=DAY)
    with pytest.raises(WrongState, match="Its last day is recorded already"):
        end(cast, service)
    with acting_as(cast.actor("mona")) as mona, pytest.raises(WrongState, match="Take that back first"):
        transfer_service(mona, service, cast.beacon, on=DAY)

    with acting_as(cast.actor("sven")) as sven:
        resume_service(sven, cast.aurora, service)
    assert Ownership.objects.get(service=service).ends_on is None


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2024, 1, 1), date(2026, 3, 31), "figures are asked for until 31 March 2026"),
        (date(2026, 2, 1), None, "figures are asked for from 1 February 2026"),
        (date(2026, 2, 1), date(2026, 3, 31), "from 1 February 2026 to 31 March 2026"),
        (date(2024, 1, 1), date(2026, 9, 30), ""),
    ],
)
def test_the_report_says_for_which_part_of_its_period_a_service_is_asked_for(
    cast: Cast, service: Service, client: Client, first: date, last: date | None, words: str
) -> None:
    report = make_report(make_cycle(read_charter(), "2026-h1", CycleState.OPEN), cast.aurora)
    Ownership.objects.filter(service=service).update(starts_on=first, ends_on=last)
    client.force_login(cast.alice)
    for name in ("report", "report-figures"):
        page = words_of(client.get(reverse(f"workspace:{name}", args=[report.pk])))
        assert "figures are asked for" in page if words else "figures are asked for" not in page
        assert words in page


def test_a_last_day_to_come_goes_with_a_merger_and_comes_back_with_it(cast: Cast, service: Service) -> None:
    last, day = today() + SOON, today() - SOON
    end(cast, service, last)
    assert service.pk in move_services(cast.aurora, cast.beacon, on=day)
    moved = Ownership.objects.get(service=service, organisation=cast.beacon)
    assert (moved.ends_on, moved.end_reason) == (last, REASON)

    return_services(cast.aurora, cast.beacon, on=day)
    row = Ownership.objects.get(service=service)
    assert (row.organisation_id, row.ends_on, row.end_reason) == (cast.aurora.pk, last, REASON)


def test_public_pages_are_made_anew_once_a_day(cast: Cast) -> None:
    touch_public_revision()
    before = read_public_revision()
    renew_public_revision(timezone.now() - timedelta(hours=1))
    assert read_public_revision() == before
    for _twice in range(2):
        renew_public_revision(timezone.now() + timedelta(hours=1))
    assert read_public_revision() == before + 2


def test_a_service_that_changed_hands_is_neither_renamed_nor_ended_nor_resumed_by_its_earlier_owner(
    cast: Cast, service: Service, client: Client
) -> None:
    with acting_as(cast.actor("mona")) as mona:
        transfer_service(mona, service, cast.beacon, on=DAY)
    with pytest.raises(WrongState):
        end(cast, service)
    with pytest.raises(WrongState):
        rename(cast, service)
    client.force_login(cast.sven)
    page = client.get(f"/workspace/services/{service.pk}/change/", follow=True)
    assert page.redirect_chain == [("/workspace/people/", 302)]
    assert "or is another member’s" in page.content.decode()
    with acting_as(cast.actor("sven")) as sven, pytest.raises(WrongState, match="the secretariat can take"):
        resume_service(sven, cast.aurora, service)
