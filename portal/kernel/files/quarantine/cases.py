"""The steps of a file case: a file is reported, withheld at once, released, or purged for good."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction
from django.utils import timezone

from portal.kernel.access import SYSTEM, Actor, acting_as, require
from portal.kernel.files import ledger, storage
from portal.kernel.files.integrity.damage import end_damage_of
from portal.kernel.files.models import CaseNote, Concern, FileCase, FileState
from portal.kernel.files.quarantine import usages
from portal.kernel.files.quarantine.states import FILE_WORKFLOW
from portal.kernel.jobs import Claim, enqueue, handles
from portal.kernel.publishing import touch_public_revision
from portal.kernel.text import require_reason

_SECOND_PURGE_AFTER = timedelta(minutes=15)  # by then every upload that was under way has ended

# The digests that a restored backup must purge again; it lies beside the files, and outlives the database.
PURGED_FILES = ledger.Ledger("purged.txt")


def flag_file(actor: Actor, sha256: str, *, concern: str, reason: str) -> FileCase:
    """Flag a file that should not be here; one that was flagged or withheld already gets another note only.

    Raises Forbidden, or the DomainError of a field.
    """
    require(actor, "file.flag")
    with transaction.atomic():
        case = _case(sha256)
        if case.state != FileState.FETCHED:
            _note(actor, case, "flag", require_reason(reason))
            return case
        return _step(actor, case, "flag", reason, {"concern": Concern(concern)})


def dismiss_flag(actor: Actor, case: FileCase, reason: str) -> FileCase:
    """Nothing is wrong with a file that was reported. Raises Forbidden, WrongState, DomainError."""
    return _step(actor, case, "dismiss", reason, {"concern": ""})


def quarantine_file(actor: Actor, sha256: str, *, concern: str, reason: str) -> FileCase:
    """Withhold the file: from now on nobody can download it anywhere, and nobody can upload it again.

    Raises Forbidden, WrongState when it is withheld already, or DomainError without a reason.
    """
    require(actor, "file.quarantine")
    with transaction.atomic():
        return _step(actor, _case(sha256), "quarantine", reason, {"concern": Concern(concern)})


def release_file(actor: Actor, case: FileCase, reason: str) -> FileCase:
    """The file can be fetched again. Raises Forbidden, WrongState, or DomainError without a reason."""
    return _step(actor, case, "release", reason, {"concern": ""})


def purge_file(actor: Actor, sha256: str, *, concern: str, reason: str) -> FileCase:
    """Remove the bytes at once and for good, with what was made out of them; their digest is never taken again.

    What was published still names the digest. Raises Forbidden, WrongState when it was purged already, or
    DomainError without a reason. Jobs do it once more: should this process die before the bytes are gone, and for
    what was being sent in meanwhile.
    """
    require(actor, "file.purge")
    with transaction.atomic():
        case = _step(actor, _case(sha256), "purge", reason, {"concern": Concern(concern)})
        for name, at in (("now", None), ("later", timezone.now() + _SECOND_PURGE_AFTER)):
            enqueue("erase_file", key=f"erase_file:{case.pk}:{name}", payload={"case": case.pk}, at=at)
        transaction.on_commit(partial(erase_file, case))
    return case


def erase_file(case: FileCase) -> None:
    """Write the digest into the list that outlives the database, and remove the bytes wherever they lie; repeatable."""
    PURGED_FILES.add(case.sha256)
    storage.erase_bytes(case.sha256, usages.paths_of(case.sha256))
    usages.run_on_purge(case.sha256)
    end_damage_of(case.sha256)


@handles("erase_file")
def erase_file_job(claim: Claim) -> None:
    """The job: what `purge_file` did in its own process, unless that died."""
    erase_file(FileCase.objects.get(pk=claim.payload["case"]))
    with claim.finishing():
        pass


@ledger.after_restore("purged files")
def purge_again() -> int:
    """After a backup was restored: purge what was purged since it was made, and what it brought back."""
    with acting_as(SYSTEM):
        back = [case for case in map(_case, PURGED_FILES.entries()) if not case.is_purged]
        for case in back:
            FILE_WORKFLOW.apply(SYSTEM, case, "purge", changes={"changed_at": TransactionNow()})
        if back:  # else the restored record is as it was, to the byte
            touch_public_revision()
    purged = list(FileCase.objects.filter(state=FileState.PURGED))
    for case in purged:
        erase_file(case)
    return len(purged)


def _case(sha256: str) -> FileCase:
    """The case of the file, opened if there is none yet, while nobody else keeps, discards or decides on it."""
    storage.lock_digest(sha256)
    case, _new = FileCase.objects.get_or_create(sha256=sha256)
    return case


@transaction.atomic
def _step(actor: Actor, case: FileCase, action: str, reason: str, changes: Mapping[str, object]) -> FileCase:
    cleaned_reason = require_reason(reason)
    changed_case = FILE_WORKFLOW.apply(
        actor, case, action, changes={"changed_at": TransactionNow(), **changes}
    )
    _note(actor, changed_case, action, cleaned_reason)
    touch_public_revision()
    changed_case.refresh_from_db()
    return changed_case


def _note(actor: Actor, case: FileCase, action: str, text: str) -> None:
    with acting_as(SYSTEM):  # the person who flags a file does not read the notes of others
        CaseNote.objects.create(
            case=case, action=action, text=text, person_id=actor.person_id, tenant_id=actor.tenant_id
        )
