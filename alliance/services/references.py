"""Named writes on reference counts: load a file of what somebody else counted."""

from collections.abc import Mapping, Sequence

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from alliance.models import ReferenceCount, ReferenceLoad
from alliance.queries.public.cycles import published_cycles
from alliance.services.public_documents import prepare_public_report
from alliance.services.publications import record_reference_load
from alliance.services.reference_file import ReferenceFindings, read_cells
from alliance.services.reference_rows import ReferencePlace, ReferenceRow, parse_reference_rows
from portal.kernel import clock, journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError
from portal.kernel.publishing import digest

_ADVISORY_LOCK = 0x72656665  # one load at a time: a count is replaced by one other
_ITSELF = Q(replaced_by=F("pk"))  # rows that withdraw a count


@transaction.atomic
def load_reference_counts(actor: Actor, raw: bytes, file_name: str) -> ReferenceLoad:
    """Load a CSV file of counts and publish the load, all or nothing; the same file again changes nothing.

    A count of the same quantity by the same observer is replaced, or withdrawn where the row says so; the old row stays
    readable. Raises Forbidden, ReferenceFaults that name every fault with row and column, or DomainError when the
    file was loaded before and a later load has replaced some of its counts.
    """
    require(actor, "reference.load")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
    reference_load = ReferenceLoad.objects.filter(sha256=digest(raw)).first()
    if reference_load is not None:
        _refuse_replaced(reference_load)
        return reference_load
    findings = ReferenceFindings()
    rows = parse_reference_rows(read_cells(raw, findings), findings)
    findings.raise_any()
    earlier = _earlier_counts(rows)
    for row in rows:
        if row.value is None and (row.place not in earlier or earlier[row.place].is_withdrawal):
            findings.add(_("There is no such count to withdraw."), row.number, "value")
    findings.raise_any()
    load = ReferenceLoad.objects.create(
        sha256=digest(raw), file_name=file_name[:200], rows=len(rows), loaded_at=clock.now()
    )
    _write(load, rows, earlier)
    withdrawn = sum(row.value is None for row in rows)
    replaced = sum(not count.is_withdrawal for count in earlier.values()) - withdrawn
    journal.record(actor, "reference.load", load, rows=len(rows), replaced=replaced, withdrawn=withdrawn)
    record_reference_load(actor, load)
    _prepare_files(load)
    return load


def _prepare_files(load: ReferenceLoad) -> None:
    """Have the files of the published reports built anew that the counts stand beside."""
    counted = set(load.counts.values_list("organisation__slug", "starts_on", "ends_on"))
    for cycle in published_cycles():
        for slug in sorted(slug for slug, *period in counted if period == [cycle.starts_on, cycle.ends_on]):
            prepare_public_report(slug, cycle.slug)


def _refuse_replaced(load: ReferenceLoad) -> None:
    """Loading A, then B, then A again must not end with B hidden as if A were current."""
    replaced = load.counts.filter(replaced_by__isnull=False).exclude(_ITSELF).count()
    if replaced:
        message = _(
            "This file was loaded before, and a later file has replaced or withdrawn %(count)d of its counts. "
            "To bring them back, load a file that differs, for example in its column source."
        )
        raise DomainError(message % {"count": replaced})


def _write(
    load: ReferenceLoad, rows: Sequence[ReferenceRow], earlier: Mapping[ReferencePlace, ReferenceCount]
) -> None:
    """Insert the counts under keys taken beforehand, so that those they replace can name them first."""
    counts = []
    for row, key in zip(rows, _keys(len(rows)), strict=True):
        old = earlier.get(row.place)
        counts.append(_count(load, row, key, old))
        if old is not None:
            old.replaced_by_id = key
    ReferenceCount.objects.bulk_update(earlier.values(), ["replaced_by"])
    ReferenceCount.objects.bulk_create(counts)


def _keys(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [ReferenceCount._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def _count(load: ReferenceLoad, row: ReferenceRow, key: int, old: ReferenceCount | None) -> ReferenceCount:
    """The row of a count; one that withdraws another has that one’s value, and never holds."""
    value = row.value
    if value is None:
        assert old is not None, "there is a count to withdraw"
        value = old.value
    return ReferenceCount(
        pk=key,
        load=load,
        organisation=row.organisation,
        service=row.service,
        indicator_key=row.indicator.key,
        cell=row.cell,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        value=value,
        observer=row.observer,
        source=row.source,
        replaced_by_id=key if row.value is None else None,
    )


def _earlier_counts(rows: Sequence[ReferenceRow]) -> dict[ReferencePlace, ReferenceCount]:
    """By its place each count that holds until now, or that was withdrawn last, and that one of the rows replaces."""
    last = ReferenceCount.objects.filter(
        Q(replaced_by__isnull=True) | _ITSELF,
        organisation__in={row.organisation.pk for row in rows},
        observer__in={row.observer for row in rows},
    )
    wanted = {row.place for row in rows}
    earlier: dict[ReferencePlace, ReferenceCount] = {}
    for old in last:
        what = (old.organisation_id, old.service_id, old.indicator_key, old.cell)
        place = (*what, old.starts_on, old.ends_on, old.observer)
        if place in wanted:
            earlier[place] = old
    return earlier
