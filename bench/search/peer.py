"""The same search by hand, as the owner of the tables, who sees every row: bare, and with all that a page shows.

The bar is the bare query's. That neither counts facets nor marks passages: what does stands beside it, without a bar.
"""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from django.db import connections, transaction

from bench.search.mixes import WORDS
from portal.kernel.access import owner_alias
from practices.queries.library import PAGE_SIZE
from practices.queries.search import MAX_RANKED

TIMES = 40
_HITS = """
SELECT practice_id, facets, ts_rank_cd(search_vector, words) AS rank FROM (
    SELECT practice_id, facets, search_vector, words
    FROM practices_searchentry, websearch_to_tsquery('portal_words', %(word)s) words
    WHERE search_vector @@ words LIMIT %(cap)s) hits
ORDER BY rank DESC
"""
_BARE = f"SELECT practice_id FROM ({_HITS}) ranked LIMIT %(rows)s"
_ROWS = """
SELECT p.id, p.label, p.state, p.shared_at, o.name_en, e.grade, e.facets
FROM practices_practice p JOIN alliance_organisation o ON o.id = p.organisation_id
    JOIN practices_searchentry e ON e.practice_id = p.id
WHERE p.id = ANY(%(ids)s)
"""
_MARKED = """
SELECT e.practice_id, ts_headline('portal_words', e.title, words, 'HighlightAll=true'),
    ts_headline('portal_words', e.summary, words, 'HighlightAll=true'),
    CASE WHEN to_tsvector('portal_words', e.title || ' ' || e.summary) @@ words THEN ''
    ELSE ts_headline('portal_words', left((
        SELECT practices_body(content) || practices_policy_text(content) FROM practices_version
        WHERE practice_id = e.practice_id ORDER BY number DESC LIMIT 1), 6000), words, 'MaxFragments=2') END
FROM practices_searchentry e, websearch_to_tsquery('portal_words', %(word)s) words
WHERE e.practice_id = ANY(%(ids)s)
"""
_USED = """
SELECT practice_id, count(*) FILTER (WHERE state = 'in_use'), count(*) FILTER (WHERE state = 'trial')
FROM practices_adoption WHERE practice_id = ANY(%(ids)s) GROUP BY practice_id
"""


def bare(word: str) -> None:
    """The least that a search does: as many hits of a word, ranked; the ids of a page."""
    _in_transaction(lambda cursor: cursor.execute(_BARE, _parameters(word)))


def whole(word: str) -> None:
    """All that a page shows: the hits counted by facet; the rows of a page, marked, with who uses each."""

    def ask(cursor: Any) -> None:
        cursor.execute(_HITS, _parameters(word))
        hits = cursor.fetchall()
        Counter(token for _pk, facets, _rank in hits for token in facets)
        ids = [pk for pk, _facets, _rank in hits[:PAGE_SIZE]]
        for statement in (_ROWS, _MARKED, _USED):
            cursor.execute(statement, {"ids": ids, "word": word})
            cursor.fetchall()

    _in_transaction(ask)


def chosen_words(seed: int = 7) -> list[str]:
    chance = Random(seed)
    return [chance.choice(WORDS) for _ in range(TIMES)]


def _parameters(word: str) -> dict[str, Any]:
    return {"word": word, "cap": MAX_RANKED, "rows": PAGE_SIZE}


def _in_transaction(ask: Callable[[Any], None]) -> None:
    with transaction.atomic(using=owner_alias()), connections[owner_alias()].cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        ask(cursor)
