"""Search snippets: a passage of the practice's content with the matches marked."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection

from portal.kernel.search import Query, quoted

# Control characters: people's texts have none, and nothing but our own marks can be made of them.
BEGIN, END = "\x02", "\x03"
_OPTIONS = f"StartSel={BEGIN},StopSel={END}"
_PASSAGE_OPTIONS = f"{_OPTIONS},MaxFragments=2,MinWords=8,MaxWords=24,FragmentDelimiter= … "
_MAX_LENGTH = 6000  # characters of the rest that are looked at


@dataclass(frozen=True, slots=True)
class Snippet:
    """The title and summary with marks, and if the words are elsewhere, a passage with them."""

    title: str
    summary: str
    passage: str = ""


def snippets(practice_ids: Collection[int], query: Query) -> dict[int, Snippet]:
    """By practice, for those of one page, which the actor sees: each text is read again."""
    with connection.cursor() as cursor:
        words = [quoted(text) for term in query.wanted for text in term.alternatives]
        parameters: Any = {"ids": list(practice_ids), "words": words, "most": _MAX_LENGTH, **_SELECTORS}
        cursor.execute(_QUERY, parameters)
        return {pk: Snippet(*texts) for pk, *texts in cursor.fetchall()}


_SELECTORS = {"whole": f"{_OPTIONS},HighlightAll=true", "parts": _PASSAGE_OPTIONS, "begin": BEGIN}
# the rest is read only where neither title nor summary has the words
_QUERY = """
    WITH words AS MATERIALIZED (SELECT to_tsquery('portal_words', text) AS word FROM unnest(%(words)s) text)
    SELECT marked.practice_id, marked.title, marked.summary, CASE
        WHEN strpos(marked.title || marked.summary, %(begin)s) > 0 THEN ''
        ELSE ts_headline('portal_words', left((
            SELECT practices_body(content) || E'\\n' || practices_policy_text(content) FROM practices_version
            WHERE practice_id = marked.practice_id ORDER BY number DESC LIMIT 1), %(most)s), marked.asked, %(parts)s)
        END
    FROM (
        SELECT practice_id, asked, ts_headline('portal_words', title, asked, %(whole)s) AS title,
            ts_headline('portal_words', summary, asked, %(whole)s) AS summary
        FROM practices_searchentry, LATERAL (
            -- what it has of the words and phrases, and not single words of a phrase that it has not
            SELECT coalesce(string_agg('(' || word::text || ')', ' | '), '')::tsquery AS asked
            FROM words WHERE search_vector @@ word) had
        WHERE practice_id = ANY(%(ids)s)
    ) marked
"""
