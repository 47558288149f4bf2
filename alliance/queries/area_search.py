"""The search behind the sign-in: what the actor may read of reports in the making, pledges, people, members and cycles.

Nothing of it is in an index: these rows are few for each organisation, and are searched as they are. A text is read as
in the search of the public record: all words, then as they may have been meant, then most of them.
"""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector, TrigramWordSimilarity
from django.db.models import QuerySet
from django.db.models.functions import Lower

from alliance.enums import ReportState
from alliance.models import Answer, Cycle, Membership, Organisation, Pledge
from portal.kernel.access import Actor
from portal.kernel.search import Query, parse, with_word, words_in

_CONFIG = "portal_words"
MOST_ROWS = 8  # of each kind, where several are shown
_LEAST_SIMILAR = 0.4  # part of a text, to be looked through for a word that may have been meant
_LEAST_ALIKE = 0.75  # two words of which one may have been meant by the other
_NEAR_TEXTS = 5  # of each column


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is searched of a kind of rows: columns that name it, which weigh most, and those of its texts."""

    rows: Callable[[Actor], QuerySet[Any]]
    names: Sequence[str] = ()
    texts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class AreaGroup:
    """The matches of one kind, the best first: the first few, and all of them for pages of a list."""

    first: Sequence[Any]
    matches: QuerySet[Any]

    @property
    def count(self) -> int:
        return len(self.first) if len(self.first) < MOST_ROWS else self.matches.count()


@dataclass(frozen=True, slots=True)
class AreaFindings:
    """What was found beside the public record and the library by kind, and how the text was understood."""

    query: Query
    groups: Mapping[str, AreaGroup]
    respelt: str = ""  # the text that was looked for, where that typed is nowhere
    least: int = 0  # how many of the words do, where all together are nowhere


def _answers(actor: Actor) -> QuerySet[Any]:
    # to the secretariat those of all members are too many to be read one by one, and are public in the end
    if actor.is_host:
        return Answer.objects.none()
    rows: QuerySet[Any] = Answer.objects.visible_to(actor).exclude(report__state=ReportState.PUBLISHED)
    return rows.select_related("report__cycle", "indicator__measure")


def _pledges(actor: Actor) -> QuerySet[Any]:
    rows: QuerySet[Any] = Pledge.objects.visible_to(actor)
    return rows.select_related("organisation")


def _people(actor: Actor) -> QuerySet[Any]:
    rows: QuerySet[Any] = Membership.objects.visible_to(actor).filter(ended_at__isnull=True)
    return rows.select_related("person", "organisation")


_KINDS: Mapping[str, _Kind] = {
    "answers": _Kind(_answers, texts=("text",)),
    "pledges": _Kind(_pledges, ("title",), ("text",)),
    "people": _Kind(_people, ("person__name",), ("office",)),
    "members": _Kind(lambda actor: Organisation.objects.visible_to(actor), ("name_en", "name_ru")),
    "cycles": _Kind(lambda actor: Cycle.objects.visible_to(actor), ("title_en", "title_ru")),
}
KINDS = tuple(_KINDS)


def area_findings(actor: Actor, text: str, *, as_typed: bool = False) -> AreaFindings:
    """What the actor sees of it; `as_typed`: nothing is respelt.

    A query for each kind, none for no words; where all words are nowhere, as many again for each further attempt.
    """
    query = parse(text)
    if not query.wanted:
        return AreaFindings(query, {})
    findings = AreaFindings(query, _groups(actor, query.as_tsquery()))
    if findings.groups:
        return findings
    if not as_typed and (spelling := _respell(actor, query)) != query.text:
        respelt = parse(spelling)
        if groups := _groups(actor, respelt.as_tsquery()):
            return AreaFindings(respelt, groups, respelt=spelling)
    for least in query.fewer_terms():
        if groups := _groups(actor, query.any_of(least, query.wanted)):
            return AreaFindings(query, groups, least=least)
    return findings


def _groups(actor: Actor, tsquery: str) -> dict[str, AreaGroup]:
    """The kinds of which anything matches, in their order."""
    groups = {}
    for key, kind in _KINDS.items():
        matches = _matches(kind, actor, tsquery)
        if first := list(matches[:MOST_ROWS]):
            groups[key] = AreaGroup(first, matches)
    return groups


def _matches(kind: _Kind, actor: Actor, tsquery: str) -> QuerySet[Any]:
    asked = SearchQuery(tsquery, config=_CONFIG, search_type="raw")
    names, texts = (
        SearchVector(*columns, weight=weight, config=_CONFIG) if columns else None
        for columns, weight in ((kind.names, "A"), (kind.texts, "B"))
    )
    vector: Any = names + texts if names and texts else names or texts
    rows = kind.rows(actor).annotate(words=vector, rank=SearchRank(vector, asked))
    return rows.filter(words=asked).order_by("-rank", "-pk")


def _respell(actor: Actor, query: Query) -> str:
    """The text with each word replaced by the one of the actor's own texts and names that is spelt most like it."""
    text = query.text
    for term in query.wanted:
        if term.group or term.is_phrase or len(term.text) < 4:
            continue
        word = term.text.lower().replace("ё", "е")
        near = difflib.get_close_matches(word, _near_words(actor, word), 1, _LEAST_ALIKE)
        if near and near[0] != word:
            text = with_word(text, term.text, near[0])
    return text


def _near_words(actor: Actor, word: str) -> list[str]:
    """The words of those texts that have one like this. A query for each column."""
    words: set[str] = set()
    for kind in _KINDS.values():
        for column in (*kind.names, *kind.texts):
            likeness = TrigramWordSimilarity(word, Lower(column))
            rows = kind.rows(actor).annotate(likeness=likeness).filter(likeness__gte=_LEAST_SIMILAR)
            near = rows.order_by("-likeness", "pk").values_list(column, flat=True)
            for text in near[:_NEAR_TEXTS]:
                words.update(words_in(str(text).lower().replace("ё", "е")))
    return sorted(words)
