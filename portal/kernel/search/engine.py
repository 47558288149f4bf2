"""Finding documents: all words, then those that the words may have been meant as, then most of them."""

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection

from portal.kernel.search.documents import kinds
from portal.kernel.search.parsing import MAX_CHOSEN, Query, Term, parse, with_word
from portal.kernel.search.readings import (
    LEAST_ALIKE,
    LEAST_MISSPELT,
    is_almost,
    likeness,
    readings,
    transpositions,
)
from portal.kernel.search.synonyms import stems_of, synonym_groups
from portal.kernel.text import in_other_alphabet, on_other_keyboard

_MOST_SIMILAR = 20  # words that one is compared with
_MOST_FORMS = 4  # of one word among the similar ones
_MOST_TRIED = 5  # of those, where one has to be in a part of the record
_LEAST_SIMILAR = 0.4  # share of groups of three letters that both words have
_MOST_LONGER = 0.25  # part of a word, and one letter at least, by which another is longer or shorter
MAX_RANKED = 500  # as many are ranked and counted; beyond it, the reader narrows down
_MOST_COUNTED = 5_000  # documents, to tell a rare word from one that most have

Filters = Mapping[str, Sequence[str]]  # by facet, the values of which a document must have one


@dataclass(frozen=True, slots=True)
class Hit:
    """One document by its id, with what it is sorted by."""

    id: int
    kind: str
    at: datetime
    rank: float


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found, best match first, and how the text was understood."""

    query: Query
    tsquery: str = ""
    hits: Sequence[Hit] = ()
    is_capped: bool = False  # there are more
    respelt: str = ""  # the text that was looked for, where that typed is nowhere
    least: int = 0  # how many of the words do, where all together are nowhere
    absent: Sequence[str] = ()  # those that are nowhere then
    # by facet, how many each value would leave
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def by_kind(self) -> dict[str, list[Hit]]:
        """In the order of the kinds, the best match of each first."""
        groups: dict[str, list[Hit]] = {kind: [] for kind in kinds()}
        for hit in self.hits:
            groups.setdefault(hit.kind, []).append(hit)
        return {kind: hits for kind, hits in groups.items() if hits}


def find(
    text: str,
    filters: Filters | None = None,
    *,
    within: Filters | None = None,
    with_synonyms: bool = True,
    as_typed: bool = False,
) -> Findings:
    """What everybody may read of what was asked for; `as_typed`: nothing is respelt.

    `within`: the part of the record that is searched, as by kind; words that stand elsewhere alone are taken for words
    that are nowhere. As many queries however much there is.
    """
    filters = {facet: values for facet, values in (filters or {}).items() if values}
    query = parse(text, with_synonyms=with_synonyms)
    if not query.wanted:
        return Findings(query)
    spells = () if as_typed else (_on_other_keyboard, partial(respell, within=within))
    rarest = partial(_rarest, within=within)
    first: Findings | None = None
    for reading in readings(query, spells, rarest=rarest, with_synonyms=with_synonyms):
        tsquery = reading.as_tsquery()
        facts = {"respelt": reading.respelt, "least": reading.least, "absent": reading.absent}
        findings = _find(reading.query, tsquery, filters, within or {}, **facts)
        if findings.hits:
            return findings
        if first is None:
            first = findings
            if filters and _is_within(tsquery, within):
                break  # the choices leave nothing of it
    return first or Findings(query)


def _rarest(terms: Sequence[Term], within: Filters | None = None) -> list[Term]:
    """Those that are anywhere; where they are too many to choose from, those that the fewest documents have first."""
    are_few = len(terms) <= MAX_CHOSEN
    counts = _counts_within([term.as_tsquery() for term in terms], within, 1 if are_few else _MOST_COUNTED)
    known = [(count, term) for count, term in zip(counts, terms, strict=True) if count]
    return [term for _count, term in (known if are_few else sorted(known, key=lambda pair: pair[0]))]


_NEW = """
(SELECT id, number, at FROM portal_searchdocument WHERE vector @@ to_tsquery('portal_words', %(asked)s)
  AND number > %(after)s AND number <= %(until)s {facets})
UNION ALL
(SELECT id, number, at FROM portal_searchdocument WHERE vector @@ to_tsquery('portal_words', %(asked)s)
  AND number IS NULL AND at > %(since)s AND at <= %(to)s {facets})
ORDER BY number DESC NULLS LAST, at DESC, id DESC LIMIT %(most)s
"""


def new_documents(
    findings: Findings, filters: Filters, numbers: tuple[int, int], moments: tuple[datetime, datetime]
) -> list[int]:
    """Of all that has what was found, however much it is, the documents of publications after one number up to another.

    Of those without a number, what is dated between two moments. The latest publication first, at most `MAX_RANKED`.
    One query.
    """
    if not findings.hits:
        return []
    tokens = _tokens({facet: values for facet, values in filters.items() if values})
    values: dict[str, Any] = {f"facet{place}": token for place, token in enumerate(tokens)}
    facets = "".join(f" AND facets && %({name})s::text[]" for name in values)
    values |= {"asked": findings.tsquery, "most": MAX_RANKED}
    values |= dict(zip(("after", "until", "since", "to"), (*numbers, *moments), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_NEW.format(facets=facets), values)
        return [row[0] for row in cursor.fetchall()]


def latest_documents(
    findings: Findings, filters: Filters, most: int = MAX_RANKED
) -> list[tuple[int, datetime]]:
    """Of all that has what was found, however much it is, those that entered the record last, and when. One query."""
    if not findings.hits:
        return []
    tokens = _tokens({facet: values for facet, values in filters.items() if values})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM portal_search_latest(%s, %s, %s)", [findings.tsquery, json.dumps(tokens), most]
        )
        return [(pk, entered) for pk, entered in cursor.fetchall()]


def count(text: str, *, with_synonyms: bool) -> int:
    """How many documents have all words, counted as far as they are ranked."""
    query = parse(text, with_synonyms=with_synonyms)
    return _counts_of([query.as_tsquery()], MAX_RANKED)[0] if query.wanted else 0


# At most as many documents as are ranked: where there are more, the shares of the kinds come first. Beside them how
# many of these have each token: their tokens themselves are thousands.
_MATCHES = """
WITH hits AS MATERIALIZED (
    SELECT * FROM portal_search_find(%(asked)s, %(wanted)s, %(kinds)s, %(most)s + 1, %(is_ranked)s)
      WITH ORDINALITY AS hits (id, kind, facets, at, rank, place))
"""
_RANKED = """
SELECT id, kind, at, rank, NULL AS token, NULL AS number FROM hits WHERE place <= %(most)s
UNION ALL
SELECT NULL, NULL, NULL, NULL, token, count(*) FROM hits, unnest(facets) token WHERE place <= %(most)s GROUP BY token
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, count(*) FROM hits
"""
_COUNTED = """
SELECT token, count(*) FROM hits, unnest(facets) token
  WHERE place <= %(most)s AND starts_with(token, %(prefix)s) GROUP BY token
"""


def _find(query: Query, tsquery: str, filters: Filters, within: Filters, **others: Any) -> Findings:
    hits, is_capped, counts = _matches(tsquery, {**within, **filters})
    for facet in filters:
        rest = {**within, **{key: values for key, values in filters.items() if key != facet}}
        without = _counts_of_facet(facet, tsquery, rest)
        counts[facet] = {
            value: max(without.get(value, 0), counts.get(facet, {}).get(value, 0)) for value in without
        }
    return Findings(query, tsquery, hits, is_capped, counts=counts, **others)


def _matches(tsquery: str, filters: Filters) -> tuple[list[Hit], bool, dict[str, dict[str, int]]]:
    """As many as are ranked, the best match first, no kind left out for the others; whether there are more.

    And by facet and value how many of them have it.
    """
    rows = _rows_of(_RANKED, tsquery, filters, is_ranked=True)
    hits = [Hit(*row[:4]) for row in rows if row[0] is not None]
    tokens = {token: number for *_hit, token, number in rows if token is not None}
    (total,) = (number for pk, *_hit, token, number in rows if pk is None and token is None)
    ranked = sorted(hits, key=lambda hit: (hit.rank, hit.at, hit.id), reverse=True)
    return ranked, total > MAX_RANKED, _by_facet(tokens)


def _counts_of_facet(facet: str, tsquery: str, filters: Filters) -> dict[str, int]:
    """How many have each value of this facet, of as many documents as are ranked."""
    rows = _rows_of(_COUNTED, tsquery, filters, prefix=f"{facet}:")
    return _by_facet(dict(rows)).get(facet, {})


def _by_facet(tokens: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """By facet and value, how many documents have it, the most frequent value first."""
    counts: dict[str, dict[str, int]] = {}
    for token, number in sorted(tokens.items(), key=lambda pair: (-pair[1], pair[0])):
        facet, _colon, value = token.partition(":")
        counts.setdefault(facet, {})[value] = number
    return counts


def _rows_of(
    select: str, tsquery: str, filters: Filters, *, is_ranked: bool = False, **others: Any
) -> list[tuple[Any, ...]]:
    """What is selected of the hits. One query."""
    chosen_kinds = [kind for kind in kinds() if kind in filters.get("kind", kinds())]
    values = {
        "asked": tsquery,
        "wanted": json.dumps(_tokens(filters)),
        "kinds": [f"kind:{kind}" for kind in chosen_kinds],
        "most": MAX_RANKED,
        "is_ranked": is_ranked,
        **others,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MATCHES + select, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _tokens(filters: Filters) -> list[list[str]]:
    return [[f"{facet}:{value}" for value in values] for facet, values in filters.items()]


def _on_other_keyboard(query: Query) -> str:
    return on_other_keyboard(query.text)


def respell(query: Query, within: Filters | None = None) -> str:
    """The text with each word that is nowhere replaced by the most similar one that is; the same text without one."""
    text = query.text
    words = [term for term in query.wanted if not (term.group or term.is_phrase)]
    counts = _counts_within([term.as_tsquery() for term in words], within, 1)
    for term in (term for term, count in zip(words, counts, strict=True) if not count):
        if instead := _similar(term.text.lower(), within):
            text = with_word(text, term.text, instead)
    return text


def nearest_words(text: str) -> list[str]:
    """At most three words of the record that are spelt like those typed, the most similar first.

    Of forms of one word, which find the same, the most similar; none of those that were looked for together.
    """
    terms = parse(text).wanted
    near = [word for term in terms for word in _similar_words(term.text.lower(), 3 * _MOST_FORMS)]
    tried = [word for term in terms if term.group for word in term.alternatives]
    stems = stems_of([*near, *tried])
    by_stem: dict[str, str] = {}
    for word in near:
        by_stem.setdefault(stems[word], word)
    return [word for stem, word in by_stem.items() if stem not in {stems[each] for each in tried}][:3]


def _similar(word: str, within: Filters | None) -> str:
    """The most similar word of the index, else of the synonyms.

    One that sounds the same in the other alphabet comes before one that is not almost the same in its own.
    """
    near = _first_within(_similar_words(word, _MOST_TRIED if within else 1), within)
    if (near and is_almost(word, near)) or not (ways := in_other_alphabet(word)):
        return near
    others = _similar_words(ways[0], _MOST_TRIED, also=ways)
    return _first_within([each for each in others if is_almost(word, each)], within) or near


def _first_within(words: Sequence[str], within: Filters | None) -> str:
    return next((each for each in words if not within or _is_within(parse(each).as_tsquery(), within)), "")


# Two letters in each other’s place leave a short word hardly a group of three that it had: with them put back it
# is looked up as it stands, and comes first. So do other ways to write it.
_ALIKE = """
SELECT word, max(share) AS share FROM (
  SELECT word, similarity(word, %(word)s) AS share FROM portal_spelledword WHERE word %% %(word)s
  UNION ALL SELECT word, 1 FROM portal_spelledword WHERE word = ANY(%(ways)s)) alike
GROUP BY word ORDER BY share DESC, word LIMIT %(most)s
"""


def _similar_words(word: str, limit: int, also: Sequence[str] = ()) -> list[str]:
    """The words of the index that are spelt like it, the most similar first; before them those in `also`."""
    if len(word) < LEAST_MISSPELT:
        return []
    plain = word.replace("ё", "е")
    with connection.cursor() as cursor:
        ways = [*transpositions(plain), *also]
        cursor.execute(_ALIKE, {"word": plain, "ways": ways, "most": _MOST_SIMILAR})
        # of short words one wrong letter is a large part; another length makes another word
        most_longer = max(1, round(len(plain) * _MOST_LONGER))
        near = [
            similar
            for similar, share in cursor.fetchall()
            if similar in also
            or (
                abs(len(similar) - len(plain)) <= most_longer
                and (share >= _LEAST_SIMILAR or likeness(similar, plain) >= LEAST_ALIKE)
            )
        ]
        # a word may have gone from the record since: it has to be somewhere
        cursor.execute(
            "SELECT word FROM unnest(%s::text[]) WITH ORDINALITY AS near (word, place)"
            " WHERE portal_search_count(quote_literal(word), 1) > 0 ORDER BY place LIMIT %s",
            [near, limit],
        )
        words = [row[0] for row in cursor.fetchall()]
    return words or similar_synonyms(word, limit)


def similar_synonyms(word: str, limit: int = 1) -> list[str]:
    """Words that are searched together with others and are spelt like this one, the most similar first."""
    known = [each.lower() for group in synonym_groups().values() for each in group.all_words]
    return difflib.get_close_matches(word.lower(), known, limit, 0.75)


def _is_within(tsquery: str, within: Filters | None) -> bool:
    return _counts_within([tsquery], within, 1)[0] > 0


def _counts_within(tsqueries: Sequence[str], within: Filters | None, most: int) -> list[int]:
    """How many have each, at most so many, of a part of the record at most as many as are ranked. One query of all."""
    if within:
        counted = "SELECT count(*) FROM hits WHERE place <= %(most)s"
        return [int(_rows_of(counted, tsquery, within)[0][0]) for tsquery in tsqueries]
    return _counts_of(tsqueries, most)


def _counts_of(tsqueries: Sequence[str], most: int) -> list[int]:
    if not tsqueries:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT portal_search_count(asked, %s) FROM unnest(%s::text[]) WITH ORDINALITY AS t (asked, place)"
            " ORDER BY place",
            [most, list(tsqueries)],
        )
        return [int(row[0]) for row in cursor.fetchall()]
