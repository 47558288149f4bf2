"""Notices about accessions and pledges: signed, returned, published."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from alliance.enums import DRAFTING_ROLES, Role, TargetState
from alliance.models import Accession, Commitment, Pledge
from alliance.notify.recipients import (
    ALL_ROLES,
    FindRecipients,
    managers,
    notice,
    people_in,
)
from alliance.queries.corrections import (
    correctable_report,
    latest_public_report,
)
from alliance.queries.public.targets import published_targets
from alliance.queries.public.texts import in_reader_language
from alliance.queries.site import read_site
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient


def people_of_member(model: type[Accession] | type[Pledge], *roles: Role) -> FindRecipients:
    """Those with one of the roles in the organisation whose accession or pledge it is."""

    def recipients(event: Event) -> list[Recipient]:
        rows = model.objects.filter(pk=event.target_id)
        return people_in(rows.values_list("organisation_id", flat=True).first(), *roles)

    return recipients


def _about_pledge(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    pledge = (
        Pledge.objects.visible_to(actor).select_related("organisation").filter(pk=event.target_id).first()
    )
    if pledge is None:
        return None
    page = "secretariat:pledge" if actor.is_host else "workspace:pledge"
    return {
        "site": read_site(),
        "pledge": pledge,
        "commitment": _commitment(actor, pledge),
        "organisation": pledge.organisation,
        # the version that returned it; None where the secretariat did
        "charter_version": event.data.get("version"),
        "url": reverse(page, args=[pledge.pk]),
    }


def _about_decision(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """The pledge with its decided target as it is public now; nothing once a correction has taken the decision away."""
    context = _about_pledge(actor, event)
    if context is None:
        return None
    targets = published_targets(context["pledge"].record)
    target = next((each for each in targets if each.number == event.data["number"]), None)
    if target is None or target.decision is None:
        return None
    reason = in_reader_language(target.decision.reason)
    organisation = context["pledge"].organisation_id
    before = event.data.get("decided_before", "")
    return {
        **context,
        "target": target,
        "decision_reason": reason,
        "state_before": TargetState(before).label if before else "",
        "may_correct": correctable_report(actor, organisation) is not None,
        "is_reported": latest_public_report(actor, organisation) is not None,
    }


def _about_overdue_target(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """The pledge with the target, as long as that is overdue: a digest may go out days later."""
    context = _about_pledge(actor, event)
    targets = published_targets(context["pledge"].record) if context else ()
    target = next((each for each in targets if each.number == event.data["number"]), None)
    if context is None or target is None or target.state != TargetState.LATE:
        return None
    # a revision may have put another one in its place
    if target.due_on is None or target.due_on.isoformat() != event.data["on"]:
        return None
    return {**context, "target": target}


def _commitment(actor: Actor, pledge: Pledge) -> Commitment | None:
    """The commitment that it answers to, as the latest charter words it; None beyond the charter."""
    if not pledge.commitment_key:
        return None
    rows = Commitment.objects.visible_to(actor).filter(key=pledge.commitment_key)
    commitment: Commitment | None = rows.order_by("-charter__version").first()
    return commitment


def about_accession(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """The accession with its charter, and the page of it for either side."""
    rows = Accession.objects.visible_to(actor).select_related("organisation", "charter")
    accession = rows.filter(pk=event.target_id).first()
    if accession is None:
        return None
    charter = accession.charter
    own = reverse("workspace:accession", args=[charter.key, charter.version])
    return {
        "site": read_site(),
        "accession": accession,
        "charter": charter,
        "organisation": accession.organisation,
        "following": event.data.get("following", 0),
        "returning": event.data.get("returning", 0),
        "url": reverse("secretariat:accession-publish", args=[accession.pk]) if actor.is_host else own,
    }


NOTICES = (
    notice("accession.sign", managers, about_accession, "organisation.name", group="signed"),
    notice(
        "accession.publish",
        people_of_member(Accession, *ALL_ROLES),
        about_accession,
        "charter.title",
        group="published",
    ),
    notice("pledge.sign", managers, _about_pledge, "organisation.name", group="signed"),
    notice(
        "pledge.return",
        people_of_member(Pledge, *DRAFTING_ROLES),
        _about_pledge,
        "commitment.title",
        "pledge.title",
        group="drafts",
    ),
    notice(
        "pledge.publish",
        people_of_member(Pledge, *ALL_ROLES),
        _about_pledge,
        "commitment.title",
        "pledge.title",
        group="published",
    ),
    notice(
        "pledge.decide_target",
        people_of_member(Pledge, *ALL_ROLES),
        _about_decision,
        "commitment.title",
        "pledge.title",
        group="published",
    ),
    notice(
        "pledge.target_overdue",
        people_of_member(Pledge, *DRAFTING_ROLES),
        _about_overdue_target,
        "commitment.title",
        "pledge.title",
        group="deadlines",
    ),
)
