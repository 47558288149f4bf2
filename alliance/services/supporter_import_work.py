"""The worker's part of an import of supporters: check a file row by row, and take its rows over, all or none."""

from bisect import bisect, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from alliance.enums import ImportRowOutcome, SupporterState, TwinDecision
from alliance.models import Supporter, SupporterContact, SupporterImport, SupporterImportRow
from alliance.queries.local_dates import end_of_term, today
from alliance.queries.public.supporters import region_spellings
from alliance.queries.supporters import NEARLY_THE_SAME, likenesses, numbers_of
from alliance.services.search_site import refresh_supporters_later
from alliance.services.supporter_file import MAX_ROWS, Cells, SupporterFile
from alliance.services.supporter_imports import discard_import_file, forget_rows
from alliance.services.supporter_keys import set_keys
from alliance.services.supporter_links import link_digest_of, sending_of
from alliance.services.supporter_rows import RowFault, checked_values, kinds_by_word
from alliance.validators.supporter_names import in_latin, name_key, skeleton
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM
from portal.kernel.database import lock_name, run_apart
from portal.kernel.errors import DomainError
from portal.kernel.jobs import Payload, enqueue_all
from portal.kernel.publishing import touch_public_revision
from portal.kernel.text import format_figure

_BATCH = 1000
_LETTERS_PER_HOUR = 2000
_NEIGHBOURS = 20  # on each side, in the order of names
_CONFIRM_WITHIN_DAYS = 30  # of imported entries, whose organisations expect no letter


_Item = TypeVar("_Item")


class ImportCancelled(Exception):
    """Somebody has cancelled the import while it ran: whatever was done is rolled back."""


# --- The check -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Entries:
    """The entries that are here and the rows before, by what tells whether another row is one of them."""

    count: int = 0  # of the entries
    by_key: dict[str, list[tuple[int, str, str, str]]] = field(default_factory=lambda: defaultdict(list))
    by_spelling: dict[tuple[str, str], int] = field(default_factory=dict)
    by_email: dict[str, int] = field(default_factory=dict)
    rows: set[tuple[str, ...]] = field(default_factory=set)
    # by region and numbers in the name: names' keys in their order, each with its entry
    alike: dict[tuple[str, ...], list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    # the same of the rows of the file, by number of the row; a town has a school of the name of another town's
    rows_alike: dict[tuple[str, ...], list[tuple[str, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, pk: int, key: str, region: str, town: str, email: str) -> None:
        self.count += 1
        self.by_key[key].append((pk, region, town, email))
        self.by_spelling.setdefault((region, skeleton(key)), pk)
        insort(self.alike[region, *numbers_of(key)], (key, pk))
        if email:
            self.by_email.setdefault(email, pk)

    def outcome_of(self, key: str, region: str, town: str, email: str) -> tuple[ImportRowOutcome, int | None]:
        """What a row with these values would become, and the entry that it is or may be."""
        if (key, region, town) in self.rows or (key, email) in self.rows:
            return ImportRowOutcome.REPEATED, None
        self.rows |= {(key, region, town), (key, email)}
        alike = self.by_key.get(key, ())
        for pk, _region, _town, entry_email in alike:
            if entry_email == email:
                return ImportRowOutcome.KNOWN, pk
        for pk, entry_region, entry_town, _email in alike:
            if entry_region == region and (entry_town == town or not entry_town or not town):
                return ImportRowOutcome.UNCLEAR, pk
        twin = self.by_email.get(email) or self.by_spelling.get((region, skeleton(key)))
        # another name with the same e-mail may be another school of the same office
        return (ImportRowOutcome.UNCLEAR, twin) if twin else (ImportRowOutcome.NEW, None)

    def neighbours_of(self, row: SupporterImportRow) -> list[tuple[str, int]]:
        """The entries with which the row's name is compared: of its region, with the same numbers, next to it by name.

        Twenty on each side: the cost of a row does not grow with the directory.
        """
        return _beside(self.alike.get((row.values["region"].casefold(), *numbers_of(row.name_key)), []), row)

    def earlier_rows_like(self, row: SupporterImportRow) -> list[tuple[str, int]]:
        """The rows of the file with which the row's name is compared, as with entries, of its town; then it is one."""
        rows = self.rows_alike[
            row.values["region"].casefold(), row.values["town"].casefold(), *numbers_of(row.name_key)
        ]
        earlier = _beside(rows, row)
        insort(rows, (row.name_key, row.number))
        return earlier


def _beside(keys: Sequence[tuple[str, int]], row: SupporterImportRow) -> list[tuple[str, int]]:
    place = bisect(keys, (row.name_key, 0))
    return list(keys[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS])


def check_rows(upload_id: int, check_round: int, source: SupporterFile) -> None:
    """Write a row for each row of the file with what it would become. Acts as SYSTEM, in one transaction.

    Does nothing when a later check has begun or it was cancelled. Memory: keys of the entries and rows, and a thousand
    rows.
    """
    upload = SupporterImport.objects.get(pk=upload_id)
    forget_rows(upload_id)
    if upload.round != check_round or not upload.is_checking:
        return
    begun_at = clock.now()
    upload.rows.all().delete()
    counts: Counter[str] = Counter()
    done = 0
    entries = _entries_of(upload)
    for rows in _batches(_checked_rows(upload, source, entries)):
        _mark_similar(entries, rows)
        SupporterImportRow.objects.bulk_create(rows)
        counts.update(row.outcome for row in rows)
        done += len(rows)
        _show_progress(upload_id, done, source.total, begun_at)
    locked = _locked_or_cancelled(upload_id)
    locked.counts, locked.compared_with, locked.begun_at = dict(counts), entries.count, begun_at
    locked.left_columns = list(source.left_columns)
    locked.rows_done = locked.rows_total = done
    locked.checked_at = clock.now()
    locked.save()


def refuse_file(upload_id: int, reason: str) -> None:
    """End the import of a file that cannot be read, with the reason. Acts as SYSTEM."""
    upload = SupporterImport.objects.select_for_update(of=("self",)).get(pk=upload_id)
    if upload.cancelled_at is None:
        upload.refusal, upload.cancelled_at = reason, clock.now()
        discard_import_file(upload)
        upload.save()
        journal.record(SYSTEM, "supporter_import.refuse", upload)


@transaction.atomic
def give_up_import(upload_id: int) -> None:
    """End an import with whose check, or with whose rows, nobody goes on: nothing was taken over. Acts as SYSTEM."""
    upload = SupporterImport.objects.select_related("person").get(pk=upload_id)
    if upload.is_checking or upload.is_importing:
        with override(upload.person.language):
            refusal = _("The portal could not finish it, and took nothing over. Send the file again later.")
            refuse_file(upload_id, refusal)
        forget_rows(upload_id)


def _checked_rows(
    upload: SupporterImport, source: SupporterFile, entries: _Entries
) -> Iterator[SupporterImportRow]:
    kinds = kinds_by_word() | upload.choices.get("kinds", {})
    corrections, decisions = upload.choices.get("cells", {}), upload.choices.get("decisions", {})
    replacements = upload.choices.get("replacements", {})
    regions = region_spellings()  # a spelling that is new is that of its first row
    day, date_order = today(), upload.choices.get("date_order", "")
    for count, (number, cells) in enumerate(source.rows, 1):
        if count > MAX_ROWS:
            message = _("The file has more than %(most)s rows: split it.")
            raise DomainError(message % {"most": format_figure(MAX_ROWS)})
        row = SupporterImportRow(upload=upload, number=number, decision=decisions.get(str(number), ""))
        corrected: Cells = cells | corrections.get(str(number), {})
        try:
            row.values = _checked_or_replaced(corrected, replacements, kinds, date_order, day)
        except RowFault as fault:
            row.values, row.outcome = corrected, ImportRowOutcome.FAULTY
            row.fault_column, row.fault = fault.column, fault.fault
        else:
            region = row.values["region"]
            row.values["region"] = regions.setdefault(in_latin(region), region)
            row.name_key = name_key(row.values["name"])
            row.outcome, row.twin_id = entries.outcome_of(
                row.name_key,
                row.values["region"].casefold(),
                row.values["town"].casefold(),
                row.values["email"].casefold(),
            )
        yield row


def _checked_or_replaced(
    cells: Cells, replacements: Mapping[str, str], kinds: Mapping[str, str], date_order: str, day: date
) -> Cells:
    """The values of the row, each faulty cell replaced where one value was chosen for all of its kind of fault.

    A cell is replaced once. Raises RowFault for what is wrong then; `cells` has the replaced values.
    """
    replaced: set[str] = set()
    while True:
        try:
            return checked_values(cells, kinds, date_order, day)
        except RowFault as fault:
            value = replacements.get(fault.key)
            if value is None or fault.column in replaced:
                raise
            replaced.add(fault.column)
            cells[fault.column] = value


def _mark_similar(entries: _Entries, rows: Sequence[SupporterImportRow]) -> None:
    """Leave the rows whose name is much like that of an entry, or of a row before, to a person, too.

    Nothing else told them apart. An entry goes before a row: what is here already is not brought twice.
    """
    new = [row for row in rows if row.outcome == ImportRowOutcome.NEW]
    _mark_like_entries(entries, new)
    pairs = [(row, *earlier) for row in new for earlier in entries.earlier_rows_like(row)]
    percents = likenesses([(row.name_key, key) for row, key, _number in pairs])
    for (row, _key, number), likeness in zip(pairs, percents, strict=True):
        if likeness < NEARLY_THE_SAME * 100 or row.twin_id or likeness <= (row.likeness or 0):
            continue
        row.outcome, row.twin_row, row.likeness = ImportRowOutcome.UNCLEAR, number, likeness


def _mark_like_entries(entries: _Entries, new: Sequence[SupporterImportRow]) -> None:
    pairs = [(row, *entry) for row in new for entry in entries.neighbours_of(row)]
    percents = likenesses([(row.name_key, key) for row, key, _pk in pairs])
    for (row, _key, pk), likeness in zip(pairs, percents, strict=True):
        if likeness >= NEARLY_THE_SAME * 100 and likeness > (row.likeness or 0):
            row.outcome, row.twin_id, row.likeness = ImportRowOutcome.UNCLEAR, pk, likeness


def _entries_of(upload: SupporterImport) -> _Entries:
    entries = _Entries()
    rows = Supporter.objects.filter(charter__key=upload.charter.key).exclude(state=SupporterState.ENDED)
    columns = rows.order_by("pk").values_list("pk", "name_key", "region", "town", "contact__email")
    for pk, key, region, town, email in columns.iterator(chunk_size=2000):
        entries.add(pk, key, region.casefold(), town.casefold(), (email or "").casefold())
    return entries


# --- The import ------------------------------------------------------------------------------------------------


def import_rows(upload_id: int) -> None:
    """Bring every row that can be imported into the directory or ask it by e-mail. Acts as SYSTEM, in one transaction.

    A row whose organisation came into the directory after the check stays out: by another import, the same file sent
    again, or the public form. One import runs at a time. Raises ImportCancelled when it was cancelled meanwhile: then
    nothing is left of it.
    """
    upload = SupporterImport.objects.select_related("charter").get(pk=upload_id)
    forget_rows(upload_id)
    if not upload.is_importing:
        return
    _wait_for_other_imports()
    begun_at = clock.now()
    entries = _entries_of(upload)
    apart = Q(outcome=ImportRowOutcome.UNCLEAR, decision=TwinDecision.APART)
    rows = upload.rows.filter(Q(outcome=ImportRowOutcome.NEW) | apart).order_by("number")
    done = brought = 0
    for batch in _batches(rows.iterator(chunk_size=_BATCH)):
        still_new = _still_new(entries, batch)
        _bring(upload, still_new, brought)
        done, brought = done + len(batch), brought + len(still_new)
        _show_progress(upload_id, done, upload.rows_total, begun_at)
        if SupporterImport.objects.filter(pk=upload_id, cancelled_at__isnull=False).exists():
            raise ImportCancelled
    locked = _locked_or_cancelled(upload_id)
    locked.imported_at, locked.rows_done = clock.now(), brought
    locked.counts = dict(upload.rows.order_by().values_list("outcome").annotate(Count("pk")))
    discard_import_file(locked)
    locked.save()
    journal.record(SYSTEM, "supporter_import.finish", locked, rows=brought)
    touch_public_revision()


def _wait_for_other_imports() -> None:
    """Until the end of the transaction no other import runs: what it brings is seen here, so that none comes twice."""
    lock_name("supporter-imports")


def _still_new(entries: _Entries, rows: Sequence[SupporterImportRow]) -> list[SupporterImportRow]:
    """The rows whose organisation has not come into the directory since the check; of the others, what they are now."""
    before = {row.pk: row.outcome for row in rows}
    for row in rows:
        places = (row.values[column].casefold() for column in ("region", "town", "email"))
        outcome, twin = entries.outcome_of(row.name_key, *places)
        # a person has decided about the entry that one left to them was like
        if row.outcome == ImportRowOutcome.NEW or outcome == ImportRowOutcome.KNOWN:
            row.outcome, row.twin_id = outcome, twin
    _mark_like_entries(entries, [row for row in rows if row.outcome == ImportRowOutcome.NEW])
    changed = [row for row in rows if row.outcome != before[row.pk]]
    SupporterImportRow.objects.bulk_update(changed, ["outcome", "twin", "likeness"])
    return [row for row in rows if row.outcome == before[row.pk]]


def _bring(upload: SupporterImport, rows: Sequence[SupporterImportRow], done: int) -> None:
    supporters = Supporter.objects.bulk_create(_supporter(upload, row) for row in rows)
    contacts = [_contact(upload, *pair) for pair in zip(supporters, rows, strict=True)]
    SupporterContact.objects.bulk_create(contacts)
    if upload.is_public_at_once:
        refresh_supporters_later(supporters, cause=f"import {upload.pk}, {done}")
        return
    letters: dict[str, Payload] = {}
    for contact in contacts:
        sending = sending_of(contact)
        letters[f"supporter-link:{contact.pk}:{sending}"] = {"supporter": contact.pk, "sending": sending}
    # as many in an hour as mail servers put up with
    wait = timedelta(hours=done // _LETTERS_PER_HOUR)
    enqueue_all("send_supporter_link", letters, at=clock.now() + wait if wait else None)


def _supporter(upload: SupporterImport, row: SupporterImportRow) -> Supporter:
    values = row.values
    supporter = Supporter(
        charter=upload.charter,
        name=values["name"],
        kind=values["kind"],
        region=values["region"],
        town=values["town"],
        website=values["website"],
        state=SupporterState.LISTED if upload.is_public_at_once else SupporterState.UNCONFIRMED,
        acceded_on=values["acceded_on"],
        import_number=upload.pk,
    )
    set_keys(supporter)
    return supporter


def _contact(upload: SupporterImport, supporter: Supporter, row: SupporterImportRow) -> SupporterContact:
    contact = SupporterContact(
        supporter=supporter,
        email=row.values["email"],
        signatory_name=row.values["signatory"],
        signatory_office=row.values["office"],
        language="ru" if _has_cyrillic(supporter.name) else "en",
    )
    if not upload.is_public_at_once:
        contact.link_sent_at, contact.link_expires_at = clock.now(), end_of_term(_CONFIRM_WITHIN_DAYS)
        contact.link_sha256 = link_digest_of(contact)
    return contact


def _has_cyrillic(text: str) -> bool:
    return any("а" <= letter <= "я" for letter in text.lower())


# --- Both ------------------------------------------------------------------------------------------------------


def _batches(items: Iterable[_Item]) -> Iterator[tuple[_Item, ...]]:
    """The items a thousand at a time."""
    iterator = iter(items)
    while batch := tuple(islice(iterator, _BATCH)):
        yield batch


def _show_progress(upload_id: int, done: int, total: int, begun_at: datetime) -> None:
    """Write how far the work is, and since when, apart from its transaction, so that the page sees it; 0 rows in all:
    not known."""
    run_apart(
        "SELECT set_config('portal.kind', 'system', true);"
        " UPDATE alliance_supporterimport SET rows_done = %(done)s, begun_at = %(begun)s, rows_total ="
        " CASE %(total)s WHEN 0 THEN 0 ELSE greatest(%(total)s, %(done)s) END WHERE id = %(import)s RETURNING id",
        {"done": done, "total": total, "begun": begun_at, "import": upload_id},
    )


def _locked_or_cancelled(upload_id: int) -> SupporterImport:
    """The import, locked. Raises ImportCancelled when somebody was quicker."""
    locked: SupporterImport = SupporterImport.objects.select_for_update(of=("self",)).get(pk=upload_id)
    if locked.cancelled_at:
        raise ImportCancelled
    return locked
