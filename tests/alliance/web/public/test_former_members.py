"""A member that left, or merged into another: every public place says so, since when, and what came after it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client

from alliance.models import Organisation
from alliance.queries.local_dates import today
from alliance.services.search_documents import refresh_member_documents
from portal.kernel import clock
from portal.kernel.publishing import touch_public_revision
from portal.kernel.text import format_date
from tests.factories import Cast, make_cycle, read_charter
from tests.support.ended_memberships import leave
from tests.support.pages import words_of
from tests.support.pledges import make_published_pledge
from tests.support.published_reports import make_published_cycle, make_published_report

pytestmark = pytest.mark.django_db

BEACON = "/en/members/beacon-search/"


@pytest.fixture
def pledged(cast: Cast) -> None:
    """Beacon and Aurora have pledged something, and reported long before Beacon left."""
    with clock.at(datetime.combine(date(2026, 3, 10), time(12), UTC)):
        cycle = make_cycle(read_charter(), "2025-h1")
        for member in (cast.aurora, cast.beacon):
            make_published_report(cycle, member, verdicts={"find": "limited"})
        make_published_cycle(cycle)
    for member in (cast.aurora, cast.beacon):
        make_published_pledge(member, {"text": "Soon.", "due_on": (today() + timedelta(days=40)).isoformat()})


def spoken(day: date) -> str:
    return " ".join(format_date(day).split())


@pytest.mark.usefixtures("pledged")
def test_pages_say_since_when_a_member_takes_no_part(cast: Cast, client: Client) -> None:
    day = spoken(leave(cast))

    assert f"This organisation has not taken part in the alliance since {day}" in words_of(client.get(BEACON))
    ended = f"Membership ended {day}"
    assert ended in words_of(client.get("/en/members/?former=1"))
    assert f"It is a former member. {ended}" in words_of(client.get("/en/embed/members/beacon-search/"))
    assert words_of(client.get("/en/commitments/find/")).count(ended) == 1
    assert "Организация не участвует в альянсе с " in words_of(client.get("/ru/members/beacon-search/"))


@pytest.mark.usefixtures("pledged")
def test_on_a_day_before_it_left_it_takes_part(cast: Cast, client: Client) -> None:
    leave(cast)

    assert "no longer takes part" in words_of(client.get(BEACON))
    for address in (BEACON, "/en/commitments/find/"):
        page = words_of(client.get(f"{address}?as-of=2026-03-20"))
        assert "This page is as it stood on 20 March 2026" in page, address
        assert "takes part" not in page, address
        assert "taken part" not in page, address
        assert "Membership ended" not in page, address


@pytest.mark.usefixtures("pledged")
def test_badges_say_that_it_is_a_former_member_and_do_not_count_its_pledges(
    cast: Cast, client: Client
) -> None:
    leave(cast)

    for address, fact in ((BEACON, "Former member"), ("/en/commitments/find/", "1 member pledged")):
        badge = client.get(f"{address.removesuffix('/')}.svg").content.decode()
        assert badge.split("</title>")[0].endswith(f": {fact}"), address
    assert "former" not in client.get("/en/members/aurora-video.svg").content.decode().lower()


@pytest.mark.usefixtures("pledged")
def test_search_finds_a_former_member_as_one(cast: Cast, client: Client) -> None:
    leave(cast)
    refresh_member_documents(Organisation.objects.get(pk=cast.beacon.pk))

    assert "Former member" in words_of(client.get("/en/search/?q=beacon&kind=member"))
    assert "Former member" not in words_of(client.get("/en/search/?q=aurora&kind=member"))


@pytest.mark.usefixtures("pledged")
def test_a_merger_is_named_on_the_pages_of_both(cast: Cast, client: Client) -> None:
    day = leave(cast, 5, "merge")
    Organisation.objects.filter(pk=cast.beacon.pk).update(successor=cast.aurora, merged_on=day)
    touch_public_revision()

    successor = client.get("/en/members/aurora-video/")
    assert f"Merged into it: Beacon Search , {spoken(day)}" in words_of(successor)
    assert f'<a href="{BEACON}">Beacon Search</a>' in successor.content.decode()
    merged = f"Merged into Aurora Video on {spoken(day)}"
    for address in ("/en/members/?former=1", "/en/embed/members/beacon-search/"):
        assert merged in words_of(client.get(address)), address
    earlier = words_of(client.get("/en/members/aurora-video/?as-of=2026-03-20"))
    assert "Merged into it" not in earlier
