"""Under which keys public rows are about one commitment: each version of its charter has its own key for it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db.models import Q

from alliance.models import Commitment
from alliance.queries.lineage import lineage_of
from alliance.queries.public.charters import charter_versions, commitment_row, key_in_force


@dataclass(frozen=True, slots=True)
class CommitmentPlaces:
    """The versions of a charter that have the commitment, by their ids, with the key of each.

    `names` are the keys that mean this commitment alone: not the one from which it was split.
    """

    charter: str = ""
    keys: Mapping[int, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()

    def rows(self, charter: str = "charter", key: str = "commitment_key") -> Q:
        """Rows about it, by the lookups of the version whose keys they name, and of their key."""
        versions: dict[str, list[int]] = defaultdict(list)
        for pk, name in self.keys.items():
            versions[name].append(pk)
        places = (Q((key, name), (f"{charter}__in", ids)) for name, ids in sorted(versions.items()))
        return reduce(or_, places, Q(pk__in=[]))

    def reported(self) -> Q:
        """Rows about it of reports: under the key of the cycle's version; a reply under that of the report's own."""
        own = Q(commitment_key__in=sorted(self.names), cycle__charter__in=list(self.keys))
        return self.rows("cycle__charter") | own


def commitment_places(key: str) -> CommitmentPlaces:
    """Those of the commitment that the version in force has under this key, or has given another one.

    None where no version has it. One query; three more of a key that was renamed, and those of `places_of`.
    """
    commitment = commitment_row(key)
    if commitment is None:
        return CommitmentPlaces()
    now = key_in_force(key, commitment.charter)
    return places_of((commitment_row(now) if now != key else None) or commitment)


def places_of(commitment: Commitment) -> CommitmentPlaces:
    """Those of a commitment in its version and those before it. Two queries at most, none of a first version."""
    charter, lineage = commitment.charter, lineage_of(commitment.charter)
    if len(lineage.versions) == 1:
        return CommitmentPlaces(charter.key, {charter.pk: commitment.key}, frozenset({commitment.key}))
    history = lineage.history_of(commitment.key)
    versions = [each for each in charter_versions().values() if each.key == charter.key]
    keys = {each.pk: key for each in versions if (key := history.key_in(each.version))}
    names = {
        key for version, key in history.keys.items() if lineage.current_key(key, version) == commitment.key
    }
    return CommitmentPlaces(charter.key, keys, frozenset(names))
