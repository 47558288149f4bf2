"""Named writes on imports of supporters: send a file, correct, decide, confirm, cancel, take back."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alliance.enums import ImportRowOutcome, SupporterKind, SupporterState, TwinDecision
from alliance.models import Supporter, SupporterContact, SupporterImport, SupporterImportRow
from alliance.queries.local_dates import day_of, end_of_day
from alliance.queries.site import load_site
from alliance.queries.supporter_imports import likely_rows_taken_as_same, undecided_likely_rows
from alliance.queries.supporters import supporters_charter
from alliance.services.search_site import forget_supporters, refresh_supporters
from alliance.services.supporter_file import HEADINGS, in_utf8
from alliance.services.supporter_rows import DAY_FIRST, MONTH_FIRST, can_be_replaced, fault_key
from alliance.workflows import SUPPORTER
from portal.kernel import clock, files, journal
from portal.kernel.access import SYSTEM, Actor, person_of, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.files import check_upload
from portal.kernel.jobs import enqueue
from portal.kernel.publishing import touch_public_revision
from portal.kernel.text import format_moment

WAITS_DAYS = 7  # a checked file for a decision
TAKEN_BACK_WITHIN = timedelta(days=7)
_MOST_NAMED = 200  # rows that an entry of the journal names one by one
_ENDINGS = (".csv", ".xlsx")
_RULE = "supporter.import"

# what waits to be taken over
files.register_reference("supporter-imports", lambda: SupporterImport.objects.exclude(file=""))


def send_supporters(actor: Actor, upload: UploadedFile) -> SupporterImport:
    """Keep the file and queue its check; nothing is imported before somebody confirms.

    A CSV file in another encoding is stored in UTF-8, and how it was read is noted. Raises Forbidden, or DomainError
    for a file that is not accepted and while no charter is open to supporters.
    """
    require(actor, _RULE)
    upload, encoding = in_utf8(upload)
    checked = check_upload(upload)
    charter = supporters_charter(load_site())
    if charter is None:
        raise DomainError(_("No charter is open to supporters now."))
    if not checked.name.lower().endswith(_ENDINGS):
        raise DomainError(_("Send an XLSX or CSV file."), field="file")
    path = files.store_at(f"supporter-imports/{checked.sha256[:12]}", checked.content)
    with transaction.atomic():
        sent = SupporterImport.objects.create(
            person_id=person_of(actor),
            charter=charter,
            name=checked.name,
            file=path,
            sha256=checked.sha256,
            size=checked.size,
            choices={"encoding": encoding} if encoding else {},
        )
        journal.record(actor, "supporter_import.send", sent)
        _enqueue_check(sent)
        due = end_of_day(waits_until(sent))
        enqueue(
            "expire_supporter_import", key=f"expire-supporters:{sent.pk}", payload={"import": sent.pk}, at=due
        )
    return sent


@transaction.atomic
def correct_rows(
    actor: Actor,
    upload: SupporterImport,
    *,
    date_order: str = "",
    kinds: Mapping[str, str] | None = None,
    cells: Mapping[int, tuple[str, str]] | None = None,
    replacements: Mapping[tuple[str, str], str] | None = None,
) -> SupporterImport:
    """Correct faulty rows and check the file again: the order of day and month in all dates, kinds by the word in the
    file, single cells by row number as column and value, and one value for all cells of a column with the same fault.

    Raises Forbidden, or WrongState unless it waits for a decision.
    """
    locked = _locked(actor, upload, "is_waiting")
    before = {"kinds": {}, "cells": {}, "replacements": {}, **locked.choices}
    choices = deepcopy(before)  # else what is put in were in both
    if date_order in (DAY_FIRST, MONTH_FIRST):
        choices["date_order"] = date_order
    choices["kinds"] |= {word.lower(): kind for word, kind in (kinds or {}).items() if kind in SupporterKind}
    choices["replacements"] |= {
        fault_key(column, fault): value.strip()
        for (column, fault), value in (replacements or {}).items()
        if can_be_replaced(column, fault)
    }
    for number, (column, value) in (cells or {}).items():
        if column in HEADINGS:
            choices["cells"][str(number)] = {**choices["cells"].get(str(number), {}), column: value.strip()}
    if choices == before:
        return locked
    return _check_again(actor, locked, choices)


@transaction.atomic
def take_choice_back(actor: Actor, upload: SupporterImport, group: str, key: str = "") -> SupporterImport:
    """Forget one choice for many rows and check the file again: the order of dates, a kind for a word, or one value.

    `group` and `key` are those of `choices`; what is not there any more changes nothing. Raises Forbidden, or
    WrongState unless it waits for a decision.
    """
    locked = _locked(actor, upload, "is_waiting")
    choices = dict(locked.choices)
    if group == "date_order":
        choices.pop(group, None)
    elif group in ("kinds", "replacements") and key in choices.get(group, {}):
        choices[group] = {name: value for name, value in choices[group].items() if name != key}
    if choices == locked.choices:
        return locked
    return _check_again(actor, locked, choices)


def _check_again(actor: Actor, locked: SupporterImport, choices: dict[str, Any]) -> SupporterImport:
    locked.choices, locked.checked_at, locked.rows_done = choices, None, 0
    locked.round += 1
    locked.save()
    journal.record(actor, "supporter_import.correct", locked)
    _enqueue_check(locked)
    return locked


@dataclass(frozen=True, slots=True)
class DecidedMeanwhile:
    """A row that somebody else has decided otherwise meanwhile: its number, what stands, and what was not stored."""

    number: int
    standing: str
    refused: str


@transaction.atomic
def decide_twins(
    actor: Actor,
    upload: SupporterImport,
    decisions: Mapping[int, str],
    shown: Mapping[int, str] | None = None,
) -> list[DecidedMeanwhile]:
    """Store of rows, by number, whether they are an entry that is here; an empty one is undecided, and stays out.

    `shown` is what the page said of each row: one that was decided otherwise since then keeps that decision, and is
    given back. Raises Forbidden, or WrongState unless it waits for a decision.
    """
    locked = _locked(actor, upload, "is_waiting")
    unclear = locked.rows.filter(number__in=decisions, outcome=ImportRowOutcome.UNCLEAR)
    standing = dict(unclear.values_list("number", "decision"))
    refused = [
        DecidedMeanwhile(number, standing[number], decisions[number])
        for number in sorted(standing)
        if shown is not None and standing[number] not in (shown.get(number, ""), decisions[number])
    ]
    late = {each.number for each in refused}
    taken = {
        number: decisions[number]
        for number, decision in standing.items()
        if number not in late and decisions[number] != decision
    }
    if taken:
        _store_decisions(actor, locked, taken)
    return refused


def _store_decisions(actor: Actor, locked: SupporterImport, decisions: Mapping[int, str]) -> None:
    for decision in set(decisions.values()):
        numbers = [number for number, decided in decisions.items() if decided == decision]
        locked.rows.filter(number__in=numbers).update(decision=decision)
    stored = {**locked.choices.get("decisions", {}), **{str(n): each for n, each in decisions.items()}}
    decided = {number: decision for number, decision in stored.items() if decision}
    locked.choices = {**locked.choices, "decisions": decided}
    locked.save(update_fields=["choices"])
    numbers = sorted(decisions) if len(decisions) <= _MOST_NAMED else []
    journal.record(actor, "supporter_import.decide", locked, rows=len(decisions), numbers=numbers)


@transaction.atomic
def take_likely_as_same(actor: Actor, upload: SupporterImport) -> int:
    """Decide of every row that is likely an entry that is here, and of which nobody has decided, that it is that entry.

    Gives back how many. The unclear ones stay undecided, and so out. Raises Forbidden, or WrongState unless it waits
    for a decision.
    """
    locked = _locked(actor, upload, "is_waiting")
    numbers = list(undecided_likely_rows(actor, locked).values_list("number", flat=True))
    decide_twins(actor, locked, dict.fromkeys(numbers, TwinDecision.SAME))
    return len(numbers)


@transaction.atomic
def leave_likely_undecided(actor: Actor, upload: SupporterImport) -> int:
    """Take back, of every likely row that was decided to be the entry that is here, that decision.

    Gives back how many; they stay out as before. Raises Forbidden, or WrongState unless it waits for a decision.
    """
    locked = _locked(actor, upload, "is_waiting")
    numbers = list(likely_rows_taken_as_same(actor, locked).values_list("number", flat=True))
    decide_twins(actor, locked, dict.fromkeys(numbers, ""))
    return len(numbers)


@transaction.atomic
def confirm_import(
    actor: Actor, upload: SupporterImport, *, is_public_at_once: bool, seen: str | None = None
) -> SupporterImport:
    """Queue the import of the new rows and of those that were decided to be organisations of their own, all or none.

    `seen`: what the actor was shown, as `shown_rows` writes it, None for any. Raises Forbidden, WrongState unless it
    waits for a decision and has those rows still, or DomainError when no row can be imported.
    """
    locked = _locked(actor, upload, "is_waiting")
    if seen is not None and seen != shown_rows(locked):
        raise WrongState(_("Rows were corrected or decided meanwhile. This is what would be imported now."))
    if not importable_rows(locked):
        raise DomainError(_("None of the rows can be imported."))
    locked.confirmed_at, locked.is_public_at_once = clock.now(), is_public_at_once
    locked.rows_done, locked.rows_total = 0, importable_rows(locked)
    locked.save()
    journal.record(actor, "supporter_import.confirm", locked, rows=locked.rows_total)
    enqueue("import_supporters", key=f"import-supporters:{locked.pk}", payload={"import": locked.pk})
    return locked


@transaction.atomic
def cancel_import(actor: Actor, upload: SupporterImport) -> SupporterImport:
    """Stop the import, before or while it runs: nothing of it stays but its line and the journal's.

    While a check or the import runs, its rows go when that has noticed.

    Raises Forbidden, or WrongState once it was imported or has ended.
    """
    locked = _locked(actor, upload, "")
    if refusal := cancelling_refusal(locked):
        raise WrongState(refusal)
    _end(locked)
    journal.record(actor, "supporter_import.cancel", locked, rows=sum(locked.counts.values()))
    return locked


@transaction.atomic
def take_import_back(actor: Actor, upload: SupporterImport) -> SupporterImport:
    """Remove every entry that the import has brought, those confirmed or changed since among them.

    What acceded by itself and was merged into one of them is in the directory again, or hidden as it was. Raises
    Forbidden, or WrongState later than a week after the import.
    """
    locked = _locked(actor, upload, "")
    if refusal := taking_back_refusal(locked):
        raise WrongState(refusal)
    rows = Supporter.objects.filter(import_number=locked.pk)
    refresh_supporters([_take_back_merger(entry) for entry in merged_into_import(locked)])
    SupporterContact.objects.filter(supporter__in=rows).delete()
    count = rows.count()
    forget_supporters(rows.values_list("pk", flat=True))
    rows.delete()
    locked.taken_back_at = clock.now()
    locked.save(update_fields=["taken_back_at"])
    journal.record(actor, "supporter_import.take_back", locked, rows=count)
    touch_public_revision()
    return locked


def merged_into_import(upload: SupporterImport) -> QuerySet[Supporter]:
    """The entries that acceded by themselves, and were merged into one that the import has brought."""
    merged = Supporter.objects.filter(
        merged_into__import_number=upload.pk, state=SupporterState.ENDED, contact__isnull=False
    )
    return merged.exclude(import_number=upload.pk)


def _take_back_merger(entry: Supporter) -> Supporter:
    # the reason for which it was hidden has outlived its end
    target = SupporterState.HIDDEN if entry.state_reason else SupporterState.LISTED
    changes = {"ended_on": None, "merged_into": None}
    return SUPPORTER.apply(SYSTEM, entry, "take_back_merger", changes=changes, target=target)


def waits_until(upload: SupporterImport) -> date:
    """The last day on which somebody can decide; then the file is deleted."""
    return day_of(upload.sent_at) + timedelta(days=WAITS_DAYS)


def can_be_taken_back(upload: SupporterImport, now: datetime) -> bool:
    """Whether it was imported less than a week ago and is still there."""
    return (
        upload.imported_at is not None
        and upload.taken_back_at is None
        and now < upload.imported_at + TAKEN_BACK_WITHIN
    )


def confirming_refusal(upload: SupporterImport) -> str:
    """Why its rows cannot be imported now; empty when they can."""
    return "" if upload.is_waiting else _decided(upload)


def cancelling_refusal(upload: SupporterImport) -> str:
    """Why it cannot be cancelled now; empty when it can."""
    has_ended = upload.imported_at or upload.cancelled_at
    return f"{_('This import has already ended.')} {_what_became_of(upload)}" if has_ended else ""


def taking_back_refusal(upload: SupporterImport) -> str:
    """Why it cannot be taken back now; empty when it can."""
    if can_be_taken_back(upload, clock.now()):
        return ""
    return f"{_('This import can no longer be taken back.')} {_what_became_of(upload)}".strip()


def _decided(upload: SupporterImport) -> str:
    return f"{_('This import does not wait for a decision any more.')} {_what_became_of(upload)}".strip()


def _what_became_of(upload: SupporterImport) -> str:
    acts = (
        (upload.cancelled_at, _("The file was thrown away on %(at)s.")),
        (upload.taken_back_at, _("Its entries were removed again on %(at)s.")),
        (upload.imported_at, _("The rows were imported on %(at)s.")),
        (upload.confirmed_at, _("The import was confirmed on %(at)s.")),
    )
    return next((sentence % {"at": format_moment(at)} for at, sentence in acts if at), "")


def shown_rows(upload: SupporterImport) -> str:
    """What a page shows before an import, as its form sends it back: the round of the check, and how many rows."""
    return f"{upload.round}:{importable_rows(upload)}"


def importable_rows(upload: SupporterImport) -> int:
    """How many rows an import would bring: the new ones, and unclear ones that are organisations of their own."""
    apart = upload.rows.filter(outcome=ImportRowOutcome.UNCLEAR, decision=TwinDecision.APART)
    return upload.rows.filter(outcome=ImportRowOutcome.NEW).count() + apart.count()


def expire_import(upload_id: int) -> None:
    """End an import that nobody has decided on. Acts as SYSTEM."""
    upload = SupporterImport.objects.select_for_update(of=("self",)).get(pk=upload_id)
    if upload.cancelled_at:
        forget_rows(upload_id)  # of work that never came to its end
    if upload.confirmed_at or upload.cancelled_at:
        return
    _end(upload)
    journal.record(SYSTEM, "supporter_import.expire", upload)


def forget_rows(upload_id: int) -> None:
    """Remove the rows of an import that was cancelled while a check, or the import, had locked them. As SYSTEM."""
    SupporterImportRow.objects.filter(upload=upload_id, upload__cancelled_at__isnull=False).delete()


def discard_import_file(upload: SupporterImport) -> None:
    """Have the bytes of the file removed after this transaction; the caller saves the row."""
    if upload.file:
        files.discard_soon(upload.file, key=f"supporter-import:{upload.pk}")
        upload.file = ""


@transaction.atomic
def end_purged_imports(sha256: str) -> None:
    """End the imports whose file was purged: nothing of it can be taken over any more. Acts as SYSTEM."""
    for upload in (
        SupporterImport.objects.select_for_update(of=("self",)).filter(sha256=sha256).exclude(file="")
    ):
        upload.refusal = _("This file was purged")
        _end(upload)
        journal.record(SYSTEM, "supporter_import.refuse", upload)


def _end(upload: SupporterImport) -> None:
    is_in_work = upload.is_checking or upload.is_importing
    upload.cancelled_at = clock.now()
    discard_import_file(upload)
    upload.save()
    if not is_in_work:  # else they are locked by a transaction that waits for this one
        upload.rows.all().delete()


def _enqueue_check(upload: SupporterImport) -> None:
    key = f"check-supporters:{upload.pk}:{upload.round}"
    enqueue("check_supporters", key=key, payload={"import": upload.pk, "round": upload.round})


def _locked(actor: Actor, upload: SupporterImport, stage: str) -> SupporterImport:
    require(actor, _RULE)
    locked: SupporterImport = SupporterImport.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if stage and not getattr(locked, stage):
        raise WrongState(_decided(locked))
    return locked
