"""The indicators that can be compared are found as the record is searched, and by any part of their names."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance.models import Harm, Indicator
from portal.kernel.search import rebuild_index
from tests.factories import make_cycle, make_service, read_cast, read_charter
from tests.support.pages import words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db
SHARE, TIME = "found-proactively", "time-to-removal"


@pytest.fixture(scope="module", autouse=True)
def index(module_transaction: None) -> None:
    cast, charter = read_cast(), read_charter()
    cycle = make_cycle(charter, "2026-h1")
    make_service(cast.aurora, "clips")
    make_published_report(cycle, cast.aurora, {"speed": [submitted_figure(TIME, "12", service="clips")]})
    make_published_cycle(cycle)
    Indicator.objects.filter(key=TIME).update(title_ru="Медиана времени удаления")
    Indicator.objects.filter(key=SHARE).update(breakdowns=["harm"])
    Harm.objects.get_or_create(
        charter=charter,
        key="grooming",
        defaults={"position": 90, "title_en": "Grooming", "title_ru": "Груминг"},
    )
    rebuild_index()


def keys_shown(client: Client, words: str, language: str = "en") -> list[str]:
    menu = client.get(f"/{language}/compare/", {"find": words}).context["menu"]
    return [indicator.key for group in menu.groups for indicator in group.indicators]


@pytest.mark.parametrize(
    ("words", "language", "keys"),
    [
        ("REMOVAL time", "en", [TIME]),
        ("removel", "en", [TIME]),
        ("удаление", "ru", [TIME]),
        ("удаление", "en", [TIME]),
        ("grooming", "en", [SHARE]),
        ("to-remov", "en", [TIME]),
        ("proacti", "en", [SHARE]),
        ("unicorn", "en", []),
    ],
)
def test_indicators_are_found_by_their_words(
    client: Client, words: str, language: str, keys: list[str]
) -> None:
    assert [key for key in keys_shown(client, words, language) if key in (SHARE, TIME)] == keys


def test_reading_of_the_words(client: Client) -> None:
    assert "Nothing found for “removel”. Results for “remove”:" in words_of(
        client.get("/en/compare/?find=removel")
    )
    assert "Results for" not in words_of(client.get("/en/compare/?find=proacti"))
    assert "No indicator has these words." in words_of(client.get("/en/compare/?find=unicorn"))


def test_no_search_without_words(client: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        client.get("/en/compare/")

    assert not any("portal_search" in query["sql"] for query in asked.captured_queries)
