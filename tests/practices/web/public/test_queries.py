"""Public pages of practices: from memory, the same for everybody, no dearer for many rows than for ten."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliance.models import Organisation
from alliance.queries.site import read_site
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import revision_cache, touch_public_revision
from practices.enums import Label
from practices.models import Adoption, Practice, PublishedPractice
from tests.factories import Cast, read_cast
from tests.factories.cast import PASSWORD
from tests.factories.practices import CONTENT, make_shared
from tests.support.query_log import own_queries

pytestmark = pytest.mark.django_db

PAGES = (
    "practices/",
    "practices/?harm=grooming",
    "practices/practices.json",
    "practices/feed.atom",
    "practices/{key}/",
    "practices/{key}/practice.json",
    "practices/{key}/feed.atom",
    "practices/{key}/versions/1/",
    "commitments/find/",
    "members/aurora-video/",
)
MOST = 20


@pytest.fixture
def cast() -> Cast:
    made = read_cast()
    return made


@pytest.fixture
def practice(cast: Cast) -> Practice:
    return make_shared(cast, Label.CLEAR, measures=["search"], grade="likely")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_second_answer_asks_the_database_nothing(
    client: Client, practice: Practice, language: str
) -> None:
    for path in PAGES:
        address = f"/{language}/{path.format(key=practice.key)}"
        first = client.get(address)
        with CaptureQueriesContext(connection) as queries:
            second = client.get(address)

        statements = [query["sql"] for query in queries if "publicrevision" not in query["sql"]]
        assert (path, first.status_code, second.content == first.content, statements) == (path, 200, True, [])
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_they_are_the_same_for_the_source_as_for_the_world(
    client: Client, cast: Cast, practice: Practice
) -> None:
    client.login(email=cast.alice.email, password=PASSWORD)
    for path in PAGES:
        address = f"/en/{path.format(key=practice.key)}"
        anonymous, signed_in = Client().get(address), client.get(address)

        assert (path, signed_in.content == anonymous.content) == (path, True)
        assert (path, dict(anonymous.cookies), dict(signed_in.cookies)) == (path, {}, {})


def test_ten_practices_and_many_cost_the_same_queries(cast: Cast, practice: Practice, full: bool) -> None:
    add_practices(cast.aurora, practice, 9)
    few = counts(practice)
    add_practices(cast.aurora, practice, 990 if full else 60)

    assert counts(practice) == few
    assert {
        path: count for path, count in few.items() if path.startswith("practices/") and count > MOST
    } == {}


def counts(practice: Practice) -> dict[str, int]:
    touch_public_revision()
    return {path: query_count(path.format(key=practice.key)) for path in PAGES}


def query_count(path: str) -> int:
    read_site.forget()
    revision_cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert Client().get(f"/en/{path}").status_code == 200
    return len(own_queries(captured))


def add_practices(source: Organisation, practice: Practice, many: int) -> None:
    """So many more practices, each of which derives from the first, and as many that say that they use it."""
    now = timezone.now()
    PublishedPractice.objects.bulk_create(
        PublishedPractice(
            valid_from=1, record=uuid.uuid4(), state="shared", at=now, organisation=source, number=1,
            shared_at=now, language="en", title=f"Practice {number}", content={**CONTENT, "measures": ["search"]},
            harms=["grooming"], measures=["search"], grade="likely",
            relations=[{"kind": "derives", "practice": str(practice.key), "title": "The first"}],
        )
        for number in range(many)
    )  # fmt: skip
    with acting_as(SYSTEM):
        first = Organisation.objects.count()
        users = Organisation.objects.bulk_create(
            Organisation(
                slug=f"user-{number}", name_en=f"User {number}", name_ru=f"User {number}", kind="member"
            )
            for number in range(first, first + many)
        )
        Adoption.objects.bulk_create(
            Adoption(
                practice=practice, organisation=user, label=Label.CLEAR, state="in_use", since=now.date()
            )
            for user in users
        )
