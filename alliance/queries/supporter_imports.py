"""Named reads on imports of supporters: their list, and the faulty and unclear rows of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Lower

from alliance.enums import ImportRowOutcome, SupporterState
from alliance.models import Supporter, SupporterImport, SupporterImportRow
from portal.kernel.access import Actor

_MOST_WORDS = 30  # unknown words for a kind that are offered for correction together
_MOST_CELLS = 50
_NEW_SHOWN = 5


@dataclass(frozen=True, slots=True)
class FaultyRows:
    """Rows by fault; what can be put right for many, and the first of those that are put right one by one."""

    by_fault: tuple[tuple[str, int], ...]
    dates: int
    words: dict[str, int]
    cells: list[SupporterImportRow]


def supporter_imports(actor: Actor) -> QuerySet[SupporterImport]:
    """The imports, newest first."""
    rows: QuerySet[SupporterImport] = SupporterImport.objects.visible_to(actor).select_related(
        "person", "charter"
    )
    return rows


def faulty_rows(actor: Actor, upload: SupporterImport) -> FaultyRows:
    """The faulty rows of an import in four queries, however many there are."""
    rows = _rows(actor, upload, ImportRowOutcome.FAULTY)
    by_fault = rows.order_by().values_list("fault").annotate(n=Count("pk")).order_by("-n", "fault")
    counts = dict(by_fault)
    words = (
        rows.filter(fault="kind").order_by().annotate(word=Lower(KT("values__kind")))
        .values_list("word").annotate(n=Count("pk")).order_by("-n", "word")[:_MOST_WORDS]
    )  # fmt: skip
    cells = list(rows.exclude(fault__in=("kind", "date-order"))[:_MOST_CELLS])
    return FaultyRows(tuple(counts.items()), counts.get("date-order", 0), dict(words), cells)


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


def unclear_rows(actor: Actor, upload: SupporterImport) -> QuerySet[SupporterImportRow]:
    """The rows that may be an entry that is here, with it."""
    return _rows(actor, upload, ImportRowOutcome.UNCLEAR).select_related("twin")


def first_new_rows(actor: Actor, upload: SupporterImport) -> list[Any]:
    """The first rows that would be new, each with `acceded_on` as a date: by them one sees that the file was read
    rightly.
    """
    rows: list[Any] = list(_rows(actor, upload, ImportRowOutcome.NEW)[:_NEW_SHOWN])
    for row in rows:
        row.acceded_on = date.fromisoformat(row.values["acceded_on"])
    return rows


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
