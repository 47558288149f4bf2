"""Named writes on charters: load a file, put a version in force."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from alliance.charter_file import content_digest, read_charter
from alliance.enums import CharterState, SignatureRule
from alliance.models import Charter
from alliance.queries.charter_circumstances import circumstances
from alliance.queries.charter_dry_run import earlier_keys
from alliance.queries.charter_problems import (
    ProblemKind,
    charter_problems,
    in_force_obstacle,
    notice_obstacle,
    refuse_other_check,
    refuse_other_text,
    refuse_planned,
)
from alliance.queries.charter_signatures import (
    AnnouncementVariant,
    carried_if_announced,
    version_in_force,
)
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
from portal.kernel.notices import Recipient, expected_letters
from portal.kernel.publishing import Publication

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
def load_charter(actor: Actor, raw: bytes, *, seen: str | None = None) -> LoadResult:
    """Load a charter file as a draft, all or nothing; the same text changes nothing, a draft is replaced.

    `seen`: the `text_key` of the draft that the actor has read. Raises Forbidden, CharterFaults when the file is
    faulty, WrongState when the version is in force or was superseded and the file differs, and Conflict when the draft
    was changed since, with who did it.
    """
    require(actor, "charter.load")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
    text = read_charter(raw, earlier_keys)
    sha256 = content_digest(text)
    charter = (
        Charter.objects.select_for_update(no_key=True).filter(key=text.key, version=text.version).first()
    )
    if charter and charter.sha256 == sha256:
        return LoadResult(charter, LoadOutcome.UNCHANGED)
    if charter and charter.state != CharterState.DRAFT:
        raise WrongState(_immutable_message(charter))
    if charter is not None:
        refuse_planned(charter)
        refuse_other_text(actor, charter, seen)
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
    locked = Charter.objects.select_for_update(of=("self",), no_key=True).get(pk=charter.pk)
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
    seen: dict[str, Any] = {"circumstances": circumstances(charter)}
    counts = {
        "staying": len({row.record for row in supersession.known_staying}) if supersession else 0,
        "following": len({row.record for row in supersession.following}) if supersession else 0,
        "returning": len({row.record for row in supersession.returning}) if supersession else 0,
    }
    letters: list[dict[str, Any]] = []
    announcements = _announcement_letters(actor, charter, last_event) if charter.announced_at is None else {}
    try:
        with transaction.atomic():
            _put_in_force(actor, Charter.objects.get(pk=charter.pk), is_rehearsal=True)
            counts["publications"] = Publication.objects.count() - published
            letters = _letters_since(actor, last_event)
            raise _RehearsedError
    except _RehearsedError:
        return {"problems": [], **counts, **seen, "letters": letters, **announcements}
    except DomainError as refusal:
        return {"problems": [{"kind": ProblemKind.REFUSED.value, "text": str(refusal)}], **counts}


def _announcement_letters(actor: Actor, charter: Charter, last_event: int) -> dict[str, list[dict[str, Any]]]:
    """The letters that announcing the draft would bring, by the names of what a dry run stores.

    As the version in force lets signatures carry over; where it does, also as if every member were to sign anew.
    """
    earlier = version_in_force(charter)
    if earlier is None:
        return {}
    rules = {"announcement": earlier.later_signatures}
    if earlier.later_signatures == SignatureRule.CARRY_OVER:
        rules["announcement_anew"] = SignatureRule.SIGN_ANEW
    return {
        name: _letters_if_announced(actor, charter, earlier, rule, last_event) for name, rule in rules.items()
    }


def _letters_if_announced(
    actor: Actor, charter: Charter, earlier: Charter, rule: str, last_event: int
) -> list[dict[str, Any]]:
    """Those of the announcement, the variants of its letter apart."""
    letters: list[dict[str, Any]] = []
    with suppress(_RehearsedError), transaction.atomic():
        Charter.objects.filter(pk=charter.pk).update(announced_at=clock.now(), signatures=rule)
        carried = carried_if_announced(Charter.objects.get(pk=charter.pk), earlier, rule)
        journal.record(actor, "charter.announce", charter, key=charter.key, version=charter.version)
        letters = _letters_since(
            actor,
            last_event,
            lambda recipient: (
                AnnouncementVariant.CARRIES_OVER
                if recipient.tenant_id in carried
                else AnnouncementVariant.SIGNS_ANEW
            ),
        )
        raise _RehearsedError
    return letters


def _letters_since(
    actor: Actor, last_event: int, variant_of: Callable[[Recipient], str] = lambda recipient: ""
) -> list[dict[str, Any]]:
    """The letters that the actor's events after this one would bring, by kind and variant, as a dry run stores them."""
    with acting_as(SYSTEM):
        events = Event.objects.filter(pk__gt=last_event, person_id=actor.person_id).order_by("pk")
        return [
            {
                "kind": row.kind,
                "variant": row.variant,
                "languages": dict(row.languages),
                "in_digests": row.in_digests,
            }
            for row in expected_letters(events, variant_of)
        ]


class _RehearsedError(Exception):
    """Undoes a rehearsal that went well."""


@transaction.atomic
def put_charter_in_force(
    actor: Actor, charter: Charter, *, checked_at: datetime | None = None, on_its_day: bool = False
) -> Charter:
    """Put a draft in force and publish its text; the version that was in force is superseded.

    Pledges to that one follow by key; those that cannot return to their members for signing. Signatures carry over
    where the announcement said so. Raises Forbidden, WrongState when it is no draft, and DomainError when a later
    version is in force already, when its mapping names another version than the one in force or leaves a key
    undecided, while members can object, or when it supersedes one and its last dry run is missing, found a problem,
    is older than the last change or the announcement, or has counted what is another number now.

    `checked_at` is the dry run that the actor has read; a later one is refused. `on_its_day`: as things stand now,
    whatever the dry run has counted.
    """
    require(actor, "charter.put_in_force", charter)
    # its announcement, and with it whose signatures and pledges come along, cannot change from here on
    locked = Charter.objects.select_for_update(of=("self",), no_key=True).get(pk=charter.pk)
    refuse_other_check(locked, checked_at)
    return _put_in_force(actor, locked, on_its_day=on_its_day)


def _put_in_force(
    actor: Actor, charter: Charter, *, is_rehearsal: bool = False, on_its_day: bool = False
) -> Charter:
    """Put in force a version that the caller has locked."""
    with acting_as(SYSTEM):  # drafts move with the charter too, which nobody but their writers may read
        supersession = supersession_of(charter)
    in_force = Charter.objects.select_for_update(no_key=True).filter(
        key=charter.key, state=CharterState.IN_FORCE
    )
    for other in in_force.exclude(pk=charter.pk):
        if other.version > charter.version:
            message = _("Version %(version)d is in force already; an earlier one cannot follow it.")
            raise DomainError(message % {"version": other.version})
        _refuse_other_mapping(charter, supersession)
        if not is_rehearsal:
            _refuse_unchecked(charter, on_its_day=on_its_day)
        CHARTER.apply(actor, other, "supersede", data={"by": charter.pk})
    charter = CHARTER.apply(actor, charter, "put_in_force", changes={"in_force_on": today()})
    record_charter_publication(actor, charter)
    if supersession is not None:
        with acting_as(SYSTEM):
            carry_over_signatures(actor, charter, supersession)
            carry_over_pledges(actor, replace(supersession, charter=charter))
    return charter


def _refuse_unchecked(charter: Charter, *, on_its_day: bool) -> None:
    """Refuse a version whose dry run is missing, failed or outdated."""
    if obstacle := in_force_obstacle(charter, on_its_day=on_its_day) or notice_obstacle(charter, today()):
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
