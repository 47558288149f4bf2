"""What stands in the place of a publication: a later revision of its record, or another record that overtook it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import F, QuerySet

from alliance.models import ReferenceCount, WithdrawnPublication
from portal.kernel.access import ANYONE
from portal.kernel.publishing import Publication

_Pairs = Iterator[tuple[int, Publication]]  # the number of a publication, with one that came in its place


def later_publications(publications: Iterable[Publication]) -> dict[int, list[Publication]]:
    """By number what came in the place of each of these publications, without bytes: the last stands there now.

    Later revisions of its record; of a notice the report that was filed after it, of a version of a charter those
    after it, of a withdrawal what made its record public again, of a file of reference counts those that have replaced
    counts of it. One query, and at most two for each of these types among them.
    """
    rows = list(publications)
    later: dict[int, dict[int, Publication]] = {row.number: {} for row in rows}
    of_type: dict[str, list[Publication]] = defaultdict(list)
    for row in rows:
        of_type[row.type].append(row)
    pairs = [_revisions(rows)] if rows else []
    pairs += [find(of_type[type_]) for type_, find in _OVERTAKING.items() if of_type[type_]]
    for each in pairs:
        for number, publication in each:
            later[number][publication.number] = publication
    return {number: sorted(each.values(), key=_place) for number, each in later.items()}


def _place(publication: Publication) -> tuple[int, int]:
    """By number; the versions of a charter in their order, since the translation of an earlier one can be corrected."""
    return _version(publication) if publication.type == "charter" else 0, publication.number


def _version(charter: Publication) -> int:
    return int(charter.record.rpartition("/")[2])


def _without_bytes() -> QuerySet[Publication]:
    return Publication.objects.defer("body", "salt")


def _revisions(rows: Sequence[Publication]) -> _Pairs:
    by_record: dict[tuple[str, str], list[Publication]] = defaultdict(list)
    for row in rows:
        by_record[row.type, row.record].append(row)
    for each in _without_bytes().filter(record__in={record for _type, record in by_record}):
        earlier = by_record.get((each.type, each.record), ())
        yield from ((row.number, each) for row in earlier if row.revision < each.revision)


def _reports(notices: Sequence[Publication]) -> _Pairs:
    for report in _without_bytes().filter(type="report", record__in=[row.record for row in notices]):
        yield from ((row.number, report) for row in notices if row.record == report.record)


def _versions(charters: Sequence[Publication]) -> _Pairs:
    for each in _without_bytes().filter(type="charter"):
        key = each.record.rpartition("/")[0]
        for row in charters:
            if row.record.rpartition("/")[0] == key and _version(row) < _version(each):
                yield row.number, each


def _undoing(withdrawals: Sequence[Publication]) -> _Pairs:
    ended = WithdrawnPublication.objects.filter(
        valid_from__in=[row.number for row in withdrawals], valid_to__isnull=False
    )
    numbers = dict(ended.values_list("valid_from", "valid_to"))
    rows = _without_bytes().in_bulk(numbers.values())
    yield from ((number, rows[by]) for number, by in numbers.items())


def _replacing_loads(loads: Sequence[Publication]) -> _Pairs:
    numbers = {row.record: row.number for row in loads}
    counts = ReferenceCount.objects.visible_to(ANYONE).filter(load__sha256__in=numbers)
    replaced = counts.filter(replaced_by__isnull=False).exclude(replaced_by=F("pk")).order_by()
    pairs = list(replaced.values_list("load__sha256", "replaced_by__load__sha256").distinct())
    rows = _without_bytes().filter(type="reference_load", record__in={by for _record, by in pairs})
    by_record = {row.record: row for row in rows}
    yield from ((numbers[record], by_record[by]) for record, by in pairs)


_OVERTAKING = {
    "report_notice": _reports,
    "charter": _versions,
    "withdrawal": _undoing,
    "reference_load": _replacing_loads,
}
