"""Notices about tokens: its owner is told when one is made in their name, when another revokes it, before it ends."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from alliance.models import ApiToken
from alliance.notify.reminders import Reminder
from alliance.notify.who import but_the_actor, notice
from alliance.queries.actors import recipient_for
from alliance.queries.site import read_site
from alliance.queries.tokens import works
from portal.kernel.access import SYSTEM, Actor
from portal.kernel.models import Event
from portal.kernel.notices import Recipient
from portal.kernel.row_security import acting_as
from portal.kernel.scopes import label_of


def _owner(event: Event) -> list[Recipient]:
    with acting_as(SYSTEM):
        token = ApiToken.objects.filter(pk=event.target_id).first()
    found = recipient_for(token.person_id, token.organisation_id) if token else None
    return [found] if found else []


def _owner_if_another(event: Event) -> list[Recipient]:
    return but_the_actor(event, _owner(event))


def _about_token(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    rows = ApiToken.objects.visible_to(actor).select_related("organisation", "person", "membership")
    token = rows.filter(pk=event.target_id).first()
    if token is None:
        return None
    desk = "secretariat" if actor.is_host else "workspace"
    return {
        "site": read_site(),
        "token": token,
        "scopes": [label_of(scope) for scope in token.scopes],
        "url": reverse(f"{desk}:token-list"),
    }


def _still_works(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """Of one that was revoked or has run out in the meantime nobody is reminded."""
    facts = _about_token(actor, event)
    if facts is None or facts["token"].revoked_at is not None or not works(facts["token"]):
        return None
    return {**facts, "reminder": Reminder(date.fromisoformat(event.data["on"]))}


NOTICES = (
    notice("token.create", _owner, _about_token, "token.name", group="security"),
    notice("token.revoke", _owner_if_another, _about_token, "token.name", group="security"),
    notice("token.remind", _owner, _still_works, "reminder.day", "token.name", group="programs"),
)
