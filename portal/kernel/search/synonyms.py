"""Words that are searched together, in all languages: as delivered by the apps, or as somebody has edited them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.db import connection

from portal.kernel.publishing import cached_for_revision
from portal.kernel.search.models import SynonymGroup

WordsByLanguage = Mapping[str, Sequence[str]]
Stems = tuple[str, ...]

MAX_WORDS = 40  # of one group
MAX_LENGTH = 60  # of one word or phrase


@dataclass(frozen=True, slots=True)
class Synonyms:
    """One group: words and short phrases of one meaning."""

    key: str
    words: WordsByLanguage

    @property
    def all_words(self) -> list[str]:
        """Those of all languages."""
        return [word for words in self.words.values() for word in words]


def as_facet(key: str) -> str:
    """The key of a group that stands for a facet's value, as `topic:rivers`; empty where it is a name of its own."""
    return key if ":" in key else ""


def filed_word(token: str) -> str:
    """A word that nobody types, by which what is filed under a facet's value is found with the words of its group."""
    return "filed" + "".join(letter for letter in token if letter.isalnum())


_DELIVERED: list[Callable[[], Mapping[str, WordsByLanguage]]] = []


def register_synonyms(delivered: Callable[[], Mapping[str, WordsByLanguage]]) -> None:
    """Add groups by key that are there until somebody edits them."""
    _DELIVERED.append(cache(delivered))


def read_synonym_groups() -> Mapping[str, Synonyms]:
    """Every group by its key; one that is switched off has no words. One query."""
    edited = dict(SynonymGroup.objects.values_list("key", "words"))
    groups = {key: words for delivered in _DELIVERED for key, words in delivered().items()}
    return {key: Synonyms(key, words) for key, words in sorted({**groups, **edited}.items())}


@cached_for_revision
def synonym_groups() -> Mapping[str, Synonyms]:
    """The same, a second old at most: what every search reads."""
    return read_synonym_groups()


def edited_group(key: str) -> SynonymGroup | None:
    """The group as somebody has edited it; None where it is as delivered."""
    return SynonymGroup.objects.filter(key=key).first()


@cached_for_revision
def groups_by_stems() -> Mapping[Stems, Synonyms]:
    """The groups by the stems of each of their words, for looking up those of a query. One query more."""
    pairs = [(word, group) for group in synonym_groups().values() for word in group.all_words]
    parts = [word.split() for word, _group in pairs]
    stems = stems_of({part for words in parts for part in words})
    by_stems: dict[Stems, Synonyms] = {}
    for words, (_word, group) in zip(parts, pairs, strict=True):
        by_stems.setdefault(tuple(stem for part in words if (stem := stems[part])), group)
    by_stems.pop((), None)
    return by_stems


def stems_of(words: Iterable[str]) -> dict[str, str]:
    """Each word as the index knows it; empty for a stop word. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, plainto_tsquery('portal_words', word)::text FROM unnest(%s::text[]) word",
            [list(dict.fromkeys(words))],
        )
        return dict(cursor.fetchall())
