"""What putting a charter version in force means for the pledges to the version before: which follow, which return."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from alliance.enums import OPEN_PLEDGE_STATES, AccessionState, CharterState, PledgeState, SignatureRule
from alliance.models import Accession, Charter, Commitment, Pledge, Target
from alliance.queries.charter_signatures import carried_accessions
from alliance.queries.lineage import lineage_of
from alliance.validators.lineage import VersionMapping
from portal.kernel.alphabet import ByAlphabet


@dataclass(frozen=True)
class Supersession:
    """The version that is superseded, the way from its keys to the new ones, and the pledges to it that come along.

    A pledge follows when its commitment, its opt-in measures and its targets' indicators all have one
    successor; else it returns for signing. Those of members who have not signed the new version are `staying`.
    """

    superseded: Charter
    charter: Charter
    mapping: VersionMapping | None  # None where the new version's mapping names another one
    pledges: Sequence[Pledge]
    staying: Sequence[Pledge] = ()

    def follows(self, pledge: Pledge) -> bool:
        passage = self.mapping
        return passage is not None and all(passage.successor(key) for key in keys_of(pledge))

    @property
    def known_pledges(self) -> list[Pledge]:
        """The pledges that the secretariat knows of: a draft is its organisation's alone."""
        return [pledge for pledge in self.pledges if pledge.state != PledgeState.DRAFT]

    @cached_property
    def following(self) -> list[Pledge]:
        return [pledge for pledge in self.known_pledges if self.follows(pledge)]

    @cached_property
    def returning(self) -> list[Pledge]:
        return [pledge for pledge in self.known_pledges if not self.follows(pledge)]

    def moved_of(self, organisation_id: int) -> dict[str, int]:
        """How many pledges of an organisation follow, and how many return; what is none is left out."""
        counts = {
            name: len({row.record for row in rows if row.organisation_id == organisation_id})
            for name, rows in (("following", self.following), ("returning", self.returning))
        }
        return {name: count for name, count in counts.items() if count}

    @property
    def of_all(self) -> "Supersession":
        """The same as if every member signed the new version on its day."""
        return replace(self, pledges=[*self.pledges, *self.staying], staying=())

    @property
    def known_staying(self) -> list[Pledge]:
        return [pledge for pledge in self.staying if pledge.state != PledgeState.DRAFT]


def keys_of(pledge: Pledge) -> list[str]:
    """Everything of a charter that a pledge names; of pledges that this module has read, without a query."""
    return [pledge.commitment_key, *pledge.measure_keys, *pledge.target_keys]  # type: ignore[attr-defined]


def supersession_of(charter: Charter) -> Supersession | None:
    """What the version would supersede; None where no version of the charter is in force. Nine queries."""
    in_force = Charter.objects.filter(key=charter.key, state=CharterState.IN_FORCE)
    before = in_force.exclude(pk=charter.pk).first()
    if before is None:
        return None
    lineage = lineage_of(charter)
    leads_here = lineage.versions[1:2] == [before.version]
    keys = Commitment.objects.filter(charter=before).values_list("key", flat=True)
    rows = list(_open_pledges().filter(commitment_key__in=list(keys), earlier_charter=None))
    stays = _standing_by(before, charter)
    return Supersession(
        before,
        charter,
        lineage.mappings[0] if leads_here else None,
        [pledge for pledge in rows if pledge.organisation_id not in stays],
        [pledge for pledge in rows if pledge.organisation_id in stays],
    )


def _standing_by(before: Charter, charter: Charter) -> set[int]:
    """The organisations that have signed the version before and whose signature does not carry over. Two queries."""
    states = (AccessionState.SIGNED, AccessionState.PUBLISHED)
    signed = Accession.objects.filter(charter=before, state__in=states)
    stays = set(signed.values_list("organisation_id", flat=True))
    if charter.signatures == SignatureRule.CARRY_OVER:
        stays -= set(carried_accessions(charter, before).values_list("organisation_id", flat=True))
    return stays


def _open_pledges() -> QuerySet[Pledge]:
    """Each with the keys of its targets' indicators: all pledges are read at once, and none of their targets.

    An organisation is made once for all its pledges. Who moves pledges asks for their targets and services.
    """
    targets = Target.objects.filter(pledge=OuterRef("pk")).exclude(indicator_key="")
    rows = Pledge.objects.filter(state__in=OPEN_PLEDGE_STATES).annotate(
        target_keys=ArraySubquery(targets.values("indicator_key"))
    )
    ordered = rows.select_related("earlier_charter").prefetch_related("organisation")
    return ordered.order_by(ByAlphabet("organisation__name"), "commitment_key", "revision")


def steps_to(charter: Charter, organisation_id: int) -> list[tuple[Charter, Charter, VersionMapping]]:
    """The way of an organisation's pledges to a version that it has signed: from version to version, the oldest first.

    Empty where it has no pledge to an earlier one. Seven queries at most.
    """
    pledges = Pledge.objects.filter(organisation=organisation_id, state__in=OPEN_PLEDGE_STATES)
    behind = pledges.filter(
        earlier_charter__key=charter.key, earlier_charter__version__lt=charter.version
    ).values_list("earlier_charter__version", flat=True)
    first = min(behind, default=None)
    if first is None:
        return []
    lineage = lineage_of(charter)
    rows = {row.version: row for row in Charter.objects.filter(key=charter.key, version__gte=first)}
    versions = [version for version in lineage.versions if version >= first]
    steps = zip(pairwise(versions), lineage.mappings, strict=False)
    return [(rows[before], rows[after], mapping) for (after, before), mapping in steps][::-1]


def pledges_moved_by(organisation_id: int, charter: Charter) -> tuple[list[Pledge], list[Pledge]]:
    """The pledges to earlier versions that follow once the accession to this one is published, and those that return.

    Without drafts, which are the member's alone. Eight queries at most.
    """
    rows = _open_pledges().filter(
        organisation=organisation_id,
        earlier_charter__key=charter.key,
        earlier_charter__version__lt=charter.version,
    )
    lineage = lineage_of(charter)
    moved: tuple[list[Pledge], list[Pledge]] = ([], [])
    for pledge in rows.exclude(state=PledgeState.DRAFT):
        version = pledge.earlier_charter.version if pledge.earlier_charter else charter.version
        returns = not all(lineage.current_key(key, version) for key in keys_of(pledge))
        moved[returns].append(pledge)
    return moved


def pledges_left_at(earlier: Charter, organisation_id: int) -> list[Pledge]:
    """The open pledges of an organisation to a version that is no longer in force. Three queries."""
    return list(_open_pledges().filter(organisation=organisation_id, earlier_charter=earlier))
