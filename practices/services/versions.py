"""How a version comes to be, and what a working copy carries while it waits for moderation."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.kernel import clock
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.publishing import canonical
from practices.enums import INTERNAL_KINDS, Label, OpeningState, PublicState
from practices.models import Attachment, Draft, Opening, Practice, PublishedPractice, Version
from practices.services.draft_translations import offer_draft_translations
from practices.services.markings import refuse_wider_files
from practices.services.publications import publish_version
from practices.workflows import OPENING


def add_version(
    actor: Actor, practice: Practice, draft: Draft, *, number: int, note: str, writer_id: int
) -> Version:
    """The one place where versions come to be; what is for the world is published in the same transaction.

    The working copy's attachments belong to the version from now on, and its translations are offered for it. An
    opening that waits is of another version: it ends. Refuses a file of which an object is marked wider than the label
    of the practice.
    """
    refuse_wider_files(practice, practice.label)
    end_openings(practice)
    with acting_as(SYSTEM):  # files are the source's to change, and it may be a moderator who shares them
        files = listed_attachments(practice)
        files.filter(shared_at__isnull=True).update(shared_at=clock.now())
        files.update(earlier_readers=None)  # who reads the version reads its files
        attachments = [attachment_entry(file) for file in files]
    version = Version.objects.create(
        practice=practice,
        number=number,
        content=draft.content,
        attachments=attachments,
        note=note,
        sha256=hashlib.sha256(canonical(draft.content)).hexdigest(),
        written_by_id=writer_id,
    )
    offer_draft_translations(practice, version)
    if practice.label == Label.CLEAR:
        publish_version(actor, version)
    return version


def attachment_entry(file: Attachment) -> dict[str, Any]:
    """A file as a version lists it."""
    return {
        "key": str(file.key),
        "kind": file.kind,
        "facts": file.facts,
        "title": file.title,
        "name": file.file_name,
        "media_type": file.media_type,
        "bytes": file.size,
        "sha256": file.sha256,
    }


def refuse_unchanged(practice: Practice, draft: Draft, latest: Version | None = None) -> Version:
    """The last version; refuses a next one that would say the same and carry the same files.

    `latest` is the last version where the caller has read it already.
    """
    last: Version | None = latest or practice.versions.first()
    if last is None or not has_changed(practice, draft, last):
        raise DomainError(_("Nothing has changed since the last version."))
    return last


def has_changed(practice: Practice, draft: Draft, last: Version) -> bool:
    """Whether the working copy says anything else than the version, has other files, or another day or language.

    Readers inside read the last two from the practice; the public record has those of the last publication.
    """
    files = [attachment_entry(file) for file in listed_attachments(practice)]
    has_another_text = draft.content != last.content or _bundle(files) != _bundle(last.attachments)
    return has_another_text or (practice.label == Label.CLEAR and _is_published_otherwise(practice))


def _is_published_otherwise(practice: Practice) -> bool:
    rows = PublishedPractice.objects.current().filter(record=practice.key)
    published = rows.exclude(state=PublicState.WITHDRAWN).values_list("language", "expires_on").first()
    return published not in (None, (practice.language, practice.expires_on))


def _bundle(files: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """Which files these are, and of a test set for which classes."""
    return {(file["key"], file.get("facts", {}).get("policy", "")) for file in files}


def listed_attachments(practice: Practice) -> QuerySet[Attachment]:
    """The files of the working copy that a next version lists."""
    rows: QuerySet[Attachment] = Attachment.objects.filter(practice=practice, removed_at__isnull=True)
    return rows.exclude(kind__in=INTERNAL_KINDS)


def refuse_changed_since_read(draft: Draft, version: int | None) -> None:
    """Raise WrongState when the draft is no longer the version, or the proposal, that the moderator read."""
    if version is not None and version != draft.version:
        raise WrongState(_("It was changed after you opened this page. Read it again, then decide."))


def propose_draft(actor: Actor, draft: Draft, *, note: str = "", label: str = "") -> None:
    """Propose the working copy to the secretariat, which reads it from now on; no one can change it meanwhile.

    Its version moves: between two proposals files, readers and the label asked for may have changed, and no words.
    """
    draft.version += 1
    draft.proposed_at, draft.proposed_by_id = clock.now(), person_of(actor)
    draft.proposed_note, draft.proposed_label = note, label
    draft.returned_reason = ""
    draft.save(update_fields=["version", *_PROPOSAL_FIELDS, "returned_reason"])


@transaction.atomic
def drop_proposal(practice: Practice, *, reason: str = "") -> None:
    """Withdraw what waits of it; `reason` when the working copy was returned. The caller has checked the rule."""
    end_openings(practice)
    with acting_as(SYSTEM):  # a moderator sees it no more afterwards
        waiting = Draft.objects.filter(practice=practice, proposed_at__isnull=False)
        waiting.update(
            proposed_at=None, proposed_by=None, proposed_note="", proposed_label="", returned_reason=reason
        )


def end_openings(practice: Practice) -> None:
    """End an opening that waits: what the secretariat reads of it is not so any more."""
    with acting_as(SYSTEM):
        for row in Opening.objects.filter(practice=practice, state=OpeningState.PROPOSED):
            changes, data = {"decided_at": clock.now()}, {"practice": practice.pk}
            OPENING.apply(SYSTEM, row, "end", changes=changes, data=data)


_PROPOSAL_FIELDS = ("proposed_at", "proposed_by", "proposed_note", "proposed_label")
