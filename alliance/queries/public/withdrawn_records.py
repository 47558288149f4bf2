"""Which withdrawn records a file still contains that was made before they were withdrawn, and why they were."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Min

from alliance.enums import PledgeState
from alliance.models import PublicFile, PublishedPledge, WithdrawnPublication
from alliance.queries.public.cycle_editions import edition_on
from portal.kernel.publishing import Publication

REPORT_PDF = "report.pdf"  # the one file of a report that quotes pledges
_QUOTED_STATES = (PledgeState.PUBLISHED, PledgeState.FULFILLED)
_OF_CYCLES = ("report", "report_notice")  # what the files of a cycle are made of; replies are in none of them
# What the tables of the open data are made of; whatever has no line here may contain everything.
_OF_TABLES: Mapping[str, Collection[str]] = {
    "figures": ("report", "report_notice"),
    "verdicts": ("report", "report_notice"),
    "reports": ("report", "report_notice"),
    "replies": ("report", "response"),
    "promises": ("report", "pledge"),  # with the values that decided them
    "practices": ("practice",),
    "members": (),
    "charter": (),
    "counted-by-others": (),
    "publications": (),
}


@dataclass(frozen=True, slots=True)
class WithdrawnRecord:
    """One withdrawal of a record: by publication `valid_from`, until another (`valid_to`) made it public again."""

    type: str
    record: str
    valid_from: int
    valid_to: int | None
    at: datetime
    reason: Mapping[str, str]  # by language


# those of upper layers, each with all withdrawals there ever were
_SOURCES: list[Callable[[], Iterable[WithdrawnRecord]]] = []


def register_withdrawn_records(source: Callable[[], Iterable[WithdrawnRecord]]) -> None:
    """Let files know of the withdrawals of an upper layer too."""
    _SOURCES.append(source)


class WithdrawnRecords:
    """Everything that is withdrawn now, read at once when it is first asked for.

    Two queries, one more where a pledge is withdrawn, and those of upper layers.
    """

    def in_release(self, number: int, name: str = "") -> list[WithdrawnRecord]:
        """Those whose rows are in the open data as of this publication, or in its file of this name.

        The first withdrawn first.
        """
        types = _OF_TABLES.get(name.partition(".")[0])
        return [
            row for row in self._now if (types is None or row.type in types) and self._was_public(row, number)
        ]

    def in_cycle(self, slug: str, number: int) -> list[WithdrawnRecord]:
        """Those that are in the files of this edition of a cycle."""
        return [
            row
            for row in self.in_release(number)
            if row.type in _OF_CYCLES and row.record.partition("/")[2] == slug
        ]

    def in_report(self, record: str, number: int, kind: str = "") -> list[WithdrawnRecord]:
        """Those that are in the files of this edition of a report: itself, replies to its verdicts.

        In its PDF, if that is the kind, also the pledges that it quotes.
        """
        quoted = self._pledges_public_on(record.partition("/")[0], number) if kind == REPORT_PDF else ()
        return [
            row
            for row in self.in_release(number)
            if (row.type, row.record) == ("report", record)
            or (row.type == "response" and row.record.startswith(f"{record}/"))
            or (row.type == "pledge" and row.record in quoted)
        ]

    def in_file(self, file: PublicFile, publication: Publication | None) -> list[WithdrawnRecord]:
        """Those that are in a file that was made of this publication; of the open data there is none."""
        if publication is None:
            return self.in_release(file.as_of, file.name)
        if file.kind.startswith("report."):
            return self.in_report(publication.record, file.as_of, file.kind)
        if file.kind.startswith("cycle."):
            edition = None if publication.type == "cycle" else edition_on(file.as_of)
            slug = edition.cycle.slug if edition else publication.record
            return self.in_cycle(slug, file.as_of)
        return []

    @cached_property
    def _all(self) -> list[WithdrawnRecord]:
        rows = [
            WithdrawnRecord(row.type, row.record, row.valid_from, row.valid_to, row.at, row.reason)
            for row in WithdrawnPublication.objects.all()
        ]
        rows += [row for source in _SOURCES for row in source()]
        return sorted(rows, key=lambda row: row.valid_from)

    @cached_property
    def _now(self) -> list[WithdrawnRecord]:
        return [row for row in self._all if row.valid_to is None]

    @cached_property
    def _first_numbers(self) -> Mapping[tuple[str, str], int]:
        """By record its first publication."""
        rows = Publication.objects.filter(record__in={row.record for row in self._now}).order_by()
        firsts = rows.values_list("type", "record").annotate(Min("number"))
        return {(type_, record): number for type_, record, number in firsts}

    @cached_property
    def _pledges(self) -> list[PublishedPledge]:
        """The pledges to commitments that are withdrawn now, as they were public."""
        records = [row.record for row in self._now if row.type == "pledge"]
        rows = PublishedPledge.objects.filter(record__in=records, state__in=_QUOTED_STATES)
        return list(rows.exclude(commitment_key="").select_related("organisation")) if records else []

    def _pledges_public_on(self, slug: str, number: int) -> set[str]:
        """The records of those of a member that were public after publication `number`."""
        return {
            str(row.record)
            for row in self._pledges
            if row.organisation.slug == slug
            and row.valid_from <= number
            and (row.valid_to is None or row.valid_to > number)
        }

    def _was_public(self, row: WithdrawnRecord, number: int) -> bool:
        """Whether the record was public after publication `number`, and has been withdrawn since."""
        first = self._first_numbers.get((row.type, row.record))
        if first is None or not first <= number < row.valid_from:
            return False
        return not any(
            earlier.valid_from <= number < earlier.valid_to
            for earlier in self._all
            if earlier.valid_to and (earlier.type, earlier.record) == (row.type, row.record)
        )
