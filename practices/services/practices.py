"""Named writes on practices: draft, edit, submit, share, return, take back, retire, recall, update."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of, require, tenant_of
from portal.kernel.errors import Conflict, DomainError, WrongState
from portal.kernel.text import clean_text, require_reason
from practices.access import person_token
from practices.content import Content, clean_content, clean_group, group_digest, group_of
from practices.enums import WRITABLE_STATES, PracticeKind, PracticeState
from practices.fields import FIELDS, FieldGroup
from practices.models import Author, Draft, Practice, Version
from practices.services.audiences import (
    audience_of,
    refuse_disallowed_label,
    refuse_other_readers,
    refuse_unknown_readers,
)
from practices.services.field_history import note_changes
from practices.services.held_rows import refuse_shown_rows
from practices.services.keys import refuse_unknown_keys
from practices.services.markings import refuse_wider_files
from practices.services.publications import publish_retirement, publish_withdrawal
from practices.services.searches import notify_saved_searches
from practices.services.still_works import end_questions
from practices.services.versions import (
    add_version,
    drop_proposal,
    propose_draft,
    refuse_changed_since_read,
    refuse_unchanged,
)
from practices.workflows import PRACTICE, require_complete


@dataclass(frozen=True, slots=True)
class PracticeFrame:
    """In which language a practice is written and, of an alert, until which day it holds."""

    language: str
    expires_on: date | None

    @classmethod
    def of(cls, practice: Practice) -> Self:
        return cls(practice.language, practice.expires_on)

    def around(self, content: Mapping[str, Any]) -> "PracticeFrame":
        """The frame of this content: nothing but an alert runs out."""
        return self if content.get("kind") == PracticeKind.ALERT else replace(self, expires_on=None)

    def form_digest(self, content: Content, group: FieldGroup) -> str:
        """What a form of the group sends back: the group's digest, followed by the frame where the form asks for it."""
        digest = group_digest(content, group)
        return f"{digest}.{self.language}.{self.expires_on or ''}" if group == FieldGroup.IDENTITY else digest

    @classmethod
    def of_digest(cls, form_digest: str) -> Self | None:
        """The frame that a `form_digest` names; None where it names none."""
        try:
            _digest, language, day = form_digest.split(".")
            return cls(language, date.fromisoformat(day) if day else None)
        except ValueError:
            return None


@transaction.atomic
def draft_practice(actor: Actor, raw: Mapping[str, Any], *, language: str) -> Practice:
    """Begin a practice of the actor's organisation, with the actor as its first author; nobody else sees it.

    Raises Faults for what is wrong in a field.
    """
    require(actor, "practice.draft")
    content = clean_content(raw)
    refuse_unknown_keys(content)
    person, source = person_of(actor), tenant_of(actor)
    practice = Practice.objects.create(
        organisation_id=source, author_people=[person_token(person, source)], language=language
    )
    Author.objects.create(practice=practice, person_id=person, organisation_id=source)
    draft = Draft.objects.create(practice=practice, content=content, updated_by_id=person)
    note_changes(draft, {})
    journal.record(actor, "practice.draft", practice)
    return practice


@transaction.atomic
def edit_practice(
    actor: Actor,
    practice: Practice,
    raw: Mapping[str, Any],
    *,
    version: int,
    frame: PracticeFrame | None = None,
) -> Draft:
    """Save the working copy, with its frame if that is given; `version` is the one that the writer saw.

    A version that has moved since with files or a proposal alone is as good. What changes nothing makes no version.
    Raises Faults for what is wrong in a field, Conflict with both contents when a colleague saved in between.
    """
    draft = lock_for_writing(actor, practice)
    content, current = clean_content(raw), PracticeFrame.of(draft.practice)
    new = frame.around(content) if frame is not None else current
    if (draft.content, current) == (content, new):
        return draft
    if not draft.words_version <= version <= draft.version:
        raise Conflict(_("This was saved elsewhere while you were editing it."), stored=draft, sent=content)
    _write_frame(draft.practice, new)
    return save_content(actor, draft, content)


@transaction.atomic
def edit_group(
    actor: Actor,
    practice: Practice,
    group: FieldGroup,
    raw: Mapping[str, Any],
    *,
    expected_digest: str,
    frame: PracticeFrame | None = None,
) -> Draft:
    """Save one group of the working copy, with the frame if that is given.

    `expected_digest` is the `form_digest` of what the writer read. Colleagues who write in other groups are in nobody's
    way. Raises Faults, or Conflict with both groups.
    """
    draft = lock_for_writing(actor, practice)
    new, current = clean_group(group, raw), group_of(draft.content, group)
    current_frame = PracticeFrame.of(draft.practice)
    new_frame = frame.around(new) if frame is not None else current_frame
    if (new, new_frame) == (current, current_frame):
        return draft
    if expected_digest != current_frame.form_digest(draft.content, group):
        raise Conflict(_("This was saved elsewhere while you were editing it."), stored=draft, sent=new)
    content = {**{key: value for key, value in draft.content.items() if key not in current}, **new}
    _write_frame(draft.practice, new_frame)
    return save_content(
        actor, draft, {field.key: content[field.key] for field in FIELDS if field.key in content}
    )


def save_content(actor: Actor, draft: Draft, content: dict[str, Any]) -> Draft:
    """Save cleaned content as the next version of a locked working copy, with its history. Refuses unknown keys."""
    refuse_unknown_keys(content, draft.practice)
    before = draft.content
    draft.content = content
    draft.version = draft.words_version = draft.version + 1
    draft.updated_by_id, draft.updated_at = person_of(actor), clock.now()
    draft.save()
    note_changes(draft, before)
    return draft


@transaction.atomic
def set_language_and_expiry(
    actor: Actor, practice: Practice, *, language: str, expires_on: date | None
) -> Practice:
    """Say in which language it is written and, of an alert, until which day it holds: a new version if that changes."""
    draft = lock_for_writing(actor, practice)
    frame = PracticeFrame(language, expires_on).around(draft.content)
    if frame != PracticeFrame.of(draft.practice):
        _write_frame(draft.practice, frame)
        draft.version = draft.words_version = draft.version + 1
        draft.updated_by_id, draft.updated_at = person_of(actor), clock.now()
        draft.save(update_fields=["version", "words_version", "updated_by", "updated_at"])
    return draft.practice


def _write_frame(practice: Practice, frame: PracticeFrame) -> None:
    if frame == PracticeFrame.of(practice):
        return
    practice.language, practice.expires_on = frame.language, frame.expires_on
    practice.save(update_fields=["language", "expires_on"])


def note_changed_files(draft: Draft) -> None:
    """Move the version of a locked working copy whose files are others now: who would share it has not read them."""
    draft.version += 1
    draft.save(update_fields=["version"])


def lock_for_writing(actor: Actor, practice: Practice) -> Draft:
    """The locked working copy of the locked practice. Refuses with Forbidden, or WrongState while it waits."""
    locked = _locked(practice)
    require(actor, "practice.edit", locked)
    draft = Draft.objects.select_for_update(of=("self",)).get(practice=locked)
    _refuse_unwritable(locked, draft)
    draft.practice = locked
    return draft


def check_writing(actor: Actor, practice: Practice) -> None:
    """Raise what `lock_for_writing` would raise now, and lock nothing: slow work comes before the lock."""
    current = Practice.objects.get(pk=practice.pk)
    require(actor, "practice.edit", current)
    _refuse_unwritable(current, Draft.objects.get(practice=current))


def _refuse_unwritable(practice: Practice, draft: Draft) -> None:
    if practice.state not in WRITABLE_STATES or draft.is_proposed:
        raise WrongState(_("This cannot be changed now."))


def _locked(practice: Practice) -> Practice:
    return Practice.objects.select_for_update(of=("self",)).get(pk=practice.pk)


@transaction.atomic
def submit_practice(actor: Actor, practice: Practice) -> Practice:
    """Submit an open practice for moderation; from now on the secretariat reads it too.

    Raises Forbidden, WrongState when it is not a draft, and DomainError when it is incomplete or its label is not
    allowed.
    """
    submitted = PRACTICE.apply(actor, practice, "submit")
    refuse_disallowed_label(submitted, submitted.label)
    refuse_shown_rows(submitted, submitted.draft.content)
    refuse_wider_files(submitted, submitted.label)
    propose_draft(actor, submitted.draft)
    return submitted


@transaction.atomic
def take_back_practice(actor: Actor, practice: Practice) -> Practice:
    """Take the practice back from moderation, to edit it again.

    Raises Forbidden, and WrongState when it is not in moderation.
    """
    withdrawn = PRACTICE.apply(actor, practice, "take_back")
    drop_proposal(withdrawn)
    return withdrawn


@transaction.atomic
def share_practice(actor: Actor, practice: Practice, *, version: int | None = None) -> Practice:
    """The secretariat lets an open practice through: its first version is what was submitted.

    `version` is the working copy's that was read; refuses another one. What is TLP:CLEAR is published with it.
    """
    shared = PRACTICE.apply(actor, practice, "share", changes={"shared_at": clock.now(), "state_reason": ""})
    with acting_as(SYSTEM):  # the secretariat sees it no more once it is shared
        draft = Draft.objects.get(practice=shared)
    refuse_changed_since_read(draft, version)
    return _first_version(actor, shared, draft)


@transaction.atomic
def share_practice_directly(
    actor: Actor, practice: Practice, *, shown_readers: str = "", version: int | None = None
) -> Practice:
    """A signatory shares a RED or AMBER practice with those whom it names, without moderation.

    `shown_readers` is the digest of those whom the signatory has read of, `version` the working copy's that was read,
    None for any. Refuses a reader who cannot be one any more, and, with WrongState, other readers than were shown and
    another working copy.
    """
    shared = PRACTICE.apply(actor, practice, "share_directly", changes={"shared_at": clock.now()})
    refuse_other_readers(shared, shown_readers)
    refuse_disallowed_label(shared, shared.label)
    refuse_unknown_readers(audience_of(shared))
    refuse_changed_since_read(shared.draft, version)
    refuse_shown_rows(shared, shared.draft.content)
    return _first_version(actor, shared, shared.draft)


def _first_version(actor: Actor, practice: Practice, draft: Draft) -> Practice:
    add_version(actor, practice, draft, number=1, note="", writer_id=draft.updated_by_id)
    drop_proposal(practice)
    notify_saved_searches(actor, practice)
    return practice


@transaction.atomic
def update_practice(
    actor: Actor, practice: Practice, *, note: str, shown_readers: str = "", version: int | None = None
) -> Version:
    """Share the next version with named readers, as a signatory, with a note on what changed.

    `shown_readers` and `version` as of `share_practice_directly`. The next version of an open practice is proposed to
    the secretariat: see `services.updates`. Raises Forbidden, WrongState when the practice is not shared, others would
    read it than were shown or the working copy was changed since it was read, and DomainError without a note, a change,
    or a required field.
    """
    locked = _locked(practice)
    require(actor, "practice.update", locked)
    if locked.state != PracticeState.SHARED:
        raise WrongState(_("Only a shared practice can have a next version."))
    refuse_other_readers(locked, shown_readers)
    change_note, draft = require_change_note(note), locked.draft
    refuse_changed_since_read(draft, version)
    last = refuse_unchanged(locked, draft)
    require_complete(actor, locked)
    refuse_shown_rows(locked, draft.content)
    shared = add_version(
        actor, locked, draft, number=last.number + 1, note=change_note, writer_id=person_of(actor)
    )
    journal.record(actor, "practice.update", locked, number=shared.number)
    notify_saved_searches(actor, locked)
    return shared


def require_change_note(note: str) -> str:
    """The note of a next version; refuses an empty one."""
    text = clean_text(note, field="note").strip()
    if not text:
        raise DomainError(_("Describe in a sentence what changed."), field="note")
    return text


@transaction.atomic
def return_practice(actor: Actor, practice: Practice, reason: str) -> Practice:
    """Return a submitted practice to its authors, as the secretariat, with what has to be corrected.

    Raises Forbidden, WrongState when it is not in moderation, and DomainError without a reason.
    """
    reason_text = require_reason(reason)
    with acting_as(SYSTEM):  # row-level security refuses a write after which the writer would not see the row
        returned = PRACTICE.apply(actor, practice, "return", changes={"state_reason": reason_text})
        drop_proposal(returned, reason=reason_text)
    return returned


@transaction.atomic
def retire_practice(actor: Actor, practice: Practice, reason: str) -> Practice:
    """Retire the practice: no one can start using it, its readers can still read it. If public, that is published.

    Raises Forbidden, WrongState when it is not shared, and DomainError without a reason.
    """
    reason_text = require_reason(reason)
    retired = PRACTICE.apply(actor, practice, "retire", changes={"state_reason": reason_text})
    drop_proposal(retired)
    end_questions(retired)
    publish_retirement(actor, retired, reason_text)
    return retired


@transaction.atomic
def recall_practice(actor: Actor, practice: Practice, reason: str) -> Practice:
    """Hide the practice from everyone but its source; people who had opened it are notified.

    A public one is withdrawn from the public pages, with the reason. Raises Forbidden, WrongState when it is neither
    shared nor retired, and DomainError without a reason.
    """
    reason_text = require_reason(reason)
    recalled = PRACTICE.apply(actor, practice, "recall", changes={"state_reason": reason_text})
    drop_proposal(recalled)
    end_questions(recalled)
    publish_withdrawal(actor, recalled, reason_text)
    return recalled
