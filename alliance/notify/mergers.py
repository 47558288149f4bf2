"""The notices that a member has merged into another, that this was taken back, and that a member is reinstated."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from alliance.enums import ReportState, Role
from alliance.models import Organisation, Report
from alliance.notify.recipients import notice, people_in, without_actor
from alliance.queries.access_return import missed_without_access, reports_due_again
from alliance.queries.charter_signatures import versions_not_carried_to
from alliance.queries.mediation import comments_without_member
from alliance.queries.site import read_site
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient


def _people(event: Event) -> list[Recipient]:
    """Those of the member whom the entry is about: who reports for it and who administers it."""
    people = people_in(event.target_id, Role.EDITOR, Role.SIGNATORY, Role.ADMINISTRATOR)
    return without_actor(event, people)


def _about(actor: Actor, event: Event, merged_pk: int, successor_pk: int) -> Mapping[str, Any] | None:
    organisations = Organisation.objects.visible_to(actor).in_bulk([merged_pk, successor_pk])
    if len(organisations) < 2:
        return None
    return {
        "site": read_site(),
        "organisation": organisations[merged_pk],
        "successor": organisations[successor_pk],
        "day": date.fromisoformat(event.data["on"]),
        "url": reverse("workspace:people"),
    }


def _about_successor(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    return _about(actor, event, event.data["earlier_organisation"], event.target_id or 0)


def _about_restored(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    about = _about(actor, event, event.target_id or 0, event.data["organisation"])
    if about is None:
        return None
    reports = Report.objects.visible_to(actor).filter(pk__in=event.data["reports"], state=ReportState.DRAFT)
    return {
        **about,
        "due_again": list(reports.select_related("cycle").order_by("due_on", "pk")),
        **_about_missed(actor, event),
        "without_member": comments_without_member(actor, event.target_id or 0),
        "not_carried_to": versions_not_carried_to(actor, event.target_id or 0),
    }


def _about_missed(actor: Actor, event: Event) -> Mapping[str, Any]:
    """Reports that came to count as not filed while nobody had access: those that are drafts again, and the others."""
    organisation, until = event.target_id or 0, event.pk
    return {
        "restored": reports_due_again(actor, organisation, until=until),
        "stays_missed": missed_without_access(actor, organisation, until=until).stay,
    }


def _about_reinstated(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """As long as it takes part; the comments as they are public then."""
    organisation = Organisation.objects.visible_to(actor).filter(pk=event.target_id).first()
    if organisation is None or not organisation.has_access:
        return None
    return {
        "organisation": organisation,
        **_about_missed(actor, event),
        "without_member": comments_without_member(actor, organisation.pk),
        "not_carried_to": versions_not_carried_to(actor, organisation.pk),
        "url": reverse("workspace:home"),
    }


NOTICES = (
    notice(
        "organisation.take_over",
        _people,
        _about_successor,
        "organisation.name",
        "successor.name",
        group="published",
    ),
    notice("organisation.give_back", _people, _about_successor, "organisation.name", group="published"),
    notice("organisation.take_back_merger", _people, _about_restored, "organisation.name", group="published"),
    notice("organisation.reinstate", _people, _about_reinstated, "organisation.name", group="published"),
)
