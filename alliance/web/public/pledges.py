"""Pledges as pages show them: what they cover, their targets, and the values to draw."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from alliance.enums import TargetState
from alliance.models import Indicator, PublishedPledge
from alliance.queries.public.correction_wording import target_text
from alliance.queries.public.targets import TargetDecision, decision_of
from alliance.queries.public.wording import name_in_language, unit_of
from alliance.web.public.charts import PledgedValue
from portal.kernel.text import format_date, format_figure


@dataclass(frozen=True, slots=True)
class TargetBlock:
    """A target in the member's words, its day, and what it was before the publication that corrected it."""

    text: str
    due_on: date | None
    was: str = ""
    corrected_in: int | None = None
    decision: TargetDecision | None = None  # of the secretariat, where the target names no figure
    state: TargetState | None = None  # None without a day


def targets_of(
    pledge: PublishedPledge, states: Mapping[tuple[UUID, int], TargetState | None]
) -> list[TargetBlock]:
    """The targets of a pledge; `states` by its record and the number of each."""
    return [
        TargetBlock(
            target["text"],
            _day(target),
            target_text(target["was"]) if target["was"] else "",
            target["corrected_in"],
            decision_of(target),
            states.get((pledge.record, number)),
        )
        for number, target in enumerate(pledge.targets, 1)
    ]


def services_of(pledge: PublishedPledge) -> list[str]:
    return [name_in_language(service) for service in pledge.services]


def pledged_values_of(pledges: Iterable[PublishedPledge], indicator: Indicator) -> list[PledgedValue]:
    """The pledged values of one indicator, each with its member's name and its day."""
    return [
        PledgedValue(Decimal(target["value"]), _pledged_value_label(pledge, indicator, target))
        for pledge in pledges
        for target in pledge.targets
        if target["indicator"] == indicator.key and target["value"] is not None
    ]


def _pledged_value_label(pledge: PublishedPledge, indicator: Indicator, target: Mapping[str, Any]) -> str:
    value = format_figure(target["value"], unit_of(indicator))
    due = _day(target)
    name = pledge.organisation.name
    if due is None:
        return f"{name}: {value}"
    return _("%(name)s: %(value)s by %(day)s") % {"name": name, "value": value, "day": format_date(due)}


def _day(target: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(target["due_on"]) if target["due_on"] else None
