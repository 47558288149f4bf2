"""Notices about tokens: for its owner when one is made in their name, when another revokes it, before it ends."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from alliance.models import ApiToken
from alliance.notify.recipients import notice, without_actor
from alliance.notify.reminder_texts import ReminderText
from alliance.queries.actors import recipient_for
from alliance.queries.local_dates import end_of_day
from alliance.queries.site import read_site
from alliance.queries.tokens import is_usable
from portal.kernel.access import SYSTEM, Actor, acting_as, scope_label
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient, Timing


def _owner(event: Event) -> list[Recipient]:
    with acting_as(SYSTEM):
        token = ApiToken.objects.filter(pk=event.target_id).first()
    recipient = recipient_for(token.person_id, token.organisation_id) if token else None
    return [recipient] if recipient else []


def _about_token(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    rows = ApiToken.objects.visible_to(actor).select_related("organisation", "person", "membership")
    token = rows.filter(pk=event.target_id).first()
    if token is None:
        return None
    namespace = "secretariat" if actor.is_host else "workspace"
    return {
        "site": read_site(),
        "token": token,
        "scopes": [scope_label(scope) for scope in token.scopes],
        "url": reverse(f"{namespace}:token-list"),
    }


def _if_still_valid(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """Of one that was revoked or has run out in the meantime nobody is reminded."""
    facts = _about_token(actor, event)
    if facts is None or facts["token"].revoked_at is not None or not is_usable(facts["token"]):
        return None
    on, planned_on = (date.fromisoformat(event.data[name]) for name in ("on", "planned"))
    return {**facts, "reminder": ReminderText(on, planned_on), "ends_at": facts["token"].expires_at}


def _before_it_expires(event: Event) -> Timing:
    return Timing(end_of_day(date.fromisoformat(event.data["on"])))


NOTICES = (
    notice("token.create", _owner, _about_token, "token.name", group="security"),
    notice(
        "token.revoke",
        lambda event: without_actor(event, _owner(event)),
        _about_token,
        "token.name",
        group="security",
    ),
    notice(
        "token.remind",
        _owner,
        _if_still_valid,
        "reminder.time",
        "token.name",
        group="programs",
        timing=_before_it_expires,
    ),
)
