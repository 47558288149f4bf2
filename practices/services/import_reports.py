"""The dry run of one file: what it would become for this person, what is missing, what is wrong, with lines."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.kernel.access import Actor, can, tenant_of
from portal.kernel.errors import DomainError
from portal.kernel.files import refuse_upload
from practices.content import missing_fields
from practices.enums import WRITABLE_STATES, Label, PracticeKind, PracticeState
from practices.files import LABEL_NAMES, PracticeFaults, PracticeFile, parse_practice_file
from practices.models import Practice
from practices.queries.sharing_policy import allowed_labels_of
from practices.queries.taxonomy import language_name
from practices.services.keys import key_faults

DRAFT, EDIT, REFUSED = "draft", "edit", "refused"
PASSED_OVER = "passed_over"
_MOST_NAMES = 200


def read_file(raw: bytes) -> PracticeFile | dict[str, Any]:
    """The practice of the file, or the report of why it is refused."""
    try:
        refuse_upload(hashlib.sha256(raw).hexdigest())
    except DomainError as refusal:
        return refusal_report([(0, "file", str(refusal))])
    try:
        return parse_practice_file(raw)
    except PracticeFaults as refusal:
        return refusal_report([(fault.line, fault.path, fault.message) for fault in refusal.faults])


def dry_run_report(actor: Actor, practice_file: PracticeFile, used_keys: set[str]) -> dict[str, Any]:
    """What becomes of the file, in plain data: `becomes`, `faults`, `notes`, `missing`, `places` and the like.

    Writes nothing. Sentences are in the language that is active. `used_keys` are the keys of the practices that other
    files of the same import change.
    """
    if practice_file.handling.label == Label.RED and Label.RED not in allowed_labels_of(tenant_of(actor)):
        sentence = _("Your organisation does not use %(label)s.") % {"label": LABEL_NAMES[Label.RED]}
        return refusal_report([(0, "label", sentence)])
    practice = edited_practice(actor, practice_file)
    if practice is not None and str(practice.key) in used_keys:
        return refusal_report([(0, "key", _("Another file of this import changes the same practice."))])
    strange = key_faults(practice_file.content, practice)
    if strange:
        return refusal_report(
            [(practice_file.lines.get(key, 0), key, sentence) for key, sentence in strange.items()]
        )
    return {
        "becomes": EDIT if practice else DRAFT,
        "title": practice_file.content.get("title", ""),
        "language": practice_file.handling.language,
        "structured": practice_file.has_front_matter,
        "practice": str(practice.key) if practice else "",
        "draft": practice.draft.version if practice else None,
        "missing": [field.key for field in missing_fields(practice_file.content)],
        "places": [asdict(place) for place in practice_file.placements],
        "notes": notes_of(actor, practice_file, practice),
        "faults": [],
    }


def refusal_report(faults: list[tuple[int, str, str]]) -> dict[str, Any]:
    fault_rows = [{"line": line, "field": path, "message": message} for line, path, message in faults]
    return {"becomes": REFUSED, "title": "", "faults": fault_rows, "notes": [], "missing": [], "places": []}


def part_report(role: str, title: str, **facts: Any) -> dict[str, Any]:
    """What becomes of a file that belongs to a policy."""
    return {
        "becomes": role, "role": role, "title": title, "practice": "", "draft": None, "faults": [], "notes": [],
        "missing": [], "places": [], **facts,
    }  # fmt: skip


def passed_over_report(names: Sequence[str]) -> dict[str, Any]:
    """The files that were not looked at: how many, and the first of their names."""
    shown = list(names[:_MOST_NAMES])
    return part_report(
        PASSED_OVER, "", names=shown, count=len(names), more=len(names) - len(shown), choices=[]
    )


def edited_practice(actor: Actor, practice_file: PracticeFile) -> Practice | None:
    """The practice whose key the file carries, where the actor may write in it; else the file is a new draft."""
    return own_practice(actor, practice_file.handling.key)


def own_practice(actor: Actor, key: str) -> Practice | None:
    """The practice of this key, where the actor may write in it."""
    if not key:
        return None
    rows = Practice.objects.visible_to(actor).filter(key=key, state__in=WRITABLE_STATES)
    practice: Practice | None = rows.first()
    return practice if practice is not None and can(actor, "practice.edit", practice) else None


def language_and_expiry(
    practice_file: PracticeFile, practice: Practice, content: Mapping[str, Any]
) -> tuple[str, date | None]:
    """The language and the last day that the practice has after the import: the file's, where it says them.

    `content` is what the practice says then: whether it is an alert may be said by it and not by the file.
    """
    handling = practice_file.handling
    language = handling.language if practice_file.states_language else practice.language
    expires_on = date.fromisoformat(handling.expires_on) if handling.expires_on else practice.expires_on
    return language, expires_on if content.get("kind") == PracticeKind.ALERT else None


def related_practices(actor: Actor, practice_file: PracticeFile) -> list[tuple[str, Practice]]:
    """The relations that the file names to practices that the actor sees."""
    keys = {relation.practice for relation in practice_file.handling.relations} - {practice_file.handling.key}
    visible_practices = {str(row.key): row for row in Practice.objects.visible_to(actor).filter(key__in=keys)}
    return [
        (relation.kind, visible_practices[relation.practice])
        for relation in practice_file.handling.relations
        if relation.practice in visible_practices
    ]


def notes_of(actor: Actor, practice_file: PracticeFile, practice: Practice | None) -> list[Mapping[str, Any]]:
    """The warnings about the file, then what comes of its label and readers, in a practice or a new draft."""
    handling = practice_file.handling
    sentences = [_label_note(practice_file, practice)]
    if handling.key and practice is None:
        sentences.append(
            _("The key in the file belongs to no practice that you may change: a new one is created.")
        )
    sentences.append(_draft_note(practice))
    if handling.readers:
        sentences.append(_("Readers named in the file are not imported."))
    sentences.append(_language_and_expiry_note(practice_file, practice))
    left = len(handling.relations) - len(related_practices(actor, practice_file))
    message = ngettext(
        "%(count)d relation is left out: there is no practice with its key that you can read.",
        "%(count)d relations are left out: there are no practices with their keys that you can read.",
        left,
    )
    sentences.append(message % {"count": left} if left else "")
    return [
        *(asdict(note) for note in practice_file.notes),
        *({"line": 0, "field": "", "message": sentence} for sentence in sentences if sentence),
    ]


def _label_note(practice_file: PracticeFile, practice: Practice | None) -> str:
    label = LABEL_NAMES.get(practice_file.handling.label, "")
    if practice is not None:
        if practice_file.handling.label in ("", practice.label):
            return ""
        values = {"label": label, "current_label": LABEL_NAMES[practice.label]}
        return (
            _(
                "The file says %(label)s, but an import does not change who can read a practice: it stays "
                "%(current_label)s."
            )
            % values
        )
    if practice_file.handling.label == Label.RED:
        return _("The file says %(label)s, so only you see the draft, not your colleagues.") % {
            "label": label
        }
    values = {"label": LABEL_NAMES[Label.AMBER_STRICT]}
    if not label or practice_file.handling.label == Label.AMBER_STRICT:
        return _("The draft gets the label %(label)s, and no readers are named yet.") % values
    values["file_label"] = label
    return (
        _(
            "The file says %(file_label)s, but the draft gets the label %(label)s, and no readers are named yet: "
            "choose label and readers in the draft."
        )
        % values
    )


def _draft_note(practice: Practice | None) -> str:
    if practice is None:
        return ""
    last = practice.versions.first()
    if last is not None and last.content != practice.draft.content:
        return _("The working copy has changes that have not been shared yet. The file replaces them.")
    return ""


def _language_and_expiry_note(practice_file: PracticeFile, practice: Practice | None) -> str:
    """What changes of the practice itself, and so of what is shared already."""
    if practice is None:
        return ""
    content = practice_file.as_version_of(practice.draft.content)
    language, expires_on = language_and_expiry(practice_file, practice, content)
    changes = []
    if language != practice.language:
        changes.append(_("Its language becomes: %(name)s.") % {"name": language_name(language)})
    if expires_on != practice.expires_on:
        day = date_format(expires_on) if expires_on else _("no day is set")
        changes.append(f"{_('Valid until')}: {day}.")
    if changes and practice.state == PracticeState.SHARED:
        changes.append(_("This takes effect at once, for the shared version too."))
    return " ".join(changes)
