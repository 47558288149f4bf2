"""The list of public practices over as many of them as the library has, and its first pages with words.

Each practice is published with its number as that of the publication, whatever its label is in the library: the list
reads what publications say, and nobody's rights.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from django.core.paginator import Paginator
from django.db import connections, transaction

from bench.search.mixes import PHRASES, TWO_WORDS, WORDS, WRONG_WORDS
from bench.search.practices import HARMS, indexed_afterwards
from portal.kernel.access import owner_alias
from practices.enums import PracticeStage
from practices.queries.public import PublicPracticeFilters, practice_list
from practices.web.public.lists import PAGE_SIZE
from practices.web.public.rows import public_practice_rows

_PORTION = 5_000
_PUBLISHED = """
INSERT INTO practices_publishedpractice (valid_from, record, state, reason, at, organisation_id, number, note,
    shared_at, language, title, authors, content, relations, files, kind, stage, grade, harms, service_kinds, measures)
  SELECT p.id, p.key, p.state, '', p.shared_at, p.organisation_id, 1, '', p.shared_at, p.language, v.content->>'title',
    '[]', v.content, '[]', '[]', v.content->>'kind', v.content->>'stage', v.content->>'grade',
    ARRAY(SELECT jsonb_array_elements_text(v.content->'harms')),
    ARRAY(SELECT jsonb_array_elements_text(v.content->'service_kinds')),
    ARRAY(SELECT jsonb_array_elements_text(v.content->'measures'))
  FROM practices_practice p JOIN practices_version v ON v.practice_id = p.id
  WHERE p.id BETWEEN %(first)s AND %(last)s ORDER BY p.id
"""
# with the facets of practices.services.search_documents
_INDEXED = """
WITH texts AS MATERIALIZED (
  SELECT *, jsonb_build_object(language, title) AS titles,
    jsonb_build_object(language, practices_body(content) || practices_policy_text(content)) AS bodies
  FROM practices_publishedpractice WHERE valid_from BETWEEN %(first)s AND %(last)s
), spelled AS (
  INSERT INTO portal_spelledword (word)
    SELECT DISTINCT word FROM texts, regexp_split_to_table(translate(lower(title || ' ' || (bodies->>language)),
      'ё', 'е'), '[^[:alnum:]]+') word WHERE length(word) BETWEEN 4 AND 40 AND word !~ '[0-9]' ORDER BY word
  ON CONFLICT DO NOTHING
)
INSERT INTO portal_searchdocument (kind, scope, titles, texts, route, route_args, fragment, facets, number, at, detail,
    vector)
  SELECT 'practice', 'practice:' || record, titles, bodies, 'public:practice', jsonb_build_array(record), '',
    ARRAY['kind:practice', 'language:' || language, 'practice_kind:' || kind, 'stage:' || stage, 'grade:' || grade]
      || ARRAY(SELECT 'harm:' || key FROM unnest(harms) key)
      || ARRAY(SELECT 'service:' || key FROM unnest(service_kinds) key)
      || ARRAY(SELECT 'measure:' || key FROM unnest(measures) key),
    valid_from, shared_at, '{"label": "CLEAR", "of": {}}',
    setweight(to_tsvector('portal_words', titles), 'A') || setweight(to_tsvector('portal_words', bodies), 'B')
  FROM texts ORDER BY valid_from
"""


def publish_practices(first: int, last: int) -> None:
    """Publish the practices with these numbers and put them into the index of the record, as the owner."""
    with indexed_afterwards("portal_searchdocument"):
        for begin in range(first, last + 1, _PORTION):
            numbers = {"first": begin, "last": min(begin + _PORTION - 1, last)}
            with transaction.atomic(using=owner_alias()), connections[owner_alias()].cursor() as cursor:
                for statement in (_PUBLISHED, _INDEXED):
                    cursor.execute(statement, numbers)
    with connections[owner_alias()].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def list_page(filters: PublicPracticeFilters) -> int:
    """What the list reads: how many have the words, the rows of the first page with uses and marks; how many rows."""
    practices = practice_list(filters)
    page = Paginator(practices.rows, PAGE_SIZE).page(1)
    return len(public_practice_rows(page, practices.findings))


@dataclass(frozen=True)
class ListMix:
    """A kind of first page of the list, how often somebody asks for it, and how one is made up."""

    name: str
    share: int
    make: Callable[[Random], PublicPracticeFilters]


def _words(texts: Sequence[str], chance: Random, **choices: str) -> PublicPracticeFilters:
    return PublicPracticeFilters(text=chance.choice(texts), **choices)


LIST_MIX = (
    ListMix("a word", 40, lambda chance: _words(WORDS, chance)),
    ListMix("two words", 25, lambda chance: _words(TWO_WORDS, chance)),
    ListMix("a word and a harm", 15, lambda chance: _words(WORDS, chance, harm=chance.choice(HARMS))),
    ListMix("a word and a stage", 10, lambda chance: _words(
        WORDS, chance, stage=chance.choice((PracticeStage.PROVEN, PracticeStage.TRIAL)).value)),
    ListMix("a word spelt wrong", 6, lambda chance: _words(WRONG_WORDS, chance)),
    ListMix("a phrase", 4, lambda chance: _words(PHRASES, chance)),
)  # fmt: skip
