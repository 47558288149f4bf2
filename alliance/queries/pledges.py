"""Reads of pledges and accessions, for workspace and secretariat."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from alliance.enums import AccessionState, CharterState, IndicatorType
from alliance.models import Accession, Charter, Commitment, Indicator, Measure, Organisation, Pledge
from portal.kernel.access import Actor, can

Rows = TypeVar("Rows", bound=Iterable[Any])


def pledge_rows(actor: Actor) -> QuerySet[Any]:
    """The pledges that the actor may see, with organisation, services and targets. Three queries."""
    rows = Pledge.objects.visible_to(actor).select_related("organisation", "countersigned_by")
    return rows.prefetch_related("services", "targets")


def commitments_by_key(actor: Actor) -> dict[str, Commitment]:
    """The commitments of the charters in force, by key, with their opt-in measures. Two queries."""
    rows = Commitment.objects.visible_to(actor).filter(charter__state=CharterState.IN_FORCE)
    optional = Measure.objects.visible_to(actor).filter(core=False)
    commitments = rows.select_related("charter").prefetch_related(
        Prefetch("measures", queryset=optional, to_attr="optional")
    )
    return {commitment.key: commitment for commitment in commitments.order_by("charter__version", "position")}


def with_commitments(actor: Actor, pledges: Rows) -> Rows:
    """The same pledges, each with its `commitment` in the charter in force, or None. Two queries."""
    commitments = commitments_by_key(actor)
    for pledge in pledges:
        pledge.commitment = commitments.get(pledge.commitment_key)
    return pledges


def figure_indicators(actor: Actor, commitment: Commitment | None) -> list[Indicator]:
    """The indicators that a target of a pledge to the commitment can name."""
    if commitment is None:
        return []
    rows = Indicator.objects.visible_to(actor).filter(
        measure__commitment=commitment, type=IndicatorType.FIGURE
    )
    return list(rows.order_by("position"))


def charters_in_force(actor: Actor) -> QuerySet[Charter]:
    return Charter.objects.visible_to(actor).filter(state=CharterState.IN_FORCE).order_by("key")


def accession_to(actor: Actor, organisation_id: int | None, charter: Charter) -> Accession | None:
    """The organisation's accession to this version that has not ended."""
    rows = Accession.objects.visible_to(actor).filter(organisation_id=organisation_id, charter=charter)
    rows = rows.select_related("carried_from__charter")
    return rows.exclude(state=AccessionState.ENDED).first()


def may_accede(actor: Actor, charter: Charter, accession: Accession | None) -> bool:
    """Whether the actor may sign a charter in force, to which their organisation has at most a drafted accession."""
    if charter.state != CharterState.IN_FORCE or (accession and accession.state != AccessionState.DRAFT):
        return False
    return can(actor, "accession.draft", own_organisation(actor))


def charters_with_accessions(
    actor: Actor, organisation_id: int | None
) -> list[tuple[Charter, Accession | None]]:
    """The charters in force, each with the organisation's accession that has not ended. Two queries."""
    rows = Accession.objects.visible_to(actor).filter(organisation_id=organisation_id)
    accessions = {row.charter_id: row for row in rows.exclude(state=AccessionState.ENDED)}
    return [(charter, accessions.get(charter.pk)) for charter in charters_in_force(actor)]


def accessions_to_earlier_versions(actor: Actor, organisation_id: int | None) -> list[Accession]:
    """The accessions to superseded versions by which the organisation stands: it has signed no later one. One query."""
    rows = Accession.objects.visible_to(actor).filter(
        organisation_id=organisation_id,
        state=AccessionState.PUBLISHED,
        charter__state=CharterState.SUPERSEDED,
    )
    later = Accession.objects.visible_to(actor).filter(
        organisation=OuterRef("organisation"),
        state__in=(AccessionState.PUBLISHED, AccessionState.ENDED),
        charter__key=OuterRef("charter__key"),
        charter__version__gt=OuterRef("charter__version"),
    )
    return list(rows.filter(~Exists(later)).select_related("charter").order_by("charter__key"))


def own_organisation(actor: Actor) -> Organisation:
    """The organisation that the actor acts for."""
    organisation: Organisation = Organisation.objects.visible_to(actor).get(pk=actor.tenant_id)
    return organisation
