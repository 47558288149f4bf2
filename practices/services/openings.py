"""Opening a practice of named readers to the community, on the same record: proposed, read, and shared or returned.

What the secretariat has read comes out: one version with its files, its note and the names of its authors. All else
that is there at that moment stays with those who could read it until then (`models.Part`). Decision 0114 says why.
"""

from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from portal.kernel import clock, files, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of, require
from portal.kernel.errors import WrongState
from portal.kernel.text import require_reason
from practices.enums import Label, OpeningState, PracticeState
from practices.models import (
    Adoption,
    Attachment,
    Author,
    ModelRun,
    Offer,
    Opening,
    Post,
    Practice,
    PracticeChange,
    Reaction,
    Relation,
    Translation,
    Version,
)
from practices.queries.readership import readers_digest
from practices.services.access_log import log_access
from practices.services.audiences import refuse_disallowed_label
from practices.services.searches import notify_saved_searches
from practices.workflows import OPENING

# what belongs to a practice and is there before it is opened; versions, files and relations are divided below
_PARTS: tuple[Any, ...] = (Adoption, ModelRun, Offer, Post, PracticeChange, Reaction, Translation)


@transaction.atomic
def propose_opening(actor: Actor, practice: Practice) -> Opening:
    """Ask the secretariat to open the practice with its latest version, as a signatory of its source.

    Refuses with Forbidden, WrongState (not shared, or waiting already), or the DomainError of an expired alert or of a
    label that the organisation does not use.
    """
    locked = _locked(practice)
    require(actor, "opening.propose", locked)
    if why := opening_blocking_reason(locked):
        raise WrongState(why)
    refuse_disallowed_label(locked, Label.GREEN)
    opening = Opening.objects.create(
        practice=locked,
        organisation_id=locked.organisation_id,
        proposed=_whole(locked),
        readers_digest=readers_digest(locked),
        proposed_by_id=person_of(actor),
    )
    journal.record(actor, "opening.propose", opening, practice=locked.pk)
    return opening


def opening_blocking_reason(practice: Practice) -> str:
    """Why it cannot be proposed now, in a sentence; empty where it can."""
    if practice.state != PracticeState.SHARED:
        return _("Only a shared practice can be opened.")
    if practice.has_expired:
        return _("The alert has expired: choose a later day.")
    if Opening.objects.filter(practice=practice, state=OpeningState.PROPOSED).exists():
        return _("It is already waiting for the secretariat.")
    return ""


def _locked(practice: Practice) -> Practice:
    return Practice.objects.select_for_update(of=("self",)).get(pk=practice.pk)


def _whole(practice: Practice) -> dict[str, Any]:
    """All that goes along, as the moderator reads it: the latest version, and what of the record stands beside it."""
    version = Version.objects.filter(practice=practice).first()
    assert version is not None, "it is shared"
    authors = Author.objects.filter(practice=practice).values_list("person_id", "organisation_id")
    return {
        "number": version.number,
        "note": version.note,
        "shared_at": version.shared_at.isoformat(),
        "content": version.content,
        "files": version.attachments,
        "authors": [list(pair) for pair in authors],
        "label": practice.label,
        "language": practice.language,
        "expires_on": practice.expires_on.isoformat() if practice.expires_on else "",
    }


@transaction.atomic
def take_back_opening(actor: Actor, opening: Opening) -> Opening:
    """Withdraw the proposal. Refuses with Forbidden, or WrongState when it waits no more."""
    return _end(actor, opening, "take_back")


@transaction.atomic
def return_opening(actor: Actor, opening: Opening, reason: str) -> Opening:
    """The secretariat does not open it, and says why. Refuses with Forbidden, WrongState, or without a reason."""
    reason_text = require_reason(reason)
    with acting_as(SYSTEM):  # the secretariat sees it no more afterwards
        return _end(actor, opening, "return", reason=reason_text)


def _end(actor: Actor, opening: Opening, action: str, **changes: object) -> Opening:
    return OPENING.apply(
        actor,
        opening,
        action,
        changes={"decided_at": clock.now(), **changes},
        data={"practice": opening.practice_id},
    )


@transaction.atomic
def share_opening(actor: Actor, opening: Opening) -> Practice:
    """Open the practice to the community (TLP:GREEN), as the secretariat that has read what is proposed.

    In one transaction all that was not read gets its earlier readers, then the label changes. Refuses with Forbidden,
    and with WrongState where the practice is not what was proposed any more.
    """
    require(actor, "opening.share", opening)
    with acting_as(SYSTEM):  # the moderator sees neither the record nor what belongs to it
        practice = _locked(opening.practice)
        shared = OPENING.apply(
            actor, opening, "share", changes={"decided_at": clock.now()}, data={"practice": practice.pk}
        )
        is_same = (
            practice.state == PracticeState.SHARED
            and not practice.has_expired
            and readers_digest(practice) == shared.readers_digest
            and _whole(practice) == shared.proposed
        )
        if not is_same:
            raise WrongState(
                _(
                    "The practice has changed since it was proposed. Return it, so that it can be proposed again."
                )
            )
        _leave_behind(practice, shared.proposed)
        event = journal.record(actor, "practice.open", practice, label=Label.GREEN)
        _open(practice, shared.proposed["number"], event.pk)
    notify_saved_searches(actor, practice)
    return practice


def _leave_behind(practice: Practice, proposed: dict[str, Any]) -> None:
    """Give everything that was not read its earlier readers; what has some from an earlier opening keeps those."""
    readers = list(practice.reader_tokens)
    for model in _PARTS:
        model.objects.filter(practice=practice, earlier_readers=None).update(earlier_readers=readers)
    # a form in which somebody chose its readers before this, is of another use by now
    Adoption.objects.filter(practice=practice).update(version=F("version") + 1)
    go_along = Q(key__in=[file["key"] for file in proposed["files"]])
    shared_files = Attachment.objects.filter(practice=practice, shared_at__isnull=False)
    shared_files.filter(go_along).update(earlier_readers=None)
    shared_files.filter(~go_along, earlier_readers=None).update(earlier_readers=readers)
    relations = Relation.objects.select_for_update(
        of=("self",)
    )  # its other end may be opened at this moment, too
    for relation in relations.filter(Q(practice=practice) | Q(target=practice)).order_by("pk"):
        # one that was there when its other end was opened is for those alone who could read both
        relation.earlier_readers = _of_both(relation.earlier_readers, readers)
        relation.save(update_fields=["earlier_readers"])


def _of_both(before: list[str] | None, readers: list[str]) -> list[str]:
    """The readers whom both lists name; None names everybody."""
    return readers if before is None else [token for token in before if token in readers]


def _open(practice: Practice, number: int, event_id: int) -> None:
    """To new readers it is a new practice: shared today, and named to nobody."""
    practice.earlier_readers = _of_both(practice.earlier_readers, list(practice.reader_tokens))
    practice.opened_version, practice.opened_event = number, event_id
    practice.label, practice.state_reason = Label.GREEN, ""
    practice.labelled_at = practice.shared_at = clock.now()
    practice.reader_people, practice.reader_organisations, practice.reader_groups = [], [], []
    practice.save(
        update_fields=[
            *("earlier_readers", "opened_version", "opened_event", "label", "labelled_at", "state_reason"),
            "shared_at",
            *("reader_people", "reader_organisations", "reader_groups"),
        ]
    )


# --- What the secretariat reads --------------------------------------------------------------


def log_opening_access(actor: Actor, opening: Opening, channel: str) -> None:
    """Who has read the proposal at the secretariat is for the source to see; the caller found it by `visible_to`."""
    with acting_as(SYSTEM):
        log_access(actor, opening.practice, channel)


@transaction.atomic
def open_opening_file(actor: Actor, opening: Opening, key: str) -> tuple[Attachment, bytes] | None:
    """A file that the proposal lists, with its bytes; None where it lists no such one. The access is logged."""
    if key not in {file["key"] for file in opening.proposed["files"]}:
        return None
    log_opening_access(actor, opening, "attachment")
    with acting_as(SYSTEM):
        row = Attachment.objects.select_related("practice").get(practice=opening.practice_id, key=key)
    return row, files.read(row.file)
