"""The bench's own parts on a few hundred practices: rows as it says, counts that are right, plans by the indexes."""

from collections import Counter
from random import Random

import pytest
from django.db import connection

from bench.search import measuring
from bench.search.crowd import Crowd, make_crowd
from bench.search.figures import Result, report
from bench.search.mixes import MIX
from bench.search.practices import fill
from bench.search.vocabulary import Vocabulary
from portal.kernel.row_security import acting_as
from practices.models import Entry, Practice
from practices.queries.search import CAP, find, read
from tests.support.database import owner_cursor

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
_ROWS = 400


@pytest.fixture
def crowd() -> Crowd:
    made = make_crowd()
    fill(made, 1, _ROWS)
    return made


def test_what_is_found_and_counted_is_what_is_there(crowd: Crowd) -> None:
    for actor in crowd.actors.values():
        with acting_as(actor):
            found = find(actor, read({"expired": ["1"]}))
            seen = set(Practice.objects.visible_to(actor).values_list("pk", flat=True))
            entries = Entry.objects.filter(pk__in=seen).values_list("facets", flat=True)
            tokens = Counter(token for facets in entries for token in facets)
        assert set(found.ids) == seen
        assert len(seen) < CAP
        assert found.counts["harms"] == {
            token.partition(":")[2]: count
            for token, count in sorted(tokens.items())
            if token.startswith("harms:")
        }


def test_every_kind_of_page_is_there_and_measured(crowd: Crowd) -> None:
    taken = measuring.measure(crowd, pages=25)
    raw = measuring.measure_raw()

    assert sum(len(times) for times in taken.values()) == 25
    assert all(time > 0 for times in taken.values() for time in times)
    full = {mix.name: [1.0] for mix in MIX}
    assert "The bar" in report([Result(1, full, raw), Result(2, full, raw)])


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        ("words @@ websearch_to_tsquery('practices_words', 'moderator')", "entry_words"),
        ("title_words @@ websearch_to_tsquery('practices_words', 'moderator')", "entry_title_words"),
        ("true ORDER BY shared_at DESC, practice_id LIMIT 20", "entry_newest"),
        ("{facets}", "Bitmap Index Scan on entry_"),
        ("practices_pairs(words) @> ARRAY[7]", "entry_words"),
    ],
)
def test_the_functions_of_the_owner_use_the_indexes(crowd: Crowd, condition: str, index: str) -> None:
    del crowd
    with owner_cursor() as cursor:
        cursor.execute(
            "BEGIN; SET LOCAL enable_seqscan = off; SELECT set_config('portal.kind', 'person', true)"
        )
        cursor.execute("SELECT practices_conditions('[[\"harms:harm-1\"]]', NULL)")
        facets = cursor.fetchone()[0]
        cursor.execute(
            f"EXPLAIN SELECT practice_id FROM practices_entry WHERE {condition.format(facets=facets)}"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert index in plan
    assert "Seq Scan" not in plan


def test_the_application_by_itself_could_not(crowd: Crowd) -> None:
    """Why the functions are there: behind its policy no index serves the words."""
    actor = crowd.actors["a member"]
    with acting_as(actor), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT practice_id FROM practices_entry"
            " WHERE words @@ websearch_to_tsquery('practices_words', 'moderator')"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "entry_words" not in plan


def test_texts_are_of_a_chance_that_can_be_repeated() -> None:
    assert Vocabulary("ru", Random(1)).text(40) == Vocabulary("ru", Random(1)).text(40)
