"""Of which kinds services are: as measured results say, else by what they are registered as."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.kernel.access import Actor, tenant_of
from portal.kernel.search import stems_of, words_in
from portal.kernel.text import LANGUAGES
from practices.models import AdoptionResult
from practices.queries.adoptions import own_services
from practices.service_words import SERVICE_WORDS


@dataclass(frozen=True, slots=True)
class RegisteredService:
    """A service that the organisation owns now, and of which kinds its registered words make it."""

    name: str
    kinds: frozenset[str]


def registered_services(actor: Actor) -> list[RegisteredService]:
    """The services that the actor's organisation owns today. Two queries."""
    services = list(own_services(actor))
    texts = [" / ".join(getattr(row, f"sort_{code}") or "" for code in LANGUAGES) for row in services]
    kinds = kinds_in(texts)
    return [RegisteredService(row.name, kinds[text]) for row, text in zip(services, texts, strict=True)]


def measured_kinds(actor: Actor) -> set[str]:
    """The kinds of service on which the actor's organisation measured something. One query."""
    rows = AdoptionResult.objects.visible_to(actor).filter(
        adoption__organisation_id=tenant_of(actor), withdrawn_at=None
    )
    return set(rows.exclude(service_kind="").values_list("service_kind", flat=True))


def kinds_in(texts: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """By text, the kinds of service of which it has the words. One query; none where there is no text."""
    parts = {text: words_in(text) for text in texts}
    if not any(parts.values()):
        return dict.fromkeys(parts, frozenset())
    phrases = [(kind, words_in(phrase)) for kind, spelt in SERVICE_WORDS.items() for phrase in spelt]
    stems = stems_of(
        word for words in (*parts.values(), *(words for _kind, words in phrases)) for word in words
    )
    known = [(kind.value, _stemmed(words, stems)) for kind, words in phrases]
    known.sort(key=lambda pair: -len(pair[1]))
    return {text: _kinds_of(_stemmed(words, stems), known) for text, words in parts.items()}


def _stemmed(words: Sequence[str], stems: Mapping[str, str]) -> list[str]:
    return [stem for word in words if (stem := stems[word])]


def _kinds_of(text: list[str], phrases: Iterable[tuple[str, list[str]]]) -> frozenset[str]:
    """The longest phrases first; a word that stands in one is taken."""
    words: list[str] = list(text)
    kinds = set()
    for kind, phrase in phrases:
        for start in range(len(words) - len(phrase) + 1):
            if words[start : start + len(phrase)] == phrase:
                words[start : start + len(phrase)] = [""] * len(phrase)
                kinds.add(kind)
    return frozenset(kinds)
