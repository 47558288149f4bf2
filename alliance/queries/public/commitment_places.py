"""Under which keys public rows are about one commitment: each version of its charter has its own key for it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from alliance.models import Commitment, PublishedReport
from alliance.queries.lineage import lineage_of
from alliance.queries.public.charters import charter_versions, current_commitment


@dataclass(frozen=True, slots=True)
class CommitmentPlaces:
    """The versions of a charter that have the commitment, by their ids, with the key of each.

    Where it was split from another one or merged, an earlier version has what it came from: so it is with promises.
    `alone` are the versions whose key means this commitment and no other: what was judged and answered is of these.
    """

    charter: str = ""
    keys: Mapping[int, str] = field(default_factory=dict)
    alone: Mapping[int, str] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The keys that mean this commitment alone."""
        return frozenset(self.alone.values())

    def rows(self) -> Q:
        """Pledges to it, by the version whose keys they name; also to the commitment from which it was split."""
        return _rows_under(self.keys, "charter", "commitment_key")

    def indicators(self) -> Q:
        """The indicators that it has in the versions where it stands alone."""
        return _rows_under(self.alone, "charter", "measure__commitment__key")

    def reported(self) -> Q:
        """Rows about it of reports, which have the key of the cycle's version."""
        return _rows_under(self.alone, "cycle__charter", "commitment_key")

    def replies(self) -> Q:
        """Replies about it, which have the key of the version that their report answers to, perhaps an earlier one."""
        reports = PublishedReport.objects.filter(
            organisation_id=OuterRef("organisation_id"), cycle_id=OuterRef("cycle_id")
        )
        several = self.alone if len(self.alone) > 1 else {}  # of one version no other is an earlier one
        earlier = (
            Q(
                Exists(reports.filter(earlier_version=charter_versions()[pk].version)),
                commitment_key=name,
                cycle__charter__in=list(self.alone),
            )
            for pk, name in several.items()
        )
        own = self.reported() & ~Q(Exists(reports.filter(earlier_version__isnull=False)))
        return reduce(or_, earlier, own)


def _rows_under(keys: Mapping[int, str], charter: str, key: str) -> Q:
    """Rows under these keys, by the lookups of the version whose keys they name, and of their key."""
    versions: dict[str, list[int]] = defaultdict(list)
    for pk, name in keys.items():
        versions[name].append(pk)
    places = (Q((key, name), (f"{charter}__in", ids)) for name, ids in sorted(versions.items()))
    return reduce(or_, places, Q(pk__in=[]))


def commitment_places(key: str) -> CommitmentPlaces:
    """Those of the commitment that the version in force has under this key, or has given another one.

    None where no version has it. One query; three more of a key that was renamed, and those of `places_of`.
    """
    commitment = current_commitment(key)
    return places_of(commitment) if commitment else CommitmentPlaces()


def places_of(commitment: Commitment) -> CommitmentPlaces:
    """Those of a commitment in its version and those before it. Two queries at most, none of a first version."""
    charter, lineage = commitment.charter, lineage_of(commitment.charter)
    if len(lineage.versions) == 1:
        only = {charter.pk: commitment.key}
        return CommitmentPlaces(charter.key, only, only)
    history = lineage.history_of(commitment.key)
    versions = [each for each in charter_versions().values() if each.key == charter.key]
    keys = {each.pk: key for each in versions if (key := history.key_in(each.version))}
    alone = {
        each.pk: keys[each.pk]
        for each in versions
        if each.pk in keys and lineage.earlier_key(commitment.key, each.version)
    }
    return CommitmentPlaces(charter.key, keys, alone)
