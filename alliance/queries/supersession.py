"""What putting a charter version in force means for the pledges to the version before: which follow, which return."""

from collections.abc import Sequence
from dataclasses import dataclass

from alliance.enums import OPEN_PLEDGE_STATES, CharterState, PledgeState
from alliance.models import Charter, Commitment, Pledge
from alliance.queries.lineage import lineage_of
from alliance.validators.lineage import VersionMapping


@dataclass(frozen=True)
class Supersession:
    """The version that is superseded, the way from its keys to the new ones, and the pledges to it.

    A pledge follows when its commitment, its opt-in measures and its targets' indicators all have one
    successor; else it returns for signing.
    """

    superseded: Charter
    charter: Charter
    mapping: VersionMapping | None  # None where the new version's mapping names another one
    pledges: Sequence[Pledge]

    def follows(self, pledge: Pledge) -> bool:
        passage = self.mapping
        return passage is not None and all(passage.successor(key) for key in keys_of(pledge))

    @property
    def known_pledges(self) -> list[Pledge]:
        """The pledges that the secretariat knows of: a draft is its organisation's alone."""
        return [pledge for pledge in self.pledges if pledge.state != PledgeState.DRAFT]

    @property
    def following(self) -> list[Pledge]:
        return [pledge for pledge in self.known_pledges if self.follows(pledge)]

    @property
    def returning(self) -> list[Pledge]:
        return [pledge for pledge in self.known_pledges if not self.follows(pledge)]


def keys_of(pledge: Pledge) -> list[str]:
    """Everything of a charter that a pledge names."""
    indicators = [target.indicator_key for target in pledge.targets.all() if target.indicator_key]
    return [pledge.commitment_key, *pledge.measure_keys, *indicators]


def supersession_of(charter: Charter) -> Supersession | None:
    """What the version would supersede; None where no version of the charter is in force. Nine queries."""
    in_force = Charter.objects.filter(key=charter.key, state=CharterState.IN_FORCE)
    before = in_force.exclude(pk=charter.pk).first()
    if before is None:
        return None
    lineage = lineage_of(charter)
    leads_here = lineage.versions[1:2] == [before.version]
    keys = Commitment.objects.filter(charter=before).values_list("key", flat=True)
    pledges = Pledge.objects.filter(commitment_key__in=list(keys), state__in=OPEN_PLEDGE_STATES)
    rows = pledges.select_related("organisation").prefetch_related("targets", "services")
    return Supersession(
        before,
        charter,
        lineage.mappings[0] if leads_here else None,
        list(rows.order_by("organisation__name", "commitment_key", "revision")),
    )
