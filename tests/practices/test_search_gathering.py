"""Rows are gathered from the newest months first: that changes their order, and never what is among them."""

from datetime import timedelta

import pytest
from django.db import connection

from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from practices.models import SearchEntry
from practices.queries.search import find_practices, parse_search
from tests.factories.library import make_library_practice
from tests.factories.relations import ReaderRelations

pytestmark = pytest.mark.django_db

# how many months ago each was shared; two newest, a gap, and then years
MONTHS_AGO = (0, 0, 1, 2, 2, 14, 15, 40, 41, 60)


@pytest.fixture
def spread(relations: ReaderRelations) -> list[int]:
    """Practices of many months, the newest first; every second one is about bullying."""
    practices = []
    for place, months in enumerate(MONTHS_AGO):
        practice = make_library_practice(
            relations, harms=["bullying" if place % 2 else "suicide"], title="A queue"
        )
        with acting_as(SYSTEM):
            practice.shared_at = clock.now() - timedelta(days=30.5 * months, minutes=place)
            practice.save(update_fields=["shared_at"])
        practices.append(practice.pk)
    return practices


def gathered(conditions: str, most: int, few: int) -> list[int]:
    """As many as `most`, where the newest `few` are looked at first."""
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT practice FROM practices_gather('practices_searchentry WHERE %%s', %s, '0::real',"
            " 'ORDER BY shared_at DESC, practice_id', %s, %s)",
            [conditions, most, few],
        )
        return [practice for (practice,) in cursor.fetchall()]


@pytest.mark.parametrize("few", [1, 2, 3, 5, 8, 9, 10, 4000])
@pytest.mark.parametrize("most", [1, 2, 4, 20])
def test_the_newest_that_meet_the_conditions_are_gathered_each_once(
    spread: list[int], few: int, most: int
) -> None:
    bullying = [practice for place, practice in enumerate(spread) if place % 2]

    assert gathered("true", most, few) == spread[:most]
    assert gathered("facets && '{harms:bullying}'", most, few) == bullying[:most]
    assert gathered("facets && '{harms:none}'", most, few) == []


def test_an_entry_has_the_month_in_which_its_practice_was_first_shared(relations: ReaderRelations) -> None:
    practice = make_library_practice(relations)
    with acting_as(SYSTEM):
        practice.shared_at = clock.now().replace(year=2025, month=3)
        practice.save(update_fields=["shared_at"])
        facets = SearchEntry.objects.get(practice=practice).facets

    assert [token for token in facets if token.startswith("month:")] == ["month:2025-03"]


def test_a_month_is_no_facet_and_no_word(relations: ReaderRelations, spread: list[int]) -> None:
    actor = relations.actors["other"]
    with acting_as(actor):
        assert find_practices(actor, parse_search({"text": ["month:2025-03"]})).ids == []
        assert "month" not in find_practices(actor, parse_search({})).counts


@pytest.mark.parametrize(
    ("title", "summary", "is_found"),
    [
        ("Slow the queue", "For games.", False),
        ("Slow the games", "In a queue.", False),
        ("Slow the queue", "For chats.", True),
    ],
)
def test_a_word_that_is_left_out_is_nowhere(
    relations: ReaderRelations, title: str, summary: str, *, is_found: bool
) -> None:
    practice = make_library_practice(relations, title=title, summary=summary, service_kinds=["messenger"])
    actor = relations.actors["other"]

    with acting_as(actor):
        assert find_practices(actor, parse_search({"text": ["queue -games"]})).ids == [practice.pk] * is_found
