"""Reads of the numbered record: its head, its list, one publication."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import (
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Concat
from django.db.models.lookups import GreaterThan

from alliance.models import PublishedResponse, WithdrawnPublication
from alliance.queries.local_dates import day_of
from portal.kernel.publishing import Publication, cached_for_page, number_read_as_of


@dataclass(frozen=True, slots=True)
class RecordHead:
    """The last publication, as the foot of every public page names it."""

    number: int
    at: datetime
    digest: str


@cached_for_page
def record_head() -> RecordHead | None:
    """The head of the record; None before the first publication. One query."""
    row = Publication.objects.values_list("number", "published_at", "sha256").first()
    return RecordHead(*row) if row else None


def last_number() -> int:
    """The number of the last publication; 0 before the first. One query."""
    return Publication.objects.values_list("number", flat=True).first() or 0


_TYPES = """
WITH RECURSIVE types AS (
  (SELECT type FROM portal_publication ORDER BY type LIMIT 1)
  UNION ALL SELECT (SELECT type FROM portal_publication WHERE type > types.type ORDER BY type LIMIT 1) FROM types
    WHERE types.type IS NOT NULL
) SELECT type FROM types WHERE type IS NOT NULL
"""


def publication_log(type_: str = "") -> QuerySet[Publication]:
    """All publications, the latest first, without their bytes; of one type when it is named."""
    rows = Publication.objects.defer("body", "salt", "attachments")
    return rows.filter(type=type_) if type_ else rows


@cached_for_page
def publication_types() -> list[str]:
    """The types that occur in the record. One step in the index for each, however many publications there are."""
    with connection.cursor() as cursor:
        cursor.execute(_TYPES)
        return [row[0] for row in cursor.fetchall()]


def publication(number: int) -> Publication | None:
    """One publication with its bytes and the revision before it."""
    return Publication.objects.filter(number=number).select_related("previous").first()


def latest_revision(type_: str, record: str) -> Publication | None:
    """The revision of a record that holds now, with its bytes."""
    return Publication.objects.filter(type=type_, record=record).order_by("-revision").first()


def current_publication_head(type_: str, record: str) -> Publication | None:
    """The revision of a record that holds now, without its bytes: number, time and digest to cite.

    Where the record is read as of a day, the one that held then.
    """
    return _until_read(publication_log(type_)).filter(record=record).order_by("-revision").first()


def latest_publications(limit: int) -> list[Publication]:
    """The last publications, without their bytes, for a short list; none that is withdrawn."""
    return list(standing_publications(_until_read(publication_log()))[:limit])


def _until_read(rows: QuerySet[Publication]) -> QuerySet[Publication]:
    """These publications, without those after the one as of which the record is read."""
    number = number_read_as_of()
    return rows if number is None else rows.filter(number__lte=number)


def standing_publications(rows: QuerySet[Publication]) -> QuerySet[Publication]:
    """These publications without those whose record is withdrawn now; that it was withdrawn is one of them.

    With a report go the replies to its verdicts, whose records begin with its own.
    """
    reports = (
        WithdrawnPublication.objects.current()
        .filter(type="report")
        .annotate(reply=ExpressionWrapper(OuterRef("record"), output_field=TextField()))
    )
    answers_withdrawn = Exists(reports.filter(reply__startswith=Concat("record", Value("/"))))
    return without_own_withdrawal(rows).exclude(Q(type="response") & answers_withdrawn)


def without_own_withdrawal(rows: QuerySet[Publication]) -> QuerySet[Publication]:
    """These publications without those that are themselves withdrawn now, whatever became of what they answer."""
    withdrawn = WithdrawnPublication.objects.current()
    return rows.exclude(Exists(withdrawn.filter(type=OuterRef("type"), record=OuterRef("record"))))


def withdrawal_of(publication: Publication) -> WithdrawnPublication | None:
    """The withdrawal of the record to which this publication belongs, if it is withdrawn now. One query."""
    return withdrawal_of_record(publication.type, publication.record)


def withdrawal_of_record(type_: str, record: str) -> WithdrawnPublication | None:
    """The withdrawal of a record, if it is withdrawn now. One query."""
    return WithdrawnPublication.objects.current().filter(type=type_, record=record).first()


def ended_withdrawal(publication: Publication) -> WithdrawnPublication | None:
    """The withdrawal that this publication ended: the record is public again, as it was. One query."""
    rows = WithdrawnPublication.objects.filter(type=publication.type, record=publication.record)
    return rows.filter(valid_to=publication.number).first()


def reply_count(record: str) -> int:
    """How many replies to the verdicts of a published report are public. One query."""
    slug, cycle = record.split("/")
    rows = PublishedResponse.objects.current().filter(organisation__slug=slug, cycle__slug=cycle)
    return rows.count()


def republished_numbers(publications: Iterable[Publication]) -> frozenset[int]:
    """Those of these publications that repeat what had been withdrawn; with a report its replies come back.

    One query, and none where no publication is a later revision.
    """
    later = [row for row in publications if row.previous_id is not None]
    sources = {row.number: {(row.type, row.record)} for row in later}
    for row in later:
        if row.type == "response":
            sources[row.number].add(("report", row.record.rpartition("/")[0]))
    if not later:
        return frozenset()
    wanted = {record for each in sources.values() for _type, record in each}
    rows = WithdrawnPublication.objects.filter(record__in=wanted, valid_to__isnull=False)
    withdrawn: dict[tuple[str, str], list[int]] = {}
    for type_, record, number in rows.values_list("type", "record", "valid_from"):
        withdrawn.setdefault((type_, record), []).append(number)
    return frozenset(
        row.number
        for row in later
        for source in sources[row.number]
        if any((row.previous_id or 0) < number < row.number for number in withdrawn.get(source, ()))
    )


def revisions(type_: str, record: str) -> list[Publication]:
    """All revisions of a record, the last one first, without their bytes."""
    return list(publication_log(type_).filter(record=record).order_by("-revision"))


def head_on(end: datetime) -> RecordHead | None:
    """The last publication before a moment; None where there was none. One query."""
    rows = Publication.objects.filter(published_at__lt=end).order_by("-number")
    row = rows.values_list("number", "published_at", "sha256").first()
    return RecordHead(*row) if row else None


def last_number_on(end: datetime) -> int:
    """The number of the last publication before a moment; 0 where there was none. One query."""
    head = head_on(end)
    return head.number if head else 0


def first_publication_day() -> date | None:
    """The day on which the record begins, in the alliance's time zone. One query."""
    at = Publication.objects.order_by("number").values_list("published_at", flat=True).first()
    return day_of(at) if at else None


def with_revisions(reports: QuerySet[Any]) -> QuerySet[Any]:
    """Published reports and notices with the `revision` of the publication that they hold since, and what it is.

    It `is_republished` where it has ended a withdrawal. It `is_corrected` where there are more revisions than the first
    and those that have ended one: it is a correction, or repeats a report that had been corrected.
    """
    publications = Publication.objects.filter(number=OuterRef("valid_from"))
    # the notice in place of a report is another record of the same name
    withdrawals = WithdrawnPublication.objects.filter(type=OuterRef("published_type"))
    ended = withdrawals.filter(record=OuterRef("published_record"), valid_to__lte=OuterRef("valid_from"))
    how_many = Func(F("valid_to"), function="count", output_field=IntegerField())
    return reports.annotate(
        revision=Subquery(publications.values("revision")),
        published_type=Subquery(publications.values("type")),
        published_record=Subquery(publications.values("record")),
        is_republished=Exists(withdrawals.filter(valid_to=OuterRef("valid_from"))),
        is_corrected=GreaterThan(F("revision"), 1 + Subquery(ended.annotate(n=how_many).values("n"))),
    )


def revision_of(type_: str, record: str, revision: int) -> Publication | None:
    """One revision of a record with its bytes; None for one that there is not. One query."""
    return Publication.objects.filter(type=type_, record=record, revision=revision).first()


def number_of_revision(type_: str, record: str, revision: int) -> int | None:
    """The number of one revision of a record. One query."""
    rows = Publication.objects.filter(type=type_, record=record, revision=revision)
    return rows.values_list("number", flat=True).first()
