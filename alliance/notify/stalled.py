"""The weekly notice to the secretariat's managers: what nobody takes on."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from alliance.notify.recipients import managers, notice
from alliance.queries.site import read_site
from alliance.queries.stalled import stalled_work
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Timing


def _about_stalled_work(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """As it is when the letter goes out; nothing once all of it is taken on."""
    del event
    stalled = stalled_work(actor)
    if not stalled.count:
        return None
    return {"site": read_site(), "stalled": stalled, "url": reverse("secretariat:home")}


NOTICES = (
    notice(
        "organisation.remind_stalled",
        managers,
        _about_stalled_work,
        "stalled.headline",
        group="stalled",
        timing=lambda event: Timing(),
    ),
)
