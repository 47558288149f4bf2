"""The pledges to a superseded charter: those whose keys have one successor follow, the others return for signing.

Those of members who have signed the earlier version alone stay with it until their accession to a later one is
published. Called by services/charters.py inside its transaction.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from alliance.enums import CharterState, PledgeState
from alliance.models import Accession, Charter, Commitment, Indicator, Pledge, Target
from alliance.queries.supersession import (
    Supersession,
    keys_of,
    locked_pledges,
    pledges_left_at,
    pledges_moved_by,
    steps_to,
)
from alliance.services.pledge_draft import draft_from, note_version, write_draft
from alliance.services.pledges import republish_pledge, return_pledge
from alliance.services.publications import record_accession_publication
from alliance.validators.lineage import VersionMapping
from alliance.workflows import ACCESSION
from portal.kernel import journal
from portal.kernel.access import SYSTEM, Actor, acting_as

_IN_WORK = (PledgeState.DRAFT, PledgeState.SIGNED)  # a revision that somebody has begun

PledgesByCommitment = dict[tuple[int, str], UUID]  # by organisation and commitment, the pledge that has it


def carry_over_pledges(actor: Actor, supersession: Supersession) -> None:
    """Take the pledges to the superseded version over into the new one, or return them to their members.

    Those of members who stay on the superseded version stay with it.
    """
    staying = [pledge.pk for pledge in supersession.staying]
    Pledge.objects.filter(pk__in=staying).update(earlier_charter=supersession.superseded)
    _republish(actor, _move(actor, supersession))


@transaction.atomic
def publish_accession(actor: Actor, accession: Accession) -> Accession:
    """Publish a signed accession; the member's pledges to earlier versions of the charter follow or return for signing.

    Raises Forbidden, WrongState.
    """
    following, returning = pledges_moved_by(accession.organisation_id, accession.charter)
    counts = {"following": len(following), "returning": len(returning)}
    published = ACCESSION.apply(actor, accession, "publish", data=counts if any(counts.values()) else {})
    record_accession_publication(actor, published)
    with acting_as(SYSTEM):  # drafts move too, which nobody but their writers may read
        _follow_accession(actor, published)
    return published


def _follow_accession(actor: Actor, accession: Accession) -> None:
    """Take the pledges of a member to earlier versions over into the one whose accession is published now."""
    organisation, charter = accession.organisation_id, accession.charter
    changed: dict[int, Pledge] = {}
    for before, after, mapping in steps_to(charter, organisation):
        rows = pledges_left_at(before, organisation, mapping)
        for pledge in _move(actor, Supersession(before, after, mapping, rows)):
            changed[pledge.pk] = pledge
    _republish(actor, changed.values())


def _republish(actor: Actor, pledges: Iterable[Pledge]) -> None:
    """Publish again what was published, as it was signed, under the keys that it has now."""
    for pledge in pledges:
        if pledge.state == PledgeState.PUBLISHED:
            republish_pledge(actor, Pledge.objects.get(pk=pledge.pk))


def _move(actor: Actor, supersession: Supersession) -> list[Pledge]:
    """Move pledges from one version to the next; returns those whose keys have changed."""
    passage = supersession.mapping
    assert passage is not None, "the mapping speaks of the version that is superseded"
    pledges = locked_pledges(supersession.pledges, passage)
    follows = [pledge for pledge in pledges if pledge.follows]
    returns = [pledge for pledge in pledges if not pledge.follows]
    changed = _carry_over(actor, follows, passage, _left_at(supersession.charter))
    pledges_by_commitment: PledgesByCommitment = {
        (pledge.organisation_id, pledge.commitment_key): pledge.record for pledge in follows
    }
    # where commitments were merged, the pledge to the one that kept its key comes first
    for pledge in sorted(returns, key=lambda row: row.commitment_key not in passage.later):
        _return(actor, pledge, supersession, pledges_by_commitment)
    return changed


def _left_at(charter: Charter) -> Charter | None:
    """What a pledge to the version keeps as its `earlier_charter`."""
    return None if charter.state == CharterState.IN_FORCE else charter


def _carry_over(
    actor: Actor, pledges: Sequence[Pledge], mapping: VersionMapping, version: Charter | None
) -> list[Pledge]:
    """Give pledges the keys of the next version; returns those whose keys have changed."""
    Pledge.objects.filter(pk__in=[pledge.pk for pledge in pledges]).update(earlier_charter=version)
    changed = [pledge for pledge in pledges if any(mapping.successor(key) != key for key in keys_of(pledge))]
    # first nobody's: two commitments may have changed names
    Pledge.objects.filter(pk__in=[pledge.pk for pledge in changed]).update(commitment_key="")
    for pledge in changed:
        pledge.commitment_key = _later(mapping, pledge.commitment_key)
        pledge.measure_keys = [_later(mapping, key) for key in pledge.measure_keys]
        pledge.version += 1
        pledge.earlier_charter = version
        pledge.save(update_fields=["commitment_key", "measure_keys", "version", "updated_at"])
        for target in pledge.targets.exclude(indicator_key=""):
            Target.objects.filter(pk=target.pk).update(indicator_key=_later(mapping, target.indicator_key))
        if pledge.state == PledgeState.DRAFT:
            note_version(pledge, None)
        journal.record(actor, "pledge.follow", pledge, commitment=pledge.commitment_key)
    return changed


def _later(mapping: VersionMapping, key: str) -> str:
    later = mapping.successor(key)
    assert later is not None, "it follows"
    return later


def _return(
    actor: Actor, pledge: Pledge, supersession: Supersession, pledges_by_commitment: PledgesByCommitment
) -> None:
    """A signed pledge goes back to draft; a published one stays as it is, and gets a draft of its successor."""
    if pledge.state == PledgeState.PUBLISHED:
        Pledge.objects.filter(pk=pledge.pk).update(earlier_charter=supersession.superseded)
    if pledge.state == PledgeState.DRAFT:
        _rewrite(pledge, supersession, pledges_by_commitment)
    elif pledge.state == PledgeState.SIGNED:
        returned = return_pledge(actor, pledge, _reason(supersession), version=supersession.charter.version)
        _rewrite(returned, supersession, pledges_by_commitment)
    elif not Pledge.objects.filter(record=pledge.record, state__in=_IN_WORK).exists():
        last = Pledge.objects.filter(record=pledge.record).aggregate(last=Max("revision"))["last"]
        revision = Pledge(
            organisation=pledge.organisation,
            record=pledge.record,
            revision=last + 1,
            returned_reason=_reason(supersession),
        )
        write_draft(revision, draft_from(pledge), None)
        _rewrite(revision, supersession, pledges_by_commitment)
        journal.record(
            actor, "pledge.return", revision, revises=pledge.pk, version=supersession.charter.version
        )


def _reason(supersession: Supersession) -> str:
    message = _(
        "Version %(version)d of the charter is in force. It split, merged or left out what this pledge "
        "refers to, so the pledge could not be carried over: correct it and sign it again."
    )
    return message % {"version": supersession.charter.version}


def _rewrite(draft: Pledge, supersession: Supersession, pledges_by_commitment: PledgesByCommitment) -> None:
    """Turn a draft to what has taken its commitment's place; to nothing of the charter where nothing has."""
    passage = supersession.mapping
    assert passage is not None
    free = [
        row
        for row in Commitment.objects.filter(
            charter=supersession.charter, key__in=passage.later_keys(draft.commitment_key)
        )
        if pledges_by_commitment.get((draft.organisation_id, row.key), draft.record) == draft.record
    ]
    if free:
        pledges_by_commitment[draft.organisation_id, free[0].key] = draft.record
        later_keys = [key for key in map(passage.successor, draft.measure_keys) if key]
        # those under the commitment that are not required anyway
        measures = free[0].measures.filter(core=False, key__in=later_keys)
        draft.commitment_key, draft.measure_keys = free[0].key, list(measures.values_list("key", flat=True))
    else:
        was = Commitment.objects.filter(charter=supersession.superseded, key=draft.commitment_key).first()
        draft.title = draft.title or (getattr(was, f"title_{draft.language}") if was else "")
        draft.commitment_key, draft.measure_keys = "", []
    draft.version += 1
    draft.earlier_charter = _left_at(supersession.charter) if free else None
    draft.save(
        update_fields=["commitment_key", "title", "measure_keys", "earlier_charter", "version", "updated_at"]
    )
    for target in draft.targets.exclude(indicator_key=""):
        _retarget(target, passage, free)
    note_version(draft, None)


def _retarget(target: Target, mapping: VersionMapping, commitments: Sequence[Commitment]) -> None:
    """Its words stay; its number goes where the indicator has no successor under the commitment."""
    key = mapping.successor(target.indicator_key)
    indicators = Indicator.objects.filter(measure__commitment__in=commitments[:1], key=key or "")
    known = indicators.exists()
    target.indicator_key, target.value = (key or "", target.value) if known else ("", None)
    target.save(update_fields=["indicator_key", "value"])
