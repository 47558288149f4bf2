"""Affiliations on pages of the alliance app: what waits at the two homes, and those of one organisation."""

from typing import Any

from django.db.models import Q

from alliance.models import Organisation
from alliance.web.area import area_of
from portal.kernel.access import Actor
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.web import permissions
from practices.access import in_effect
from practices.enums import Label
from practices.models import Affiliation
from practices.queries.affiliations import affiliation_rows, waiting_affiliations
from practices.queries.sharing_policy import allowed_labels_of
from practices.workflows import AFFILIATION

_MAX_ROWS = 4
_ACTION_BY_AREA = {"secretariat": "approve", "workspace": "confirm"}


def waiting_panel(actor: Actor, subject: object) -> dict[str, Any] | None:
    """On a home page: the affiliations that wait for the actor; nothing where none does."""
    del subject
    area = area_of(actor).namespace
    action = _ACTION_BY_AREA[area]
    rows = [row for row in waiting_affiliations(actor) if AFFILIATION.is_available(actor, row, action)]
    return {"rows": rows[:_MAX_ROWS], "count": len(rows), "area": area} if rows else None


def member_panel(actor: Actor, organisation: Organisation) -> dict[str, Any]:
    """On the secretariat's page of an organisation: its affiliations, on either side."""
    sides = Q(organisation=organisation) | Q(affiliate=organisation)
    return {"affiliations": affiliation_rows(actor).filter(sides)}


def people_panel(actor: Actor, organisation: Organisation) -> dict[str, Any] | None:
    """On the page of people: which labels staff use, which affiliates read, and the way to change it."""
    if organisation.pk != actor.tenant_id:
        return None
    rows = (
        Affiliation.objects.visible_to(actor).filter(in_effect()).select_related("affiliate", "organisation")
    )
    return {
        "labels": [Label(label) for label in allowed_labels_of(organisation.pk)],
        "affiliates": rows.filter(organisation=organisation).order_by(ByAlphabet("affiliate__name")),
        "registering": rows.filter(affiliate=organisation).order_by(ByAlphabet("organisation__name")),
        "waiting": waiting_affiliations(actor).count(),
        **permissions(actor, may_choose="labels.choose"),
    }
