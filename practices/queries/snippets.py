"""Search snippets: a passage of the practice's content with the matches marked, each text with its language."""

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
    """The title and summary with marks, and if the words are elsewhere, a passage with them.

    `language`: of title and summary where they are those of a translation; `passage_language` of the passage. Empty
    is the practice's own.
    """

    title: str
    summary: str
    language: str = ""
    passage: str = ""
    passage_language: str = ""


def snippets(practice_ids: Collection[int], query: Query, language: str) -> dict[int, Snippet]:
    """By practice, for those of one page, which the actor sees: each text is read again.

    Title and summary are in `language`, where a translation of the latest version has them.
    """
    with connection.cursor() as cursor:
        words = [quoted(text) for term in query.wanted for text in term.alternatives]
        parameters: Any = {"ids": list(practice_ids), "words": words, "most": _MAX_LENGTH, "language": language,
            **_SELECTORS}  # fmt: skip
        cursor.execute(_QUERY, parameters)
        return {pk: Snippet(*texts) for pk, *texts in cursor.fetchall()}


_SELECTORS = {"whole": f"{_OPTIONS},HighlightAll=true", "parts": _PASSAGE_OPTIONS, "begin": BEGIN}
# Each part is made only where the ones before it have no mark. The condition stands inside: outside, it would choose
# among parts that were made for every row.
_QUERY = """
    WITH words AS MATERIALIZED (SELECT to_tsquery('portal_words', text) AS word FROM unnest(%(words)s) text)
    SELECT marked.practice_id, marked.title, marked.summary, marked.language,
        coalesce(translated.text, original.text, ''), coalesce(translated.language, '')
    FROM (
        SELECT entry.practice_id, asked, coalesce(head.language, '') AS language,
            ts_headline('portal_words', coalesce(head.content ->> 'title', entry.title), asked, %(whole)s) AS title,
            ts_headline('portal_words', coalesce(head.content ->> 'summary', entry.summary), asked, %(whole)s)
                AS summary
        FROM practices_searchentry entry
        LEFT JOIN practices_translation head ON head.practice_id = entry.practice_id AND head.state = 'shared'
            AND head.earlier_readers IS NULL AND head.language = %(language)s AND head.version_number = (
                SELECT max(number) FROM practices_version last WHERE last.practice_id = entry.practice_id),
        LATERAL (
            -- what it has of the words and phrases, and not single words of a phrase that it has not
            SELECT coalesce(string_agg('(' || word::text || ')', ' | '), '')::tsquery AS asked
            FROM words WHERE entry.search_vector @@ word) had
        WHERE entry.practice_id = ANY(%(ids)s)
    ) marked
    LEFT JOIN LATERAL (
        SELECT ts_headline('portal_words', left((
            SELECT practices_body(content) || E'\\n' || practices_policy_text(content) FROM practices_version
            WHERE practice_id = marked.practice_id ORDER BY number DESC LIMIT 1), %(most)s), marked.asked,
            %(parts)s) AS text
        WHERE strpos(marked.title || marked.summary, %(begin)s) = 0
    ) original ON true
    LEFT JOIN LATERAL (
        SELECT text, language FROM (
            SELECT language, ts_headline('portal_words', left((
                SELECT string_agg(value, E'\\n' ORDER BY key) FROM jsonb_each_text(content)), %(most)s), marked.asked,
                %(parts)s) AS text
            FROM practices_translation
            WHERE practice_id = marked.practice_id AND state = 'shared' AND earlier_readers IS NULL
                AND language <> marked.language
                AND strpos(marked.title || marked.summary || coalesce(original.text, ''), %(begin)s) = 0
            ORDER BY language
        ) texts
        WHERE strpos(text, %(begin)s) > 0 LIMIT 1
    ) translated ON true
"""
