"""The dry run of one file: what it would become for this person, what is missing, what is wrong, with lines."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.kernel.access import Actor, can, tenant_of
from portal.kernel.errors import DomainError
from portal.kernel.file_gate import refuse_upload
from practices.content import missing_from
from practices.enums import Kind, Label, PracticeState, RelationKind
from practices.files import LABEL_NAMES, PracticeFaults, PracticeFile, read
from practices.models import LabelPolicy, Practice, Relation
from practices.queries.taxonomy import language_name
from practices.services.keys import faults_of_keys

_WRITABLE = (PracticeState.DRAFT, PracticeState.SHARED)
DRAFT, EDIT, REFUSED = "draft", "edit", "refused"


def report_on(actor: Actor, raw: bytes, taken: set[str]) -> dict[str, Any]:
    """What becomes of the file, in plain data: `becomes`, `faults`, `notes`, `missing`, `places` and the like.

    Writes nothing. Sentences are in the language that is active. `taken` are the keys of the practices that other
    files of the same import change.
    """
    try:
        refuse_upload(hashlib.sha256(raw).hexdigest())
    except DomainError as refusal:
        return _refused([(0, "file", str(refusal))])
    try:
        found = read(raw)
    except PracticeFaults as refusal:
        return _refused([(fault.line, fault.path, fault.message) for fault in refusal.faults])
    if found.handling.label == Label.RED and not _uses(actor, Label.RED):
        sentence = _("Your organisation does not use %(label)s.") % {"label": LABEL_NAMES[Label.RED]}
        return _refused([(0, "label", sentence)])
    practice = edited_practice(actor, found)
    if practice is not None and str(practice.key) in taken:
        return _refused([(0, "key", _("Another file of this import changes the same practice."))])
    strange = faults_of_keys(found.content, practice)
    if strange:
        return _refused([(found.lines.get(key, 0), key, sentence) for key, sentence in strange.items()])
    return {
        "becomes": EDIT if practice else DRAFT,
        "title": found.content.get("title", ""),
        "language": found.handling.language,
        "structured": found.structured,
        "practice": str(practice.key) if practice else "",
        "draft": practice.draft.version if practice else None,
        "missing": [field.key for field in missing_from(found.content)],
        "places": [asdict(place) for place in found.places],
        "notes": [asdict(note) for note in found.notes] + _own_notes(actor, found, practice),
        "faults": [],
    }


def _refused(faults: list[tuple[int, str, str]]) -> dict[str, Any]:
    told = [{"line": line, "field": path, "message": message} for line, path, message in faults]
    return {"becomes": REFUSED, "title": "", "faults": told, "notes": [], "missing": [], "places": []}


def edited_practice(actor: Actor, found: PracticeFile) -> Practice | None:
    """The practice whose key the file carries, where the actor may write in it; else the file is a new draft."""
    if not found.handling.key:
        return None
    rows = Practice.objects.visible_to(actor).filter(key=found.handling.key, state__in=_WRITABLE)
    practice: Practice | None = rows.first()
    return practice if practice is not None and can(actor, "practice.edit", practice) else None


def frame_of(found: PracticeFile, practice: Practice) -> tuple[str, date | None]:
    """The language and the last day that the practice has after the import: the file's, where it says them."""
    said = found.handling
    language = said.language if found.says_language else practice.language
    expires_on = date.fromisoformat(said.expires_on) if said.expires_on else practice.expires_on
    return language, expires_on if found.content.get("kind") == Kind.ALERT else None


def related_practices(actor: Actor, found: PracticeFile) -> list[tuple[str, Practice]]:
    """The relations that the file names to practices that the actor sees."""
    keys = {one.practice for one in found.handling.relations} - {found.handling.key}
    seen = {str(row.key): row for row in Practice.objects.visible_to(actor).filter(key__in=keys)}
    return [(one.kind, seen[one.practice]) for one in found.handling.relations if one.practice in seen]


def _uses(actor: Actor, label: str) -> bool:
    policy = LabelPolicy.objects.filter(organisation_id=tenant_of(actor)).first()
    return policy is None or label in policy.labels


def _own_notes(actor: Actor, found: PracticeFile, practice: Practice | None) -> list[Mapping[str, Any]]:
    """What the file says of readers, keys and relations, and what comes of it."""
    said = [_of_label(found, practice), _of_key(found, practice), _of_copy(practice), _of_readers(found)]
    said.append(_of_frame(found, practice))
    left = len(found.handling.relations) - len(related_practices(actor, found))
    said.append(_of_relations(left))
    return [{"line": 0, "field": "", "message": sentence} for sentence in said if sentence]


def _of_label(found: PracticeFile, practice: Practice | None) -> str:
    label = LABEL_NAMES.get(found.handling.label, "")
    if practice is not None:
        if found.handling.label in ("", practice.label):
            return ""
        values = {"label": label, "kept": LABEL_NAMES[practice.label]}
        return _("The file says %(label)s. A file changes no readers: the practice stays %(kept)s.") % values
    if found.handling.label == Label.RED:
        return _("The file says %(label)s: only you see the draft, not your colleagues.") % {"label": label}
    values = {"label": LABEL_NAMES[Label.AMBER_STRICT]}
    if not label or found.handling.label == Label.AMBER_STRICT:
        return _("The draft begins as %(label)s with no reader named.") % values
    values["said"] = label
    return (
        _("The file says %(said)s. The draft begins as %(label)s with no reader named: choose them there.")
        % values
    )


def _of_key(found: PracticeFile, practice: Practice | None) -> str:
    if found.handling.key and practice is None:
        return _("The key in the file belongs to no practice that you may change: a new one is created.")
    return ""


def _of_copy(practice: Practice | None) -> str:
    if practice is None:
        return ""
    last = practice.versions.first()
    if last is not None and last.content != practice.draft.content:
        return _("The working copy has changes that were not shared yet. The file replaces them.")
    return ""


def _of_frame(found: PracticeFile, practice: Practice | None) -> str:
    """What changes of the practice itself, and so of what is shared already."""
    if practice is None:
        return ""
    language, expires_on = frame_of(found, practice)
    changes = []
    if language != practice.language:
        changes.append(_("Its language becomes: %(name)s.") % {"name": language_name(language)})
    if expires_on != practice.expires_on:
        day = date_format(expires_on) if expires_on else _("no day is set")
        changes.append(f"{_('Valid until')}: {day}.")
    if changes and practice.state == PracticeState.SHARED:
        changes.append(_("This changes at once, for the shared version too."))
    return " ".join(changes)


def _of_readers(found: PracticeFile) -> str:
    if found.handling.readers:
        return _("Readers named in the file are not imported.")
    return ""


def _of_relations(left: int) -> str:
    message = ngettext(
        "%(count)d relation is left out: you see no practice with its key.",
        "%(count)d relations are left out: you see no practices with their keys.",
        left,
    )
    return message % {"count": left} if left else ""


def relate(practice: Practice, related: list[tuple[str, Practice]]) -> None:
    """Write the relations that are not there yet; none is taken away."""
    for kind, target in related:
        if target.pk != practice.pk:
            Relation.objects.get_or_create(practice=practice, kind=RelationKind(kind), target=target)
