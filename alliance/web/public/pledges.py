"""Pledges as pages show them: what they cover, their targets, and the values to draw."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from alliance.models import Indicator, PublishedPledge
from alliance.queries.public.wording import named, unit_of
from alliance.web.public.drawings import Goal
from portal.kernel.templatetags.portal_ui import day, figure


@dataclass(frozen=True, slots=True)
class ShownTarget:
    """A target in the member's words, and its day."""

    text: str
    due_on: date | None


def targets_of(pledge: PublishedPledge) -> list[ShownTarget]:
    return [ShownTarget(target["text"], _day(target)) for target in pledge.targets]


def services_of(pledge: PublishedPledge) -> list[str]:
    return [named(service) for service in pledge.services]


def goals_in(pledges: Iterable[PublishedPledge], indicator: Indicator) -> list[Goal]:
    """The pledged values of one indicator, each with its member's name and its day."""
    return [
        Goal(Decimal(target["value"]), _goal_label(pledge, indicator, target))
        for pledge in pledges
        for target in pledge.targets
        if target["indicator"] == indicator.key and target["value"] is not None
    ]


def _goal_label(pledge: PublishedPledge, indicator: Indicator, target: Mapping[str, Any]) -> str:
    value = figure(target["value"], unit_of(indicator))
    due = _day(target)
    name = pledge.organisation.name
    if due is None:
        return f"{name}: {value}"
    return _("%(name)s: %(value)s by %(day)s") % {"name": name, "value": value, "day": day(due)}


def _day(target: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(target["due_on"]) if target["due_on"] else None
