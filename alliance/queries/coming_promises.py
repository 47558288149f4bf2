"""Which promises the publication of concluded reports makes kept or missed: read before it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import ngettext

from alliance.enums import TargetState
from alliance.figure_fields import FiledFigure
from alliance.models import Cycle, Indicator, PublishedPledge, Report
from alliance.queries.lineage import lineage_of
from alliance.queries.local_dates import today
from alliance.queries.public.targets import TargetStanding, standings_with_cycle
from alliance.queries.submitted_figures import submitted_figures
from alliance.validators.disclosure import DerivedTotals
from portal.kernel.access import Actor

Outcome = tuple[TargetStanding, TargetStanding]  # of one target: as it is, and once the report is public


def coming_outcomes(actor: Actor, cycle: Cycle, reports: Sequence[Report]) -> Mapping[int, list[Outcome]]:
    """By organisation the targets of which the publication of these reports of a cycle changes what became of them.

    From what was submitted last and is not withheld. One query; where a member has a target whose day the cycle covers
    also four, and those of `standings_with_cycle`.
    """
    by_member = {report.organisation_id: report.pk for report in reports}
    published = PublishedPledge.objects.current().filter(organisation_id__in=by_member)
    # members have many pledges, few of which fall due in one cycle: those alone are read whole
    covered = [
        pk
        for pk, targets in published.values_list("pk", "targets")
        if any(_is_covered(target, cycle) for target in targets)
    ]
    if not covered:
        return {}
    pledges = list(published.filter(pk__in=covered))
    wanted = {by_member[pledge.organisation_id] for pledge in pledges}

    def figures_of(keys: Collection[str]) -> Iterator[tuple[int, FiledFigure]]:
        return _public_figures(actor, cycle, wanted, keys)

    outcomes: dict[int, list[Outcome]] = defaultdict(list)
    for pledge, now, then in standings_with_cycle(pledges, today(), cycle, figures_of):
        if now.state != then.state:
            outcomes[pledge.organisation_id].append((now, then))
    return outcomes


def outcome_counts(outcomes: Mapping[int, Sequence[Outcome]]) -> list[tuple[str, str]]:
    """How many promises become kept and missed, in words, each behind its tone; noughts are left out."""
    states = Counter(then.state for pairs in outcomes.values() for _now, then in pairs)
    n = states[TargetState.KEPT]
    counts = [("", ngettext("%(n)s promise kept", "%(n)s promises kept", n) % {"n": n})] if n else []
    if n := states[TargetState.MISSED]:
        counts.append(("danger", ngettext("%(n)s promise missed", "%(n)s promises missed", n) % {"n": n}))
    return counts


def _is_covered(target: Mapping[str, Any], cycle: Cycle) -> bool:
    """Whether a figure of this cycle decides the target: the report counts whose period covers its day."""
    if not target["indicator"] or not target["due_on"]:
        return False
    return cycle.starts_on <= date.fromisoformat(target["due_on"]) <= cycle.ends_on


def _public_figures(
    actor: Actor, cycle: Cycle, reports: Collection[int], keys: Collection[str]
) -> Iterator[tuple[int, FiledFigure]]:
    """The figures with these keys of the cycle's charter as the public would read them, each with its organisation.

    Two queries, and one of the indicators.
    """
    lineage = lineage_of(cycle.charter)
    names = {lineage.earlier_key(key, version) for key in keys for version in lineage.versions} - {None}
    rows = Indicator.objects.filter(charter__key=cycle.charter.key, key__in=names)
    indicators: dict[int, list[Indicator]] = defaultdict(list)
    for row in rows.select_related("charter"):
        indicators[row.charter.version].append(row)
    named = sorted(name for name in names if name)
    for submitted in submitted_figures(actor, [cycle], named, reports=reports) if named else ():
        hidden = DerivedTotals.of(indicators[submitted.version]).withheld_places(submitted.figures)
        for figure in submitted.figures:
            key = lineage.series_key(figure.place.indicator, submitted.version)
            if key is not None and key in keys:
                withheld = figure.place in hidden
                yield (
                    submitted.organisation.pk,
                    figure._replace(
                        place=figure.place._replace(indicator=key),
                        values=figure.values.withheld() if withheld else figure.values,
                        withheld=withheld,
                    ),
                )
