"""Promises as rows: the state in words, the drawing beside it, what was published last, and the verdict."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import Direction, FigureStatus, TargetState, ValueType
from alliance.models import Indicator, PublishedVerdict
from alliance.queries.local_dates import day_of
from alliance.queries.public.correction_wording import target_text
from alliance.queries.public.promises import ORDER, Promise, PromiseCounts
from alliance.queries.public.targets import TargetReading, TargetStanding
from alliance.queries.public.verdict_matrix import VERDICT_LEVELS
from alliance.queries.public.wording import (
    correction_of_verdict,
    end_of_membership,
    figure_text,
    name_in_language,
    rounded_value,
    short_cycle,
    status_text,
    text_before_correction,
    unit_of,
)
from alliance.web.public.charts import level_names
from portal.kernel.charts import TargetTrack, TrackKind, TrackPoint
from portal.kernel.text import NO_BREAK, format_figure
from portal.kernel.web import address_of

_LONGEST_AXIS = 6  # years before today; what lies farther back is at the left edge


@dataclass(frozen=True, slots=True)
class CorrectedValue:
    """What a figure was before it was corrected, and the publication that corrected it; None where none did."""

    text: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One target, ready to be shown."""

    promise: Promise
    services: Sequence[str]
    when: str  # beside the day: how long until it, by how much it is over
    membership: str  # that the membership ended, where nothing has decided the target
    latest: str  # the figure that was published last
    latest_status: str  # why there is none, as a status of a figure
    is_reached: bool
    notes: Sequence[str]  # about that figure
    verdict: PublishedVerdict | None
    verdict_url: str
    verdict_cycle: str
    track: TargetTrack | None
    target_before: str  # the target before it was corrected
    latest_before: CorrectedValue
    decisive_before: CorrectedValue  # of the figure that decided, where it is not the last one
    verdict_before: str  # that its verdict was corrected, in words
    earlier_version: int | None  # of the charter, where its pledge is not to the one in force

    @property
    def standing(self) -> TargetStanding:
        return self.promise.standing


@dataclass(frozen=True, slots=True)
class PromiseGroup:
    """The rows of one state; None: those without a day."""

    state: TargetState | None
    rows: Sequence[PromiseRow]
    count: int  # of all, also of those on other pages


def promise_groups(
    promises: Sequence[Promise], counts: PromiseCounts, today: date, versions: Mapping[UUID, int]
) -> list[PromiseGroup]:
    """The promises in the order of the ledger, by state; drawn on one axis of time.

    `versions`: by record the `earlier_versions` of their pledges.
    """
    axis = _axis(promises, today)
    rows = [_row(number, promise, axis, today, versions) for number, promise in enumerate(promises, 1)]
    rows.sort(key=lambda row: len(ORDER) if row.standing.state is None else ORDER.index(row.standing.state))
    return [
        PromiseGroup(state, list(members), counts.by_state[state] if state else counts.undated)
        for state, members in groupby(rows, key=lambda row: row.standing.state)
    ]


def _axis(promises: Iterable[Promise], today: date) -> tuple[date, date]:
    """From the first signature or period to the last day that is promised, in whole years."""
    days = [today]
    for promise in promises:
        days += [
            day_of(promise.pledge.signed_at),
            *(each.cycle.starts_on for each in promise.standing.readings),
        ]
        days += [promise.standing.due_on] if promise.standing.due_on else []
    first = max(min(days).year, today.year - _LONGEST_AXIS)
    return date(first, 1, 1), date(min(max(days).year, today.year + _LONGEST_AXIS), 12, 31)


def _row(
    number: int, promise: Promise, axis: tuple[date, date], today: date, versions: Mapping[UUID, int]
) -> PromiseRow:
    standing, pledge = promise.standing, promise.pledge
    latest, verdict = standing.latest, promise.verdicts[-1] if promise.verdicts else None
    reading = latest.reading if latest else None
    url = address_of("public:report", pledge.organisation.slug, verdict.cycle.slug) if verdict else ""
    return PromiseRow(
        promise,
        [name_in_language(service) for service in pledge.services],
        _when(promise, today),
        end_of_membership(promise.membership_ended) if promise.membership_ended else "",
        _value(standing.indicator, latest) if latest else "",
        "" if reading is None or reading.has_value else "withheld" if reading.withheld else reading.status,
        bool(latest and latest.reached),
        _notes(standing),
        verdict,
        f"{url}#commitment-{verdict.commitment_key}" if verdict and verdict.commitment_key else url,
        short_cycle(verdict.cycle) if verdict else "",
        _track(number, promise, axis, today),
        _target_before(promise),
        _before(standing.indicator, latest),
        _before(standing.indicator, standing.on_the_day if standing.on_the_day != latest else None),
        correction_of_verdict(verdict.value, verdict.was["value"]) if verdict and verdict.was else "",
        versions.get(pledge.record),
    )


def _target_before(promise: Promise) -> str:
    target = promise.pledge.targets[promise.standing.number - 1]
    return target_text(target["was"]) if target.get("was") else ""


def _before(indicator: Indicator | None, reading: TargetReading | None) -> CorrectedValue:
    if indicator is None or reading is None or reading.reading.corrected_in is None:
        return CorrectedValue()
    now = reading.reading
    return CorrectedValue(
        text_before_correction(indicator, now, now.before_correction),
        None if now.withheld else now.corrected_in,
    )


def _when(promise: Promise, today: date) -> str:
    standing = promise.standing
    if standing.due_on is None:
        return ""
    days = abs((standing.due_on - today).days)
    if standing.state == TargetState.DUE and promise.membership_ended:
        return ""  # no report is to come
    if standing.state == TargetState.DUE:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days} if days else _("today")
    if standing.state == TargetState.LATE:
        return ngettext("%(days)d day over", "%(days)d days over", days) % {"days": days}
    if standing.state == TargetState.KEPT:
        return _("on time")
    if standing.state == TargetState.MISSED and standing.indicator and standing.on_the_day:
        return _("%(value)s on the day") % {"value": _value(standing.indicator, standing.on_the_day)}
    return ""


def _value(indicator: Indicator | None, reading: TargetReading) -> str:
    if indicator is None or not reading.reading.has_value:
        return ""
    each = reading.reading
    return figure_text(indicator, each.status, each.value, each.choice, estimate=each.estimate)


def _notes(standing: TargetStanding) -> list[str]:
    """What one has to know of the last figure: how far it is from the target, whose it is, how sure."""
    latest, indicator = standing.latest, standing.indicator
    if latest is None or indicator is None or standing.value is None:
        return []
    reading = latest.reading
    if reading.withheld:
        return [_("nobody outside can tell")]
    if not reading.has_value or reading.value is None:
        return []
    notes = [_("there already") if latest.reached else _to_go(indicator, standing.value, reading.value)]
    if standing.state != TargetState.DUE:
        notes = []
    if latest.service and latest.services > 1:
        facts = {"n": latest.services, "name": latest.service.name}
        notes.append(
            ngettext(
                "the weakest of %(n)d service, %(name)s",
                "the weakest of %(n)d services, %(name)s",
                latest.services,
            )
            % facts
        )
    if reading.lower is not None and reading.upper is not None:
        bounds = {
            "low": format_figure(reading.lower),
            "high": format_figure(reading.upper, unit_of(indicator)),
        }
        notes.append(_("between %(low)s and %(high)s") % bounds)
    if reading.estimate:
        notes.append(_("an estimate"))
    return [note for note in notes if note]


def _to_go(indicator: Indicator, goal: Decimal, value: Decimal) -> str:
    if indicator.direction == Direction.NEUTRAL:
        return ""
    apart = format_figure(rounded_value(indicator, abs(goal - value)))
    if indicator.value == ValueType.SHARE:
        return _("%(apart)s points to go") % {"apart": apart}
    return _("%(apart)s to go") % {"apart": apart}


def _track(number: int, promise: Promise, axis: tuple[date, date], today: date) -> TargetTrack | None:
    standing, indicator = promise.standing, promise.standing.indicator
    measured = indicator is not None and standing.value is not None
    slug = promise.pledge.organisation.slug
    points = (
        [_reading_point(indicator, each, slug) for each in standing.readings]
        if measured and indicator
        else []
    )
    if not measured:
        shown = (verdict for verdict in promise.verdicts if verdict.cycle.ends_on >= axis[0])
        points = [_verdict_point(verdict, slug) for verdict in shown]
    present = {point.day for point in points}
    signed_on = day_of(promise.pledge.signed_at)
    points += [
        TrackPoint(
            cycle.title,
            cycle.starts_on,
            cycle.ends_on,
            TrackKind.NOT_FILED,
            text=status_text("not_filed"),
            url=address_of("public:report", slug, cycle.slug),
        )
        for cycle in promise.not_filed
        if cycle.ends_on not in present and cycle.ends_on >= signed_on
    ]
    points = sorted((point for point in points if point.day >= axis[0]), key=lambda point: point.day)
    if not points and standing.due_on is None:
        return None
    return TargetTrack(
        name=f"promise-{number}",
        title=_track_title(promise),
        first=axis[0],
        last=axis[1],
        today=today,
        signed_on=signed_on,
        due_on=standing.due_on if standing.due_on and standing.due_on <= axis[1] else None,
        points=points,
        goal=standing.value if measured else None,
        goal_text=_goal_text(indicator, standing.value) if measured and indicator else "",
        higher_is_better=_is_higher_better(indicator) if indicator else None,
        suffix=f"{NO_BREAK}%" if indicator and indicator.value == ValueType.SHARE else "",
        state=str(standing.state.label) if standing.state else "",
    )


def _track_title(promise: Promise) -> str:
    """Whose promise, which, by when, and the publication in which it stands: two may have the same words."""
    facts = {
        "name": promise.pledge.organisation.name,
        "promise": promise.standing.text,
        "number": promise.pledge.valid_from,
        "target": promise.standing.number,
    }
    return _("%(name)s: %(promise)s (No. %(number)s, target %(target)s)") % facts


def _is_higher_better(indicator: Indicator) -> bool | None:
    if indicator.direction == Direction.NEUTRAL:
        return None
    return bool(indicator.direction == Direction.HIGHER)


def _goal_text(indicator: Indicator, value: Decimal | None) -> str:
    text = format_figure(value, unit_of(indicator))
    return f"≤{NO_BREAK}{text}" if indicator.direction == Direction.LOWER else text


def _reading_point(indicator: Indicator, each: TargetReading, slug: str) -> TrackPoint:
    cycle, reading = each.cycle, each.reading
    place = (cycle.title, cycle.starts_on, cycle.ends_on)
    url = address_of("public:report", slug, cycle.slug)
    if reading.withheld:
        return TrackPoint(*place, TrackKind.WITHHELD, text=status_text("", withheld=True), url=url)
    if not reading.has_value:
        return TrackPoint(*place, TrackKind.NOT_MEASURED, text=status_text(reading.status), url=url)
    return TrackPoint(
        *place,
        TrackKind.VALUE,
        rounded_value(indicator, reading.value),
        lower=reading.lower,
        upper=reading.upper,
        estimate=reading.estimate,
        breaks_before=reading.broken,
        text=figure_text(indicator, FigureStatus.REPORTED, reading.value, estimate=reading.estimate),
        url=url,
    )


def _verdict_point(verdict: PublishedVerdict, slug: str) -> TrackPoint:
    cycle, level = verdict.cycle, VERDICT_LEVELS[verdict.value]
    return TrackPoint(
        cycle.title,
        cycle.starts_on,
        cycle.ends_on,
        TrackKind.LEVEL,
        level=level,
        text=level_names()[level],
        url=address_of("public:report", slug, cycle.slug),
        was=_level_before(verdict),
    )


def _level_before(verdict: PublishedVerdict) -> str:
    """The verdict before it was corrected; empty where it is the same, or was not corrected."""
    before = verdict.was["value"] if verdict.was else verdict.value
    return "" if before == verdict.value else level_names()[VERDICT_LEVELS[before]]
