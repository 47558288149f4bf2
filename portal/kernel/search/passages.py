"""Passages of what was found, with the words that were looked for marked: text is escaped, the marks are not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from portal.kernel.search.parsing import Query, quoted
from portal.kernel.text import reader_language

# no document holds these: what cannot be printed is left out of the index
_START, _STOP = "\x02", "\x03"
_OPTIONS = f'StartSel="{_START}", StopSel="{_STOP}"'
_MAX_WORDS = 36  # of a piece of a passage
_PASSAGE = f'{_OPTIONS}, MaxWords={_MAX_WORDS}, MinWords=18, MaxFragments=2, FragmentDelimiter=" … "'
_WHOLE = f"{_OPTIONS}, HighlightAll=true"
_CUT = "…"
_END = 24  # letters by which a passage is known to begin or end as its text does
_MARKS = " .,;:!?…()«»“”\"'"  # that a passage may leave out at its ends
_MARKED = """
WITH sought AS MATERIALIZED (SELECT to_tsquery('portal_words', text) AS word FROM unnest(%(sought)s) text),
  asked AS MATERIALIZED (
    SELECT id, titles, texts, coalesce((SELECT string_agg('(' || word::text || ')', ' | ') FROM sought
        WHERE vector @@ word), '')::tsquery AS had
      FROM portal_searchdocument WHERE id = ANY(%(ids)s))
SELECT id, part, key,
    ts_headline('portal_words', value, had, CASE part WHEN 'title' THEN %(whole)s ELSE %(passage)s END),
    left(value, %(end)s), right(value, %(end)s)
  FROM asked, LATERAL (SELECT 'title' AS part, * FROM jsonb_each_text(titles)
    UNION ALL SELECT 'text', * FROM jsonb_each_text(texts)) t
"""
# of texts that no index holds
_MARKED_TEXTS = """
WITH sought AS MATERIALIZED (SELECT to_tsquery('portal_words', text) AS word FROM unnest(%(sought)s::text[]) text)
SELECT ts_headline('portal_words', value, coalesce((SELECT string_agg('(' || word::text || ')', ' | ') FROM sought
    WHERE to_tsvector('portal_words', value) @@ word), '')::tsquery, options)
  FROM unnest(%(texts)s::text[], %(options)s::text[]) WITH ORDINALITY AS t (value, options, place) ORDER BY place
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


def marked_texts(texts: Sequence[str], query: Query, *, whole: bool = False) -> list[SafeString]:
    """A passage of each of these texts, which are in no index, in their order; of a short one all. One query.

    `whole`: all of each.
    """
    if not texts:
        return []
    values: dict[str, Any] = {
        "sought": _sought(query),
        "options": [_WHOLE if whole or len(text.split()) <= _MAX_WORDS else _PASSAGE for text in texts],
        # nobody's text can begin or end a mark
        "texts": [
            "".join(letter for letter in text if letter.isprintable() or letter == "\n") for text in texts
        ],
    }
    with connection.cursor() as cursor:
        cursor.execute(_MARKED_TEXTS, values)
        return [marked(headline) for (headline,) in cursor.fetchall()]


def _sought(query: Query) -> list[str]:
    return [quoted(text) for term in query.wanted for text in term.alternatives]


def marked_documents(ids: Collection[int], query: Query) -> Mapping[int, tuple[Passage, Passage | None]]:
    """Title and passage of each of these documents, as fits the reader's language. One query.

    Marked are the words and phrases that a document has, and not single words of a phrase that it has not.
    """
    values: dict[str, Any] = {
        "whole": _WHOLE,
        "passage": _PASSAGE,
        "sought": _sought(query),
        "ids": list(ids),
        "end": _END,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MARKED, values)
        rows = cursor.fetchall()
    by_place: dict[tuple[int, str], list[Passage]] = {}
    for pk, part, language, headline, first, last in rows:
        passage = Passage(marked(_with_cuts(headline, first, last)), language, _START in headline)
        by_place.setdefault((pk, part), []).append(passage)
    return {
        pk: (
            _best(by_place[pk, "title"], marks_first=False),
            _best(by_place[pk, "text"], marks_first=True) if (pk, "text") in by_place else None,
        )
        for pk in ids
        if (pk, "title") in by_place
    }


def _with_cuts(headline: str, first: str, last: str) -> str:
    """The headline with an ellipsis where its text, of which these are the first and last letters, goes on."""
    plain = _even(headline.replace(_START, "").replace(_STOP, ""))
    beginning, ending = _even(first), _even(last)
    begins = plain.startswith(beginning) or beginning.startswith(plain)
    ends = plain.endswith(ending) or ending.endswith(plain)
    return f"{'' if begins else f'{_CUT} '}{headline}{'' if ends else f' {_CUT}'}"


def _even(text: str) -> str:
    return " ".join(text.split()).strip(_MARKS)


def _best(passages: list[Passage], *, marks_first: bool) -> Passage:
    """In the reader's language; of a text rather one that has the words."""
    own = reader_language()
    return max(
        passages,
        key=lambda each: (marks_first and each.is_marked, each.language == own, each.language == "en"),
    )
