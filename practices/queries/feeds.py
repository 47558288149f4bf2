"""What a feed of practices gives out: what its owner may read, and of what is not open its label and a link alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from alliance.queries.local_dates import today
from portal.kernel.access import Actor
from portal.kernel.text import to_plain
from practices.enums import OPEN_LABELS, PracticeState
from practices.facets import FACETS_BY_KEY
from practices.models import FeedAddress, SearchEntry
from practices.queries.search import parse_search
from practices.queries.translations import TranslatedHead, head_in, translated_heads

FILTERS = ("label", "harms", "kind")
_MAX_ENTRIES = 50


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A practice in a feed. `title` and `summary` are empty where the label does not let them leave the portal.

    `language` is that of both, and the feed's own where they are empty.
    """

    key: UUID
    label: str
    title: str
    summary: str
    language: str
    shared_at: datetime
    updated_at: datetime


def feed_filters(parameters: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The choice in an address: labels, harms, kinds; values that there are not are passed over."""
    return dict(parse_search({key: parameters.get(key, ()) for key in FILTERS}).filters)


def feed_entries(actor: Actor, filters: Mapping[str, Sequence[str]], language: str) -> list[FeedEntry]:
    """What the actor may read now, changed last first; in `language`, where its latest version is translated.

    Two queries.

    A choice of harms or kinds leaves only what is open: whoever has the address could otherwise find out what is in
    the rest, by asking for one harm after the other.
    """
    entries: Any = SearchEntry.objects.visible_to(actor).filter(
        Q(expires_on__isnull=True) | Q(expires_on__gte=today()), practice__state=PracticeState.SHARED
    )
    for key, values in filters.items():
        entries = entries.filter(facets__overlap=FACETS_BY_KEY[key].tokens(values))
    if set(filters) - {"label"}:
        entries = entries.filter(label__in=OPEN_LABELS)
    newest = list(entries.select_related("practice").order_by("-updated_at", "-practice_id")[:_MAX_ENTRIES])
    named = [entry.practice_id for entry in newest if entry.practice.label in OPEN_LABELS]
    heads = translated_heads(actor, named)
    return [
        _feed_entry(entry, language, head_in(language, heads.get(entry.practice_id, ()))) for entry in newest
    ]


def _feed_entry(entry: SearchEntry, language: str, head: TranslatedHead | None) -> FeedEntry:
    practice: Any = entry.practice
    is_open = practice.label in OPEN_LABELS
    title, summary = (head.title, head.summary) if head else (entry.title, entry.summary)
    return FeedEntry(
        practice.key,
        practice.label,
        title if is_open else "",
        to_plain(summary) if is_open else "",
        (head.language if head else practice.language) if is_open else language,
        entry.shared_at,
        entry.updated_at,
    )


def own_feed_address(actor: Actor) -> FeedAddress | None:
    """Since when there is one, when it was read last, and since when it is off; the address itself is not known."""
    address: FeedAddress | None = FeedAddress.objects.visible_to(actor).first()
    return address
