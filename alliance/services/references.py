"""Named writes on reference counts: load a file of what somebody else counted."""

from collections.abc import Mapping, Sequence

from django.db import connection, transaction
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


@transaction.atomic
def load_reference_counts(actor: Actor, raw: bytes, file_name: str) -> ReferenceLoad:
    """Load a CSV file of counts and publish the load, all or nothing; the same file again changes nothing.

    A count of the same quantity by the same observer is replaced; the old row stays readable. Raises
    Forbidden, ReferenceFaults that name every fault with row and column, or DomainError when the
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
    load = ReferenceLoad.objects.create(
        sha256=digest(raw), file_name=file_name[:200], rows=len(rows), loaded_at=clock.now()
    )
    replaced = _write(load, rows)
    journal.record(actor, "reference.load", load, rows=len(rows), replaced=replaced)
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
    replaced = load.counts.filter(replaced_by__isnull=False).count()
    if replaced:
        message = _(
            "This file was loaded before, and a later file has replaced %(count)d of its counts. "
            "To bring them back, load a file that differs, for example in its column source."
        )
        raise DomainError(message % {"count": replaced})


def _write(load: ReferenceLoad, rows: Sequence[ReferenceRow]) -> int:
    """Insert the counts under keys taken beforehand, so that those they replace can name them first."""
    counts = [_count(load, row, key) for row, key in zip(rows, _keys(len(rows)), strict=True)]
    replaced = _with_replacements(rows, {row.place: count for row, count in zip(rows, counts, strict=True)})
    ReferenceCount.objects.bulk_update(replaced, ["replaced_by"])
    ReferenceCount.objects.bulk_create(counts)
    return len(replaced)


def _keys(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [ReferenceCount._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def _count(load: ReferenceLoad, row: ReferenceRow, key: int) -> ReferenceCount:
    return ReferenceCount(
        pk=key,
        load=load,
        organisation=row.organisation,
        service=row.service,
        indicator_key=row.indicator.key,
        cell=row.cell,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        value=row.value,
        observer=row.observer,
        source=row.source,
    )


def _with_replacements(
    rows: Sequence[ReferenceRow], new: Mapping[ReferencePlace, ReferenceCount]
) -> list[ReferenceCount]:
    """The counts that hold until now, each with the one that replaces it."""
    current = ReferenceCount.objects.filter(
        replaced_by__isnull=True,
        organisation__in={row.organisation.pk for row in rows},
        observer__in={row.observer for row in rows},
    )
    replaced = []
    for old in current:
        what = (old.organisation_id, old.service_id, old.indicator_key, old.cell)
        later = new.get((*what, old.starts_on, old.ends_on, old.observer))
        if later is not None:
            old.replaced_by = later
            replaced.append(old)
    return replaced
