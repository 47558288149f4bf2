"""The next version of an open practice: proposed by its writers, shared or returned by the secretariat."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import require_reason
from practices.enums import Label, PracticeState
from practices.models import Draft, Practice, Version
from practices.services.audiences import refuse_disallowed_label
from practices.services.held_rows import refuse_shown_rows
from practices.services.markings import refuse_wider_files
from practices.services.practices import require_change_note
from practices.services.searches import notify_saved_searches
from practices.services.versions import (
    add_version,
    drop_proposal,
    propose_draft,
    refuse_changed_since_read,
    refuse_unchanged,
)
from practices.workflows import require_complete


@transaction.atomic
def propose_update(actor: Actor, practice: Practice, *, note: str, label: str = "") -> Draft:
    """Ask the secretariat to share the working copy as the next version; until then the last one stays in force.

    With `label` TLP:CLEAR the practice is proposed for everybody, which takes a signatory and needs no change of
    words. Refuses with Forbidden, WrongState, or the DomainError of what is missing or unchanged.
    """
    draft = _locked_shared_draft(practice)
    locked = draft.practice
    require(actor, "practice.propose_update", locked)
    if draft.is_proposed:
        raise WrongState(_("It is already waiting for the secretariat."))
    change_note = require_change_note(note)
    if label:
        require(actor, "practice.widen", locked)
        if locked.label != Label.GREEN or label != Label.CLEAR:
            raise DomainError(_("Only TLP:GREEN can be proposed for everybody."), field="label")
        refuse_disallowed_label(locked, label)
    else:
        refuse_unchanged(locked, draft)
    require_complete(actor, locked)
    refuse_shown_rows(locked, draft.content)
    refuse_wider_files(locked, label or locked.label)
    propose_draft(actor, draft, note=change_note, label=label)
    journal.record(actor, "practice.propose_update", locked, **({"label": label} if label else {}))
    return draft


def _locked_shared_draft(practice: Practice) -> Draft:
    """The working copy of a shared practice, both locked."""
    locked = Practice.objects.select_for_update(of=("self",)).get(pk=practice.pk)
    if locked.state != PracticeState.SHARED:
        raise WrongState(_("Only a shared practice can have a next version."))
    draft = Draft.objects.select_for_update(of=("self",)).get(practice=locked)
    draft.practice = locked
    return draft


def _locked_proposal(actor: Actor, practice: Practice, rule: str) -> Draft:
    """The proposal, if the actor may do this with it."""
    require(actor, rule, practice)
    with acting_as(SYSTEM):  # a moderator locks the record that they will not see so any more
        draft = _locked_shared_draft(practice)
    require(actor, rule, draft.practice)
    if not draft.is_proposed:
        raise WrongState(_("It is no longer waiting: it was decided or withdrawn."))
    return draft


@transaction.atomic
def take_back_update(actor: Actor, practice: Practice) -> None:
    """Have the proposed version back, to write on."""
    draft = _locked_proposal(actor, practice, "practice.take_back_update")
    drop_proposal(draft.practice)
    journal.record(actor, "practice.take_back_update", draft.practice)


@transaction.atomic
def share_update(actor: Actor, practice: Practice, *, version: int | None = None) -> Version:
    """The secretariat shares the proposed version. `version` is the working copy's that was read.

    Where TLP:CLEAR was asked for, the practice is for everybody from now on, and is published.
    """
    draft = _locked_proposal(actor, practice, "practice.share_update")
    refuse_changed_since_read(draft, version)
    locked, last = draft.practice, draft.practice.versions.first()
    number = last.number + 1 if last else 1
    if draft.proposed_label:
        locked.label, locked.labelled_at = draft.proposed_label, clock.now()
        locked.save(update_fields=["label", "labelled_at"])
        journal.record(actor, "practice.widen", locked, label=locked.label)
    writer, note = draft.updated_by_id, draft.proposed_note
    shared = add_version(actor, locked, draft, number=number, note=note, writer_id=writer)
    drop_proposal(locked)
    journal.record(actor, "practice.share_update", locked, number=number)
    notify_saved_searches(actor, locked)
    return shared


@transaction.atomic
def return_update(actor: Actor, practice: Practice, reason: str) -> None:
    """The secretariat gives the proposed version back, saying what is to be put right; the last one stays in force."""
    reason_text = require_reason(reason)
    draft = _locked_proposal(actor, practice, "practice.return_update")
    drop_proposal(draft.practice, reason=reason_text)
    journal.record(actor, "practice.return_update", draft.practice)
