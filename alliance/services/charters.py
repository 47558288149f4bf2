"""Named writes on charters: load a file, put a version in force."""

from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from alliance.charter_file import content_digest, read_charter
from alliance.enums import CharterState
from alliance.models import Charter
from alliance.queries.charter_dry_run import earlier_keys
from alliance.queries.charter_problems import (
    ProblemKind,
    charter_problems,
    in_force_obstacle,
    notice_obstacle,
    refuse_planned,
)
from alliance.queries.charter_signatures import version_in_force
from alliance.queries.local_dates import today
from alliance.queries.supersession import Supersession, supersession_of
from alliance.services.charter_parts import write_charter
from alliance.services.charter_signatures import carry_over_signatures
from alliance.services.publications import record_charter_publication
from alliance.services.supersession import carry_over_pledges
from alliance.workflows import CHARTER
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.journal import Event
from portal.kernel.notices import expected_letters
from portal.kernel.publishing import Publication, revision_cache

_ADVISORY_LOCK = 0x63686172  # one load at a time, so that two of the same file cannot both create it


class LoadOutcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class LoadResult:
    charter: Charter
    outcome: LoadOutcome


@transaction.atomic
def load_charter(actor: Actor, raw: bytes) -> LoadResult:
    """Load a charter file as a draft, all or nothing; the same text changes nothing, a draft is replaced.

    Raises Forbidden, CharterFaults when the file is faulty, and WrongState when the version
    is in force or was superseded and the file differs.
    """
    require(actor, "charter.load")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
    text = read_charter(raw, earlier_keys)
    sha256 = content_digest(text)
    charter = Charter.objects.select_for_update().filter(key=text.key, version=text.version).first()
    if charter and charter.sha256 == sha256:
        return LoadResult(charter, LoadOutcome.UNCHANGED)
    if charter and charter.state != CharterState.DRAFT:
        raise WrongState(_immutable_message(charter))
    if charter is not None:
        refuse_planned(charter)
    outcome = LoadOutcome.UPDATED if charter else LoadOutcome.CREATED
    charter = charter or Charter(key=text.key, version=text.version)
    write_charter(charter, text, sha256)
    journal.record(actor, "charter.load", charter, outcome=outcome.value, sha256=sha256)
    return LoadResult(charter, outcome)


@transaction.atomic
def check_charter(actor: Actor, charter: Charter) -> Charter:
    """Rehearse putting a draft in force, and keep what was found; nothing else is written, nobody is notified.

    The whole act is done and undone, so that whatever would refuse it then refuses it now. Raises Forbidden, or
    WrongState when it is no draft.
    """
    require(actor, "charter.check", charter)
    locked = Charter.objects.select_for_update(of=("self",)).get(pk=charter.pk)
    if locked.state != CharterState.DRAFT:
        raise WrongState(_("Only a draft can be put in force."))
    problems = charter_problems(locked)
    result = {"problems": problems} if problems else _rehearse(actor, locked)
    locked.checked_at, locked.check_result = clock.now(), result
    locked.save(update_fields=["checked_at", "check_result"])
    journal.record(actor, "charter.check", locked, problems=len(result["problems"]))
    return locked


def _rehearse(actor: Actor, charter: Charter) -> dict[str, Any]:
    """Put the version in force within a savepoint that is undone; what it would publish, or why it is refused."""
    published = Publication.objects.count()
    last_event = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    with acting_as(SYSTEM):
        supersession = supersession_of(charter)
    counts = {
        "staying": len({row.record for row in supersession.known_staying}) if supersession else 0,
        "following": len({row.record for row in supersession.following}) if supersession else 0,
        "returning": len({row.record for row in supersession.returning}) if supersession else 0,
    }
    letters: list[dict[str, Any]] = []
    announcement = _announcement_letters(actor, charter, last_event) if charter.announced_at is None else []
    try:
        with transaction.atomic():
            _put_in_force(actor, Charter.objects.get(pk=charter.pk), is_rehearsal=True)
            counts["publications"] = Publication.objects.count() - published
            letters = _letters_since(actor, last_event)
            raise _RehearsedError
    except _RehearsedError:
        return {"problems": [], **counts, "letters": letters, "announcement": announcement}
    except DomainError as refusal:
        return {"problems": [{"kind": ProblemKind.REFUSED.value, "text": str(refusal)}], **counts}
    finally:
        revision_cache.clear()  # the act has read back what is undone now


def _announcement_letters(actor: Actor, charter: Charter, last_event: int) -> list[dict[str, Any]]:
    """The letters that announcing the draft would bring, as the version in force lets signatures carry over."""
    earlier = version_in_force(charter)
    if earlier is None:
        return []
    letters: list[dict[str, Any]] = []
    with suppress(_RehearsedError), transaction.atomic():
        Charter.objects.filter(pk=charter.pk).update(
            announced_at=clock.now(), signatures=earlier.later_signatures
        )
        journal.record(actor, "charter.announce", charter, key=charter.key, version=charter.version)
        letters = _letters_since(actor, last_event)
        raise _RehearsedError
    return letters


def _letters_since(actor: Actor, last_event: int) -> list[dict[str, Any]]:
    """The letters that the actor's events after this one would bring, by kind, as a dry run stores them."""
    with acting_as(SYSTEM):
        events = Event.objects.filter(pk__gt=last_event, person_id=actor.person_id).order_by("pk")
        return [
            {"kind": row.kind, "languages": dict(row.languages), "in_digests": row.in_digests}
            for row in expected_letters(events)
        ]


class _RehearsedError(Exception):
    """Undoes a rehearsal that went well."""


@transaction.atomic
def put_charter_in_force(actor: Actor, charter: Charter) -> Charter:
    """Put a draft in force and publish its text; the version that was in force is superseded.

    Pledges to that one follow by key; those that cannot return to their members for signing. Signatures carry over
    where the announcement said so. Raises Forbidden, WrongState when it is no draft, and DomainError when a later
    version is in force already, when its mapping names another version than the one in force or leaves a key
    undecided, while members can object, or when it supersedes one and its last dry run is missing, found a problem, or
    is older than the last change or the announcement.
    """
    require(actor, "charter.put_in_force", charter)
    return _put_in_force(actor, charter)


def _put_in_force(actor: Actor, charter: Charter, *, is_rehearsal: bool = False) -> Charter:
    # its announcement, and with it whose signatures and pledges come along, cannot change from here on
    charter = Charter.objects.select_for_update(of=("self",)).get(pk=charter.pk)
    with acting_as(SYSTEM):  # drafts move with the charter too, which nobody but their writers may read
        supersession = supersession_of(charter)
    in_force = Charter.objects.select_for_update().filter(key=charter.key, state=CharterState.IN_FORCE)
    for other in in_force.exclude(pk=charter.pk):
        if other.version > charter.version:
            message = _("Version %(version)d is in force already; an earlier one cannot follow it.")
            raise DomainError(message % {"version": other.version})
        _refuse_other_mapping(charter, supersession)
        if not is_rehearsal:
            _refuse_unchecked(charter)
        CHARTER.apply(actor, other, "supersede", data={"by": charter.pk})
    charter = CHARTER.apply(actor, charter, "put_in_force", changes={"in_force_on": today()})
    record_charter_publication(actor, charter)
    if supersession is not None:
        with acting_as(SYSTEM):
            carry_over_signatures(actor, charter, supersession)
            carry_over_pledges(actor, replace(supersession, charter=charter))
    return charter


def _refuse_unchecked(charter: Charter) -> None:
    """Refuse a version whose dry run is missing, failed or older than its last change."""
    locked = Charter.objects.select_for_update(of=("self",)).get(pk=charter.pk)
    if obstacle := in_force_obstacle(locked) or notice_obstacle(locked, today()):
        raise DomainError(obstacle)


def _refuse_other_mapping(charter: Charter, supersession: Supersession | None) -> None:
    if supersession is not None and supersession.mapping is None:
        message = _(
            "The mapping of this version refers to version %(meant)d, but version %(version)d is "
            "in force: write the mapping from that one."
        )
        raise DomainError(
            message % {"meant": charter.supersedes or 0, "version": supersession.superseded.version}
        )


def _immutable_message(charter: Charter) -> str:
    message = _(
        "Version %(version)d of the charter “%(key)s” can no longer change (%(state)s), and this "
        "file differs. Give the changed text version %(next)d."
    )
    return message % {
        "version": charter.version,
        "key": charter.key,
        "state": charter.get_state_display(),
        "next": charter.version + 1,
    }
