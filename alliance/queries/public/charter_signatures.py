"""By which version of a charter each member stands, and which of them objected to the one in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from alliance.enums import CharterState, OrganisationState
from alliance.models import Accession, Charter, Organisation
from alliance.queries.charter_signatures import accessions_in_force
from alliance.queries.public.record import latest_revision
from portal.kernel.access import ANYONE
from portal.kernel.alphabet import alphabet_key
from portal.kernel.publishing import cached_for_page, read_publication


@dataclass(frozen=True, slots=True)
class VersionSignature:
    """A member's signature under the last version that it has signed; when it objected to the one asked for, if so."""

    organisation: Organisation
    accession: Accession
    version: int
    objected_at: datetime | None


@dataclass(frozen=True, slots=True)
class EarlierStanding:
    """Why a member stands by an earlier version: there is a later one, to which it may have objected."""

    version: int
    later: int
    objected_at: datetime | None


@cached_for_page
def objections_to(charter: Charter) -> dict[int, datetime]:
    """By member when it objected to a version, as published when that came into force. Two queries."""
    publication = latest_revision("signatures", f"{charter.key}/{charter.version}")
    if publication is None:
        return {}
    moments = {
        row["slug"]: datetime.fromisoformat(row["objected_at"])
        for row in read_publication(publication)["objecting"]
    }
    own = Q(slug__in=moments) | Q(former_slugs__slug__in=moments)
    members = Organisation.objects.visible_to(ANYONE).filter(own)
    rows = members.values_list("pk", "slug", "former_slugs__slug")
    return {
        pk: moments.get(slug) or moments[former] for pk, slug, former in rows if {slug, former} & {*moments}
    }


def signatures_under(charter: Charter) -> tuple[list[VersionSignature], list[VersionSignature]]:
    """The members that stand by this version, and those that stand by an earlier one, by name. Five queries at most.

    Only those that a version in force or superseded can have; members that have left stand by none.
    """
    in_force = _in_force(charter.key) or charter
    accessions = (
        accessions_in_force(in_force)
        .visible_to(ANYONE)
        .select_related("organisation")
        .only("organisation", "charter_id", "signed_at", "carried_from_id", "state")
    )
    versions = dict(Charter.objects.visible_to(ANYONE).filter(key=charter.key).values_list("pk", "version"))
    objections = objections_to(charter)
    rows = [
        VersionSignature(row.organisation, row, versions[row.charter_id], objections.get(row.organisation_id))
        for row in accessions
        if row.organisation.state != OrganisationState.FORMER
    ]
    rows.sort(key=lambda row: (alphabet_key(row.organisation.name), row.organisation.slug))
    return (
        [row for row in rows if row.version == charter.version],
        [row for row in rows if row.version < charter.version],
    )


def standings_on_earlier(accessions: Iterable[Accession]) -> dict[int, EarlierStanding]:
    """Of the accessions by which a member stands those to a superseded version: it has signed no later one.

    Two queries for each charter of which there is one.
    """
    standings = {}
    for row in accessions:
        in_force = _in_force(row.charter.key) if row.charter.state == CharterState.SUPERSEDED else None
        if in_force is not None:
            objected_at = objections_to(in_force).get(row.organisation_id)
            standings[row.pk] = EarlierStanding(row.charter.version, in_force.version, objected_at)
    return standings


@cached_for_page
def _in_force(key: str) -> Charter | None:
    rows = Charter.objects.visible_to(ANYONE).filter(key=key, state=CharterState.IN_FORCE)
    return rows.first()
