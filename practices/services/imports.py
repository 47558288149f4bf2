"""Importing practices: files are looked through, then confirmed or discarded; a worker does the rest."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import IO, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.kernel import clock, journal, stored_files
from portal.kernel.access import Actor, person_of, require, tenant_of
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.outbox import enqueue
from portal.kernel.uploads import clamav
from practices.files.archives import LARGEST_UPLOAD, Entry, Unpacked, is_markdown, unpack
from practices.models import ImportedFile, PracticeImport
from practices.services.import_reports import REFUSED, report_on

_WAITS = timedelta(days=14)  # what was never confirmed


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent: its name, or its path in the folder that was sent, and a stream of its bytes."""

    name: str
    stream: IO[bytes]
    size: int


# --- The dry run -----------------------------------------------------------------------------


@transaction.atomic
def prepare_import(actor: Actor, sent: Iterable[Sent]) -> PracticeImport:
    """Look through Markdown files and zips, and keep them with a report on each; no practice is touched yet.

    An empty file is one of those that are refused in the report. Refuses, as a DomainError, what is too much, and a
    zip that is not as it should be; then nothing is kept.
    """
    require(actor, "practice.draft")
    sent = list(sent)
    entries = list(_told_apart(_entries(sent)))
    if not entries:
        raise DomainError(_("There is no Markdown file (.md) in it."), field="upload")
    prepared = PracticeImport.objects.create(
        person_id=person_of(actor), organisation_id=tenant_of(actor), name=_name_of(sent)
    )
    taken: set[str] = set()
    for position, entry in enumerate(entries, start=1):
        report = report_on(actor, entry.raw, taken)
        taken.add(report.get("practice", ""))
        _keep(prepared, position, entry, report)
    journal.record(actor, "import.prepare", prepared, files=len(entries))
    owe_discarding(prepared, _WAITS, "unconfirmed")
    return prepared


def _name_of(sent: list[Sent]) -> str:
    names = ", ".join(one.name for one in sent)
    return names if len(names) <= 200 else names[:199] + "…"


def _entries(sent: Iterable[Sent]) -> Iterable[Entry]:
    unpacked = Unpacked()
    for one in sent:
        if one.size > LARGEST_UPLOAD:
            raise DomainError(_("“%(name)s” is larger than 20 MB.") % {"name": one.name}, field="upload")
        if not one.size and one.name.lower().endswith(".zip"):
            unpacked.count_file()
            yield Entry(one.name, b"")
        elif one.name.lower().endswith(".zip"):
            clamav.scan(one.stream.read())
            yield from unpack(one.stream, unpacked)
        elif is_markdown(one.name):
            raw = one.stream.read()
            clamav.scan(raw)
            unpacked.count_file()
            unpacked.count(len(raw))
            yield Entry(one.name, raw)


def _told_apart(entries: Iterable[Entry]) -> Iterable[Entry]:
    """Where several have the same name, all but the first have a number behind it."""
    seen: Counter[str] = Counter()
    for entry in entries:
        seen[entry.name] += 1
        number = seen[entry.name]
        yield entry if number == 1 else replace(entry, name=f"{entry.name} ({number})")


def _keep(prepared: PracticeImport, position: int, entry: Entry, report: dict[str, Any]) -> None:
    path = ""
    if report["becomes"] != REFUSED:
        path = stored_files.put(f"imports/{prepared.pk}/{position}.md", entry.raw)
    ImportedFile.objects.create(
        upload=prepared,
        position=position,
        name=entry.name[-300:],
        file=path,
        sha256=hashlib.sha256(entry.raw).hexdigest(),
        report=report,
    )


# --- Confirming and discarding ---------------------------------------------------------------


@transaction.atomic
def apply_import(actor: Actor, prepared: PracticeImport) -> PracticeImport:
    """Confirm what the dry run has told, and owe the work."""
    require(actor, "practice.draft")
    locked = _locked(actor, prepared)
    if locked.confirmed_at or locked.discarded_at:
        raise WrongState(_("This import has already been confirmed or discarded."))
    if not locked.files.exclude(file="").exists():
        raise DomainError(_("None of the files can be imported"))
    locked.confirmed_at = clock.now()
    locked.save(update_fields=["confirmed_at"])
    journal.record(actor, "import.apply", locked)
    enqueue("apply_import", key=f"apply_import:{locked.pk}", payload={"import": locked.pk})
    return locked


@transaction.atomic
def discard_import(actor: Actor, prepared: PracticeImport) -> None:
    """Take back what was not confirmed; its files go at once."""
    locked = _locked(actor, prepared)
    if locked.confirmed_at:
        raise WrongState(_("This import has already been confirmed or discarded."))
    journal.record(actor, "import.discard", locked)
    owe_discarding(locked, None, "discarded")
    locked.discarded_at = clock.now()
    locked.save(update_fields=["discarded_at"])


def _locked(actor: Actor, prepared: PracticeImport) -> PracticeImport:
    rows: Any = PracticeImport.objects.visible_to(actor).select_for_update(of=("self",))
    locked: PracticeImport = rows.get(pk=prepared.pk)
    return locked


def owe_discarding(prepared: PracticeImport, after: timedelta | None, why: str) -> None:
    """Owe the removal of the files, at once or after a while; `why` keeps one reason from being owed twice."""
    due = timezone.now() + after if after else None
    key = f"discard_import:{prepared.pk}:{why}"
    enqueue("discard_import", key=key, payload={"import": prepared.pk}, at=due)


def remove_files(import_id: int) -> None:
    """Remove the bytes of an import that is not being worked on. Acts as SYSTEM."""
    found = PracticeImport.objects.select_for_update(of=("self",)).get(pk=import_id)
    if found.confirmed_at and not found.finished_at:
        return
    for row in found.files.exclude(file=""):
        stored_files.remove(row.file)
    found.files.update(file="")
    if found.discarded_at is None:
        found.discarded_at = clock.now()
        found.save(update_fields=["discarded_at"])
