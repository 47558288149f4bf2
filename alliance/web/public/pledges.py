"""Pledges as pages show them: what they cover, their targets, and the values to draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from alliance.enums import TargetState
from alliance.models import Indicator, PublishedPledge
from alliance.queries.local_dates import day_of
from alliance.queries.public.correction_wording import target_text
from alliance.queries.public.indicator_lines import PledgedValue
from alliance.queries.public.promises import states_of
from alliance.queries.public.readings import key_history_of
from alliance.queries.public.targets import TargetDecision, decision_of
from alliance.queries.public.wording import name_in_language
from portal.kernel.web import address_of


@dataclass(frozen=True, slots=True)
class TargetBlock:
    """A target in the member's words, its day, and what it was before the publication that corrected it."""

    text: str
    due_on: date | None
    was: str = ""
    corrected_in: int | None = None
    decision: TargetDecision | None = None  # of the secretariat, where no figure can decide the target
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


def pledged_values_of(
    pledges: Sequence[PublishedPledge], indicator: Indicator, day: date
) -> list[PledgedValue]:
    """The pledged values of one indicator with what became of each by that day; those still due first, by their day.

    Of pledges that know their `earlier_version`: what was pledged before the series broke is left out. One query, and
    those of the indicator's lineage where there is an earlier version; none where nothing was pledged.
    """
    named = [each for each in targets_naming(pledges, indicator) if each[2]["value"] is not None]
    states = states_of([pledge.record for pledge, _number, _target in named], day) if named else {}
    values = [
        _pledged_value(pledge, target, states.get((pledge.record, number)))
        for pledge, number, target in named
    ]
    return sorted(values, key=lambda each: (each.state != TargetState.DUE, each.due_on or date.max))


def targets_naming(
    pledges: Sequence[PublishedPledge], indicator: Indicator
) -> list[tuple[PublishedPledge, int, Mapping[str, Any]]]:
    """The targets that name the indicator, each with its pledge and number; of pledges as above.

    No query but those of the lineage.
    """
    return [
        (pledge, number, target)
        for pledge in pledges
        for key in [_key_for(pledge, indicator)]
        for number, target in enumerate(pledge.targets, 1)
        if target["indicator"] == key
    ]


def _key_for(pledge: PublishedPledge, indicator: Indicator) -> str | None:
    """What the version that the pledge is to calls the indicator; None where it counts something else."""
    version = pledge.earlier_version
    if version is None:
        return indicator.key
    history = key_history_of(indicator)
    return None if history.breaks_at(indicator.charter.version, version) else history.key_in(version)


def _pledged_value(
    pledge: PublishedPledge, target: Mapping[str, Any], state: TargetState | None
) -> PledgedValue:
    page = address_of("public:member", pledge.organisation.slug)
    return PledgedValue(
        Decimal(target["value"]),
        pledge.organisation.name,
        day_of(pledge.signed_at),
        _day(target),
        state,
        f"{page}#pledge-{pledge.record}",
    )


def _day(target: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(target["due_on"]) if target["due_on"] else None
