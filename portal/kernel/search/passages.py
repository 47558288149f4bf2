"""Passages of what was found, with the words that were looked for marked: text is escaped, the marks are not."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from portal.kernel.search.parsing import Query, quoted
from portal.kernel.text import reader_language

# no document holds these: what cannot be printed is left out of the index
_START, _STOP = "\x02", "\x03"
_OPTIONS = f'StartSel="{_START}", StopSel="{_STOP}"'
_PASSAGE = f'{_OPTIONS}, MaxWords=36, MinWords=18, MaxFragments=2, FragmentDelimiter=" … "'
_WHOLE = f"{_OPTIONS}, HighlightAll=true"
_MARKED = """
WITH sought AS MATERIALIZED (SELECT to_tsquery('portal_words', text) AS word FROM unnest(%(sought)s) text),
  asked AS MATERIALIZED (
    SELECT id, titles, texts, coalesce((SELECT string_agg('(' || word::text || ')', ' | ') FROM sought
        WHERE vector @@ word), '')::tsquery AS had
      FROM portal_searchdocument WHERE id = ANY(%(ids)s))
SELECT id, part, key,
    ts_headline('portal_words', value, had, CASE part WHEN 'title' THEN %(whole)s ELSE %(passage)s END)
  FROM asked, LATERAL (SELECT 'title' AS part, * FROM jsonb_each_text(titles)
    UNION ALL SELECT 'text', * FROM jsonb_each_text(texts)) t
"""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a text in one language; `html` has its words marked."""

    html: SafeString
    language: str
    is_marked: bool


def marked(text: str) -> SafeString:
    """The headline of the database as HTML."""
    return mark_safe(escape(text).replace(_START, "<mark>").replace(_STOP, "</mark>"))


def marked_documents(ids: Collection[int], query: Query) -> Mapping[int, tuple[Passage, Passage | None]]:
    """Title and passage of each of these documents, as fits the reader's language. One query.

    Marked are the words and phrases that a document has, and not single words of a phrase that it has not.
    """
    sought = [quoted(text) for term in query.wanted for text in term.alternatives]
    with connection.cursor() as cursor:
        cursor.execute(_MARKED, {"whole": _WHOLE, "passage": _PASSAGE, "sought": sought, "ids": list(ids)})
        rows = cursor.fetchall()
    by_place: dict[tuple[int, str], list[Passage]] = {}
    for pk, part, language, headline in rows:
        passage = Passage(marked(headline), language, _START in headline)
        by_place.setdefault((pk, part), []).append(passage)
    return {
        pk: (
            _best(by_place[pk, "title"], marks_first=False),
            _best(by_place[pk, "text"], marks_first=True) if (pk, "text") in by_place else None,
        )
        for pk in ids
        if (pk, "title") in by_place
    }


def _best(passages: list[Passage], *, marks_first: bool) -> Passage:
    """In the reader's language; of a text rather one that has the words."""
    own = reader_language()
    return max(
        passages,
        key=lambda each: (marks_first and each.is_marked, each.language == own, each.language == "en"),
    )
