"""Named writes on practices: draft, edit, submit, share, return, retire, recall, and each new version."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, person_of, require, tenant_of
from portal.kernel.errors import Conflict, DomainError, WrongState
from portal.kernel.names import clean_text
from portal.kernel.publishing import canonical
from portal.kernel.row_security import acting_as
from practices.access import named
from practices.content import clean, refuse_incomplete
from practices.enums import PracticeState
from practices.models import Author, Draft, Practice, Version
from practices.services.searches import announce
from practices.workflows import PRACTICE

_WRITABLE = (PracticeState.DRAFT, PracticeState.SHARED)


@transaction.atomic
def draft_practice(actor: Actor, raw: Mapping[str, Any], *, language: str) -> Practice:
    """Begin a practice of the actor's organisation, with the actor as its first author; nobody else sees it."""
    require(actor, "practice.draft")
    person, source = person_of(actor), tenant_of(actor)
    practice = Practice.objects.create(
        organisation_id=source, author_people=[named(person, source)], language=language
    )
    Author.objects.create(practice=practice, person_id=person, organisation_id=source)
    Draft.objects.create(practice=practice, content=clean(raw), updated_by_id=person)
    journal.record(actor, "practice.draft", practice)
    return practice


@transaction.atomic
def edit_practice(actor: Actor, practice: Practice, raw: Mapping[str, Any], *, version: int) -> Draft:
    """Save the working copy; `version` is the one that the writer saw.

    Raises Faults for what is wrong in a field, Conflict with both contents when a colleague saved in between.
    """
    locked = _locked(practice)
    require(actor, "practice.edit", locked)
    if locked.state not in _WRITABLE:
        raise WrongState(_("The practice cannot be changed now."))
    draft = Draft.objects.select_for_update(of=("self",)).get(practice=locked)
    content = clean(raw)
    if draft.version != version and draft.content != content:
        raise Conflict(_("Somebody saved this while you were typing."), theirs=draft, mine=content)
    draft.content, draft.version = content, draft.version + 1
    draft.updated_by_id, draft.updated_at = person_of(actor), clock.now()
    draft.save()
    return draft


def _locked(practice: Practice) -> Practice:
    return Practice.objects.select_for_update(of=("self",)).get(pk=practice.pk)


@transaction.atomic
def submit_practice(actor: Actor, practice: Practice) -> Practice:
    """Hand an open practice to moderation."""
    return PRACTICE.apply(actor, practice, "submit")


@transaction.atomic
def share_practice(actor: Actor, practice: Practice) -> Practice:
    """The secretariat lets an open practice through: its first version is what was submitted."""
    draft = practice.draft  # which the secretariat sees no more once it is shared
    return _first_version(
        actor, PRACTICE.apply(actor, practice, "share", changes={"shared_at": clock.now()}), draft
    )


@transaction.atomic
def share_practice_directly(actor: Actor, practice: Practice) -> Practice:
    """A signatory shares a RED or AMBER practice with those whom it names, without moderation."""
    shared = PRACTICE.apply(actor, practice, "share_directly", changes={"shared_at": clock.now()})
    return _first_version(actor, shared, practice.draft)


def _first_version(actor: Actor, practice: Practice, draft: Draft) -> Practice:
    _add_version(practice, draft, number=1, note="", writer_id=draft.updated_by_id)
    announce(actor, practice)
    return practice


@transaction.atomic
def update_practice(actor: Actor, practice: Practice, *, note: str) -> Version:
    """Share what has been written since as a new version, with a note on what changed."""
    locked = _locked(practice)
    require(actor, "practice.update", locked)
    if locked.state != PracticeState.SHARED:
        raise WrongState(_("Only a shared practice has a next version."))
    said = clean_text(note, field="note").strip()
    if not said:
        raise DomainError(_("Say in a sentence what changed."), field="note")
    last, draft = locked.versions.first(), locked.draft
    if last is None or last.content == draft.content:
        raise DomainError(_("Nothing has changed since the last version."))
    refuse_incomplete(draft.content)
    version = _add_version(locked, draft, number=last.number + 1, note=said, writer_id=person_of(actor))
    journal.record(actor, "practice.update", locked, number=version.number)
    return version


def _add_version(practice: Practice, draft: Draft, *, number: int, note: str, writer_id: int) -> Version:
    return Version.objects.create(
        practice=practice,
        number=number,
        content=draft.content,
        note=note,
        sha256=hashlib.sha256(canonical(draft.content)).hexdigest(),
        written_by_id=writer_id,
    )


@transaction.atomic
def return_practice(actor: Actor, practice: Practice, reason: str) -> Practice:
    """The secretariat gives a submitted practice back, saying what is to be put right."""
    said = _said(reason)
    with acting_as(SYSTEM):  # the second wall lets nobody write a row that they will not see afterwards
        return PRACTICE.apply(actor, practice, "return", changes={"state_reason": said})


@transaction.atomic
def retire_practice(actor: Actor, practice: Practice, reason: str) -> Practice:
    """Nobody should take it up any more; whoever could read it still can."""
    return PRACTICE.apply(actor, practice, "retire", changes={"state_reason": _said(reason)})


@transaction.atomic
def recall_practice(actor: Actor, practice: Practice, reason: str) -> Practice:
    """Take it out of everybody's sight but the source's; whoever had opened it is told."""
    return PRACTICE.apply(actor, practice, "recall", changes={"state_reason": _said(reason)})


def _said(reason: str) -> str:
    said = clean_text(reason, field="reason").strip()
    if not said:
        raise DomainError(_("Say why, in a sentence."), field="reason")
    return said
