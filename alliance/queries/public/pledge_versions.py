"""To which version of the charter published pledges are."""

from collections.abc import Sequence
from uuid import UUID

from alliance.enums import CharterState
from alliance.models import PublishedPledge
from alliance.queries.charter_signatures import signed_versions
from alliance.queries.lineage import lineage_of
from alliance.queries.public.charters import charter_versions


def earlier_versions(pledges: Sequence[PublishedPledge]) -> dict[UUID, int]:
    """By record the version of the charter to which a pledge is, where that is not the one in force.

    Its member stays on that version, or has yet to sign its next revision: the new version split, merged or left out
    something that it names. A pledge whose keys a later version keeps is not published again when its member signs
    that one: it is to the last version that the member has signed and that kept them. Two queries, a few more where
    there are earlier versions.
    """
    versions: dict[UUID, int] = {}
    if not any(row.charter_id for row in pledges):
        return versions
    charters = charter_versions()
    for charter in charters.values():
        own = [
            (row, charters[row.charter_id])
            for row in pledges
            if row.charter_id and charters[row.charter_id].key == charter.key
        ]
        if charter.state != CharterState.IN_FORCE or not own:
            continue
        lineage = lineage_of(charter)
        signed = signed_versions(charter, [row.organisation_id for row, _published in own])
        for row, published in own:
            last = charters[signed.get(row.organisation_id, published.pk)]
            version = lineage.unchanged_until(_keys_of(row), published.version, last.version)
            if version < charter.version:
                versions[row.record] = version
    return versions


def _keys_of(pledge: PublishedPledge) -> list[str]:
    indicators = [target["indicator"] for target in pledge.targets if target.get("indicator")]
    return [pledge.commitment_key, *pledge.measures, *indicators]
