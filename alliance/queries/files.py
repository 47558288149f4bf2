"""Reads of the cases of files, for those of the secretariat who look after them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from alliance.models import Organisation, Person
from portal.kernel.access import SYSTEM, Actor, can
from portal.kernel.files import (
    CaseNote,
    FileCase,
    FileDamage,
    FileState,
    FileUsage,
    Scrub,
    count_usages,
    open_damages,
    owners_of,
    usages_of,
)

STATES_BY_TAB = {
    "open": (FileState.FLAGGED, FileState.QUARANTINED, FileState.UNSCANNED),
    "purged": (FileState.PURGED,),
    "settled": (FileState.FETCHED,),
}


@dataclass(frozen=True, slots=True)
class CaseNoteRow:
    """A step with a file, who took it and why."""

    note: CaseNote
    person: str
    organisation: str


def file_cases(tab: str) -> QuerySet[Any]:
    """The cases of one tab, what changed last first."""
    return FileCase.objects.filter(state__in=STATES_BY_TAB[tab])


def case_of(sha256: str) -> FileCase:
    """The case of the file; an unsaved one, where nobody has done anything about it."""
    return FileCase.objects.filter(sha256=sha256).first() or FileCase(sha256=sha256)


def file_reader(actor: Actor) -> Actor:
    """The actor to search files as: people who decide on files also find those that only others may see."""
    return SYSTEM if can(actor, "file.quarantine") else actor


def visible_usages(actor: Actor, sha256: str) -> tuple[list[FileUsage], int]:
    """Where the file is used, and in how many places that the actor may not see; for people who decide on files."""
    file_usages = usages_of(actor, sha256)
    hidden = count_usages(sha256) - len(file_usages) if can(actor, "file.quarantine") else 0
    return file_usages, hidden


@dataclass(frozen=True, slots=True)
class DamageRow:
    """A damaged file: whose it is, where it is used, and in how many places that the actor may not see."""

    damage: FileDamage
    owners: Sequence[Organisation]
    usages: Sequence[FileUsage]
    hidden: int


MAX_DAMAGE_ROWS = (
    5  # each asks everything that holds files; when there are more, a disk is damaged and not a file
)


def damage_rows(actor: Actor, sha256: str = "") -> list[DamageRow]:
    """The files that are damaged now, the first one first, at most MAX_DAMAGE_ROWS; of one digest, if it is given."""
    damages = (open_damages().filter(sha256=sha256) if sha256 else open_damages())[:MAX_DAMAGE_ROWS]
    owners = {damage: owners_of(damage.sha256) for damage in damages}
    organisations = Organisation.objects.visible_to(actor).in_bulk(set().union(*owners.values()))
    return [
        DamageRow(
            damage,
            [organisations[pk] for pk in sorted(pks) if pk in organisations],
            *visible_usages(actor, damage.sha256),
        )
        for damage, pks in owners.items()
    ]


def last_scrubs() -> tuple[Scrub | None, Scrub | None]:
    """The reading of all files that is under way, and the last one that came to its end."""
    return Scrub.objects.filter(finished_at=None).first(), Scrub.objects.exclude(finished_at=None).first()


def case_notes(actor: Actor, case: FileCase) -> Sequence[CaseNoteRow]:
    """What was done about it, from the first step on, with names. Three queries."""
    notes = list(case.notes.all()) if case.pk else []
    people = Person.objects.visible_to(actor).in_bulk({note.person_id for note in notes if note.person_id})
    tenants = Organisation.objects.visible_to(actor).in_bulk(
        {note.tenant_id for note in notes if note.tenant_id}
    )
    return [
        CaseNoteRow(
            note,
            people[note.person_id].name if note.person_id in people else "",
            tenants[note.tenant_id].name if note.tenant_id in tenants else "",
        )
        for note in notes
    ]
