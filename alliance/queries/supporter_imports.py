"""Named reads on imports of supporters: their list, and the faulty and unclear rows of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Lower
from django.db.models.lookups import GreaterThanOrEqual

from alliance.enums import ImportRowOutcome, SupporterKind, SupporterState, TwinDecision
from alliance.models import Supporter, SupporterImport, SupporterImportRow
from alliance.queries.last_edits import changed_meanwhile
from alliance.queries.supporters import NEARLY_THE_SAME
from portal.kernel.access import Actor
from portal.kernel.journal import Event

_MOST_WORDS = 30  # unknown words for a kind that are offered for correction together
_NEW_SHOWN, _BY_CHANCE = 5, 50
_MOST_PARTS = 5  # of the bar of kinds


@dataclass(frozen=True, slots=True)
class FaultyRows:
    """How many rows have each kind of fault: column, fault, rows; and what can be put right for many."""

    by_fault: tuple[tuple[str, str, int], ...]
    dates: int
    words: dict[str, int]

    @property
    def total(self) -> int:
        return sum(count for _column, _fault, count in self.by_fault)


def supporter_imports(actor: Actor) -> QuerySet[SupporterImport]:
    """The imports, newest first."""
    rows: QuerySet[SupporterImport] = SupporterImport.objects.visible_to(actor).select_related(
        "person", "charter"
    )
    return rows


def faulty_rows(actor: Actor, upload: SupporterImport) -> FaultyRows:
    """The faulty rows of an import, counted. Two queries, however many there are."""
    rows = _rows(actor, upload, ImportRowOutcome.FAULTY).order_by()
    counts = rows.values_list("fault_column", "fault").annotate(n=Count("pk"))
    by_fault = tuple(counts.order_by("-n", "fault_column", "fault"))
    dates = sum(count for _column, fault, count in by_fault if fault == "date-order")
    words = (
        rows.filter(fault="kind").annotate(word=Lower(KT("values__kind")))
        .values_list("word").annotate(n=Count("pk")).order_by("-n", "word")[:_MOST_WORDS]
    )  # fmt: skip
    return FaultyRows(by_fault, dates, dict(words))


def faulty_cells(
    actor: Actor, upload: SupporterImport, column: str = "", fault: str = ""
) -> QuerySet[SupporterImportRow]:
    """The rows of one kind of fault; without one, those of all kinds that are not put right together."""
    rows = _rows(actor, upload, ImportRowOutcome.FAULTY)
    if column and fault:
        return rows.filter(fault_column=column, fault=fault)
    return rows.exclude(fault__in=("kind", "date-order"))


def with_twin_rows(actor: Actor, rows: Iterable[Any]) -> list[Any]:
    """The same rows, each with `twin_values` of the earlier row that it may be the same as. At most one query."""
    unclear = list(rows)
    wanted = {row.twin_row for row in unclear if row.twin_row}
    if wanted:
        earlier = SupporterImportRow.objects.visible_to(actor).filter(
            upload__in={row.upload_id for row in unclear}, number__in=wanted
        )
        values = {(row.upload_id, row.number): row.values for row in earlier}
        for row in unclear:
            row.twin_values = values.get((row.upload_id, row.twin_row))
    return unclear


def unclear_rows(actor: Actor, upload: SupporterImport) -> QuerySet[Any]:
    """The rows that may be an entry that is here, with it; each with `is_likely`."""
    rows = _rows(actor, upload, ImportRowOutcome.UNCLEAR).select_related("twin")
    return rows.annotate(is_likely=Coalesce(_is_likely(), False))


def import_rows(actor: Actor, upload: SupporterImport) -> QuerySet[Any]:
    """All rows of an import, in the order of the file; each with `is_likely`."""
    rows = SupporterImportRow.objects.visible_to(actor).filter(upload=upload)
    return rows.annotate(is_likely=Coalesce(_is_likely(), False)).order_by("number")


def undecided_likely_rows(actor: Actor, upload: SupporterImport) -> QuerySet[Any]:
    """Those of them that are likely the entry, of which nobody has decided yet."""
    return unclear_rows(actor, upload).filter(is_likely=True, decision="")


def likely_rows_taken_as_same(actor: Actor, upload: SupporterImport) -> QuerySet[Any]:
    """Those of them that somebody has decided to be that entry."""
    return unclear_rows(actor, upload).filter(is_likely=True, decision=TwinDecision.SAME)


def _is_likely() -> ExpressionWrapper:
    """Of one place, and with one name in whichever alphabet, or with one e-mail and names that are nearly the same.

    A name that is only much like another's, in another town or of another row of the file, stays unclear.
    """
    here = {column: Lower(KT(f"values__{column}")) for column in ("region", "town", "email")}
    same_email = Q(twin__contact__email__iexact=here["email"])
    other_name: Any = F("twin__name_key")  # a column where the annotations know of texts alone
    nearly = GreaterThanOrEqual(TrigramSimilarity("name_key", other_name), Value(NEARLY_THE_SAME))
    same_name = Q(likeness__isnull=True) & ~same_email  # found by nothing but the name
    likely = Q(twin__isnull=False, twin__region__iexact=here["region"], twin__town__iexact=here["town"]) & (
        same_name | (same_email & Q(nearly))
    )
    return ExpressionWrapper(likely, output_field=BooleanField())


def shown_new_rows(actor: Actor, upload: SupporterImport, *, by_chance: bool = False) -> list[Any]:
    """The first rows that would be new, or fifty of them by chance, each with `acceded_on` as a date.

    By them one sees that the file was read rightly. One query.
    """
    new = _rows(actor, upload, ImportRowOutcome.NEW)
    rows: list[Any] = list(new.order_by("?")[:_BY_CHANCE] if by_chance else new[:_NEW_SHOWN])
    for row in rows:
        row.acceded_on = date.fromisoformat(row.values["acceded_on"])
    return sorted(rows, key=lambda row: row.number)


@dataclass(frozen=True, slots=True)
class KindCounts:
    """How many rows would be new of each kind, in words, the most frequent first; and of how many regions they are."""

    kinds: list[tuple[str, int]]
    regions: int

    @property
    def total(self) -> int:
        """The rows of all kinds."""
        return sum(count for _kind, count in self.kinds)

    @property
    def largest(self) -> list[tuple[str, int]]:
        """The kinds with a part of the bar of their own."""
        return self.kinds if len(self.kinds) <= _MOST_PARTS else self.kinds[: _MOST_PARTS - 1]

    @property
    def others(self) -> list[tuple[str, int]]:
        """The kinds that share the last part of the bar."""
        return self.kinds[len(self.largest) :]

    @property
    def others_count(self) -> int:
        """The rows of those."""
        return sum(count for _kind, count in self.others)


def new_rows_by_kind(actor: Actor, upload: SupporterImport) -> KindCounts:
    """The rows that would be new, counted by their kinds. Two queries."""
    rows = _rows(actor, upload, ImportRowOutcome.NEW).order_by().annotate(kind=KT("values__kind"))
    counts = rows.values_list("kind").annotate(n=Count("pk")).order_by("-n", "kind")
    labels = dict(SupporterKind.choices)
    kinds = [(str(labels.get(kind, "–")), count) for kind, count in counts]
    regions = rows.aggregate(n=Count(Lower(KT("values__region")), distinct=True))["n"]
    return KindCounts(kinds, regions)


def unclear_by_decision(actor: Actor, upload: SupporterImport) -> dict[str, int]:
    """How many of the rows that may be an entry that is here have each decision; empty: none yet. One query."""
    rows = _rows(actor, upload, ImportRowOutcome.UNCLEAR).order_by()
    return dict(rows.values_list("decision").annotate(Count("pk")))


def decided_meanwhile(actor: Actor, upload: SupporterImport, number: int) -> str:
    """Who decided about a row last, and when: the sentence of a conflict. Two queries."""
    events = Event.objects.filter(
        target_type=upload._meta.label_lower, target_id=upload.pk, kind="supporter_import.decide"
    )
    # an act about very many rows names none of them
    of_row = events.filter(Q(data__numbers__contains=[number]) | Q(data__numbers=[])).order_by("-pk").first()
    return changed_meanwhile(actor, of_row.person_id, of_row.at) if of_row else changed_meanwhile(actor)


@dataclass(frozen=True, slots=True)
class ImportReplies:
    """What became of the letters of an import that asked each organisation: entries by now."""

    waiting: int
    confirmed: int
    returned: int


def replies_of(actor: Actor, upload: SupporterImport) -> ImportReplies | None:
    """How many have confirmed, of an import that asked each by e-mail and was not taken back. At most one query."""
    if upload.is_public_at_once or upload.imported_at is None or upload.taken_back_at:
        return None
    rows = Supporter.objects.visible_to(actor).filter(import_number=upload.pk).order_by()
    counts = rows.aggregate(
        waiting=Count("pk", filter=Q(state=SupporterState.UNCONFIRMED)),
        confirmed=Count("pk", filter=Q(contact__confirmed_at__isnull=False)),
        returned=Count("pk", filter=Q(contact__bounce_code__gt="")),
    )
    return ImportReplies(**counts)


def all_faulty_rows(actor: Actor, upload: SupporterImport) -> QuerySet[SupporterImportRow]:
    """Every faulty row, for the file of them."""
    return _rows(actor, upload, ImportRowOutcome.FAULTY)


def _rows(actor: Actor, upload: SupporterImport, outcome: str) -> QuerySet[SupporterImportRow]:
    rows: QuerySet[SupporterImportRow] = SupporterImportRow.objects.visible_to(actor)
    return rows.filter(upload=upload, outcome=outcome).order_by("number")
