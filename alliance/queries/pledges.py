"""Reads of pledges and accessions, for workspace and secretariat."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import F, Prefetch, Q, QuerySet

from alliance.enums import AccessionState, CharterState, IndicatorType, PledgeState
from alliance.models import (
    Accession,
    Charter,
    Commitment,
    Indicator,
    Measure,
    Organisation,
    Pledge,
    Report,
    Target,
)
from alliance.queries.charter_signatures import accessions_in_force
from alliance.queries.list_order import by_column, place_among
from alliance.queries.organisations import known_by
from portal.kernel.access import Actor, can
from portal.kernel.alphabet import ByAlphabet

Rows = TypeVar("Rows", bound=Iterable[Any])


def pledge_rows(actor: Actor) -> QuerySet[Any]:
    """The pledges that the actor may see, with organisation, services and targets. Three queries."""
    rows = Pledge.objects.visible_to(actor).select_related(
        "organisation", "countersigned_by", "earlier_charter"
    )
    return rows.prefetch_related("services", "targets")


def _sort_columns() -> dict[str, Any]:
    return {
        "member": ByAlphabet("organisation__name"),
        "state": place_among("state", PledgeState),
        "signed": F("signed_at"),
    }


def searched_pledges(actor: Actor, states: Iterable[str], words: str, sort: str = "") -> QuerySet[Any]:
    """Those in these states with the words in title, text or a name of the member, by when they were signed.

    Or by the column that `sort` names, with a minus backwards.
    """
    rows = pledge_rows(actor).filter(state__in=states)
    if words:
        rows = rows.filter(
            Q(text__icontains=words) | Q(title__icontains=words) | Q(organisation__in=known_by(words))
        )
    chosen = (by_column(_sort_columns(), sort),) if sort else ()
    return rows.order_by(*chosen, "signed_at", "pk")


def accessions_to_publish(actor: Actor, words: str) -> QuerySet[Accession]:
    """Those that were signed, of members with the words in a name. One query."""
    rows: QuerySet[Accession] = Accession.objects.visible_to(actor).filter(state=AccessionState.SIGNED)
    if words:
        rows = rows.filter(organisation__in=known_by(words))
    return rows.select_related("organisation", "charter")


def commitments_by_key(actor: Actor) -> dict[str, Commitment]:
    """The commitments of the charters in force, by key, with their opt-in measures. Two queries."""
    rows = _commitments(actor).filter(charter__state=CharterState.IN_FORCE)
    return {commitment.key: commitment for commitment in rows}


def _commitments(actor: Actor) -> QuerySet[Commitment]:
    optional = Measure.objects.visible_to(actor).filter(core=False)
    rows = Commitment.objects.visible_to(actor).select_related("charter")
    return rows.prefetch_related(Prefetch("measures", queryset=optional, to_attr="optional")).order_by(
        "charter__version", "position"
    )


def with_commitments(actor: Actor, pledges: Rows) -> Rows:
    """The same pledges, each with its `commitment` in the version that it is to, or None. Four queries at most."""
    rows = list(pledges)
    earlier = {pledge.earlier_charter_id for pledge in rows} - {None}
    known: dict[tuple[int | None, str], Commitment] = {
        (None, key): commitment for key, commitment in commitments_by_key(actor).items()
    }
    if earlier:
        for commitment in _commitments(actor).filter(charter__in=earlier):
            known[commitment.charter_id, commitment.key] = commitment
    for pledge in rows:
        pledge.commitment = known.get((pledge.earlier_charter_id, pledge.commitment_key))
    return pledges


def commitment_of_pledge(actor: Actor, pledge: Pledge) -> Commitment | None:
    """The commitment that a pledge is to, in the version that it is to, with its opt-in measures. Two queries."""
    if not pledge.commitment_key:
        return None
    rows = _commitments(actor).filter(key=pledge.commitment_key)
    version = pledge.earlier_charter_id
    rows = rows.filter(charter=version) if version else rows.filter(charter__state=CharterState.IN_FORCE)
    return rows.last()


def pledged_values(actor: Actor, report: Report) -> dict[str, Decimal]:
    """The number that the member has pledged of an indicator, by its key; of several the one that is due first.

    One query. Targets that are read under another version of the charter are left out.
    """
    rows = Target.objects.filter(
        pledge__in=Pledge.objects.visible_to(actor).filter(
            organisation_id=report.organisation_id,
            state=PledgeState.PUBLISHED,
            earlier_charter=report.earlier_charter_id,
        ),
        value__isnull=False,
    ).exclude(indicator_key="")
    latest_first = rows.order_by(F("due_on").desc(nulls_first=True), "-pk")
    return {
        key: value for key, value in latest_first.values_list("indicator_key", "value") if value is not None
    }


def figure_indicators(actor: Actor, commitment: Commitment | None) -> list[Indicator]:
    """The indicators of the commitment with a figure; new targets name those of them that can decide one."""
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
    rows = accessions_in_force().visible_to(actor)
    rows = rows.filter(organisation_id=organisation_id, charter__state=CharterState.SUPERSEDED)
    return list(rows.select_related("charter").order_by("charter__key"))


def own_organisation(actor: Actor) -> Organisation:
    """The organisation that the actor acts for."""
    organisation: Organisation = Organisation.objects.visible_to(actor).get(pk=actor.tenant_id)
    return organisation
