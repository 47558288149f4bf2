"""Members as everybody may read them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance.models import FormerSlug, Organisation
from portal.kernel.publishing import forget_answers
from tests.factories import Cast, make_cycle, make_organisation, make_service, read_charter
from tests.support.ended_memberships import leave
from tests.support.published_reports import make_published_report
from tests.support.query_log import own_queries

pytestmark = pytest.mark.django_db
MEMBERS = "/api/v1/members/"


def test_a_member_is_said_in_both_languages_with_its_services(cast: Cast, client: Client) -> None:
    member = client.get(f"{MEMBERS}aurora-video/").json()

    assert member["name"] == {"en": "Aurora Video", "ru": "Aurora Video (ру)"}
    assert [service["slug"] for service in member["services"]] == ["aurora-kids", "aurora-live"]
    assert (member["kind"], member["state"], member["since"], member["until"], member["successor"]) == (
        "member",
        "active",
        "2020-01-01",
        None,
        None,
    )


def test_an_earlier_address_leads_to_the_member(cast: Cast, client: Client) -> None:
    FormerSlug.objects.create(organisation=cast.aurora, slug="aurora-old")

    assert client.get(f"{MEMBERS}aurora-old/").json()["slug"] == "aurora-video"


def test_an_earlier_address_leads_to_the_reports_of_the_member(cast: Cast, client: Client) -> None:
    FormerSlug.objects.create(organisation=cast.aurora, slug="aurora-old")
    make_published_report(make_cycle(read_charter()), cast.aurora)

    assert client.get("/api/v1/reports/aurora-old/2026-h1/").json()["member"] == "aurora-video"
    assert client.get("/api/v1/reports/nobody/2026-h1/").status_code == 404


def test_a_former_member_stays_in_the_list_with_its_successor(cast: Cast, client: Client) -> None:
    gone = make_organisation("gone", state="former")
    Organisation.objects.filter(pk=gone.pk).update(successor=cast.aurora, merged_on="2021-01-02")
    gone.former_names.create(name_en="Went", name_ru="Ушла", until=date(2021, 1, 1))

    rows = client.get(f"{MEMBERS}?state=former").json()["results"]

    assert [(row["slug"], row["successor"], row["merged_on"], row["until"]) for row in rows] == [
        ("gone", "aurora-video", "2021-01-02", "2021-01-01")
    ]
    assert rows[0]["former_names"] == [{"name": {"en": "Went", "ru": "Ушла"}, "until": "2021-01-01"}]


@pytest.mark.parametrize("kind", ["withdraw", "expel"])
def test_the_list_and_the_member_name_the_last_day_of_one_that_left(
    cast: Cast, client: Client, kind: str
) -> None:
    last_day = (leave(cast, kind=kind) - timedelta(days=1)).isoformat()

    listed = {row["slug"]: row["until"] for row in client.get(MEMBERS).json()["results"]}
    assert listed == {"aurora-video": None, "beacon-search": last_day}
    assert client.get(f"{MEMBERS}beacon-search/").json()["until"] == last_day


def test_applicants_partners_and_the_secretariat_are_no_members(cast: Cast, client: Client) -> None:
    make_organisation("partner", "partner")
    make_organisation("applicant", state="applicant")

    assert [row["slug"] for row in client.get(MEMBERS).json()["results"]] == ["aurora-video", "beacon-search"]


def queries_of_the_list(client: Client) -> int:
    forget_answers()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"{MEMBERS}?limit=50").status_code == 200
    return len(own_queries(captured))


def test_a_list_takes_at_most_five_queries_however_long(cast: Cast, client: Client) -> None:
    few = queries_of_the_list(client)
    for number in range(60):
        make_service(make_organisation(f"member-{number}"), f"service-{number}")

    assert queries_of_the_list(client) == few <= 5


def test_former_members_cost_a_list_one_query_more_however_many(cast: Cast, client: Client) -> None:
    few = queries_of_the_list(client)
    leave(cast)
    for number in range(20):
        make_organisation(f"gone-{number}", state="former")

    assert queries_of_the_list(client) == few + 1
