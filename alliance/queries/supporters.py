"""Named reads on supporters for the secretariat; those for everybody are in `public.supporters`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from alliance.enums import CharterState, SupporterState, TwinDecision
from alliance.models import Charter, Site, Supporter, SupporterContact, SupporterImportRow
from alliance.queries.list_order import by_column, place_among
from alliance.queries.site import read_site
from alliance.validators.supporter_names import domain_of, place_key, search_terms
from portal.kernel.access import Actor, reading_as
from portal.kernel.alphabet import AlphabetKey, ByAlphabet

PORTION = 1000  # supporters that a file reads at once
NEARLY_THE_SAME = 0.6  # of one, by trigrams of the name's key


_IN_QUESTION = (SupporterState.LISTED, SupporterState.HIDDEN)
# pairs of which somebody can decide whether they are one
_UNDECIDED_TWINS = Q(state__in=_IN_QUESTION, likely_twin__state__in=_IN_QUESTION)


@dataclass(frozen=True, slots=True)
class SupporterFilter:
    """What a list of supporters is narrowed to; empty means everything."""

    words: str = ""
    region: str = ""
    kind: str = ""
    letter: str = ""
    state: str = ""
    twins: bool = False  # those alone that may be there twice
    returned: bool = False  # those alone whose last letter came back
    sort: str = ""  # with a minus: the other way round; empty: the newest first


@dataclass(frozen=True, slots=True)
class MergedContacts:
    """The contact of an entry that is merged, and that of the entry which stays; None of one that has none."""

    earlier: SupporterContact | None
    present: SupporterContact | None

    @property
    def moved(self) -> SupporterContact | None:
        """The earlier one where it takes the place of the present one: it alone was confirmed, and its letters arrive.

        An import has its address from somebody else, and whoever confirmed would lose the way to their entry.
        """
        earlier, present = self.earlier, self.present
        if earlier is None or earlier.confirmed_at is None or earlier.bounce_code:
            return None
        return earlier if present is None or present.confirmed_at is None else None


def merged_contacts(actor: Actor, supporter: Supporter, twin: Supporter) -> MergedContacts:
    """The two contacts, before a merger. One query."""
    rows = SupporterContact.objects.visible_to(actor).in_bulk([supporter.pk, twin.pk])
    return MergedContacts(rows.get(supporter.pk), rows.get(twin.pk))


def narrow(rows: QuerySet[Supporter], filters: SupporterFilter) -> QuerySet[Supporter]:
    """The rows with all the words in name or place, in whichever alphabet, of this region, kind, letter and state."""
    for terms in search_terms(filters.words):
        condition = Q()
        for term in terms:
            condition |= Q(search__contains=term)
        rows = rows.filter(condition)
    exact = {
        "region": filters.region, "kind": filters.kind, "initial": filters.letter, "state": filters.state,
    }  # fmt: skip
    rows = rows.filter(**{column: value for column, value in exact.items() if value})
    if filters.returned:
        rows = rows.filter(contact__bounce_code__gt="")
    return rows.filter(_UNDECIDED_TWINS) if filters.twins else rows


def supporter_list(actor: Actor, filters: SupporterFilter) -> QuerySet[Supporter]:
    """The supporters that the actor may see with how they are reached, in the chosen order."""
    rows = narrow(Supporter.objects.visible_to(actor).select_related("contact", "likely_twin"), filters)
    return rows.order_by(*_by_sort(filters.sort)) if filters.sort else rows


def _by_sort(sort: str) -> Sequence[Any]:
    """The order that this name stands for; within it by name, which is told apart by number."""
    columns = _sort_columns()
    return (by_column(columns, sort), columns["name"], "pk")


def _sort_columns() -> dict[str, Any]:
    return {
        "name": AlphabetKey("plain_name", "name", language=get_language() or ""),
        "kind": F("kind"),
        "region": ByAlphabet("region"),
        "state": place_among("state", SupporterState),
        "acceded": F("acceded_on"),
    }


def desk_supporters(actor: Actor) -> QuerySet[Any]:
    """The supporters that the actor may see, the newest first; each with its charter and `email_returned`, whether its
    last letter came back, and with `by_…` for every other order of the list.
    """
    returned = ExpressionWrapper(Q(contact__bounce_code__gt=""), output_field=BooleanField())
    columns = {f"by_{name}": column for name, column in _sort_columns().items()}
    rows = supporter_list(actor, SupporterFilter()).select_related("charter")
    return rows.annotate(email_returned=Coalesce(returned, False), **columns)


def supporter_portions(
    actor: Actor, numbers: Sequence[int], columns: Sequence[str]
) -> Iterator[Sequence[tuple[object, ...]]]:
    """These columns of the supporters with these numbers, in their order: for files as they stream.

    Each portion is read in a transaction of its own; an entry that has gone meanwhile is left out.
    """
    for start in range(0, len(numbers), PORTION):
        portion = numbers[start : start + PORTION]
        with reading_as(actor):
            rows = Supporter.objects.visible_to(actor).filter(pk__in=portion).values_list("pk", *columns)
            by_number = {number: tuple(row) for number, *row in rows}
        yield [by_number[number] for number in portion if number in by_number]


def supporters_charter(site: Site | None = None) -> Charter | None:
    """The charter in force that supporters accede to; None while there is none.

    Acts pass the settings as they are stored now; pages take those that the process read a moment ago.
    """
    key = (site or read_site()).supporters_charter
    rows = Charter.objects.filter(key=key, state=CharterState.IN_FORCE) if key else Charter.objects.none()
    return rows.order_by("-version").first()


def likely_twin_of(supporter: Supporter, email: str) -> Supporter | None:
    """Another entry that may be of the same body, the likeliest: by name, website or e-mail's domain.

    Not one of which somebody has decided already, in the import that brought the entry, that it is another body. Reads
    as whoever asks: SYSTEM finds entries that are not public, too. At most three queries.
    """
    apart = SupporterImportRow.objects.filter(
        upload=supporter.import_number,
        name_key=supporter.name_key,
        decision=TwinDecision.APART,
        twin__isnull=False,
    )
    others: QuerySet[Supporter] = (
        Supporter.objects.exclude(pk=supporter.pk)
        .exclude(pk__in=apart.values("twin"))
        .filter(charter__key=supporter.charter.key, state__in=_IN_QUESTION)
    )
    # the operator, so that the index serves: its threshold is 0.3
    near = others.filter(name_key__trigram_similar=supporter.name_key, region=supporter.region)
    near = near.annotate(likeness=TrigramSimilarity("name_key", supporter.name_key))
    for twin in near.filter(likeness__gte=NEARLY_THE_SAME).order_by("-likeness", "pk")[:20]:
        # schools differ by their numbers alone, and each town has a first one
        if numbers_of(twin.name_key) == numbers_of(supporter.name_key) and _may_be_one_place(twin, supporter):
            return twin
    if site := domain_of(supporter.website):
        at_site = Q(website__icontains=f"//{site}") | Q(website__icontains=f"//www.{site}")
        if (neighbour := others.filter(at_site).order_by("pk").first()) is not None:
            return neighbour
    domain = domain_of(email)
    if not domain:
        return None
    return (
        others.filter(contact__email__iendswith=f"@{domain}", region=supporter.region).order_by("pk").first()
    )


def _may_be_one_place(one: Supporter, other: Supporter) -> bool:
    """Whether nobody has written two different towns."""
    return not (one.town and other.town) or place_key(one.town) == place_key(other.town)


def likenesses(pairs: Sequence[tuple[str, str]]) -> list[int]:
    """How much alike the names' keys of each pair are, by trigrams, in per cent. One query without a table."""
    if not pairs:
        return []
    ones, others = (list(column) for column in zip(*pairs, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (similarity(one, other) * 100)::int"
            " FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS pair (one, other, place) ORDER BY place",
            [ones, others],
        )
        return [likeness for (likeness,) in cursor.fetchall()]


def numbers_of(key: str) -> list[str]:
    """The numbers in a name's key, in their order: schools of a town differ by theirs alone."""
    return re.findall(r"\d+", key)
