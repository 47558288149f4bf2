"""Named write on the dates of a cycle that is open: they move later, with a public reason, and are never lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import CycleState
from alliance.models import Cycle, CycleDateChange
from alliance.queries.local_dates import today
from alliance.queries.obligations import is_restored_by_reopening
from alliance.services.cycle_decisions import lock_reports
from alliance.services.extensions import lapse_covered_requests
from alliance.services.obligations import restore_missed_report
from portal.kernel import clock, journal
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import Faults, WrongState
from portal.kernel.publishing import touch_public_revision
from portal.kernel.text import LANGUAGES, clean_text, format_date


@dataclass(frozen=True, slots=True)
class CycleDates:
    """The days of a cycle that are announced; `publish_on` is None where no day is."""

    due_on: date
    grace_ends_on: date
    publish_on: date | None = None

    @classmethod
    def of(cls, cycle: Cycle) -> "CycleDates":
        return cls(cycle.due_on, cycle.grace_ends_on, cycle.publish_on)


@transaction.atomic
def reschedule_cycle(
    actor: Actor,
    cycle: Cycle,
    dates: CycleDates,
    reasons: Mapping[str, str],
    *,
    shown: CycleDates | None = None,
) -> CycleDateChange:
    """Move dates of an open cycle later; the reason is public, in every language.

    Each report that is due earlier follows; one with a later day of its own stays. What counts as not filed although
    its days of grace run again becomes a draft. A request for more time is closed where the new day is as late as the
    one that it asks for. `shown` are the dates as the manager saw them. Raises Forbidden, WrongState (also where the
    dates have moved since they were shown), or Faults that say which date cannot be.
    """
    locked = Cycle.objects.select_for_update(of=("self",), no_key=True).get(pk=cycle.pk)
    require(actor, "cycle.reschedule", locked)
    if locked.state != CycleState.OPEN:
        raise WrongState(not_open())
    before = CycleDates.of(locked)
    if shown is not None and shown != before:
        raise WrongState(
            _("Nothing was done: somebody has moved the dates since you opened this page. Look again.")
        )
    cleaned_reasons = check_dates(locked, dates, reasons)
    change: CycleDateChange = CycleDateChange.objects.create(
        cycle=locked, changed_by_id=person_of(actor), changed_at=clock.now(),
        due_on_before=before.due_on, due_on=dates.due_on,
        grace_ends_on_before=before.grace_ends_on, grace_ends_on=dates.grace_ends_on,
        publish_on_before=before.publish_on, publish_on=dates.publish_on,
        **{f"reason_{language}": text for language, text in cleaned_reasons.items()},
    )  # fmt: skip
    locked.due_on, locked.publish_on = dates.due_on, dates.publish_on
    locked.grace_days = (dates.grace_ends_on - dates.due_on).days
    locked.save(update_fields=["due_on", "grace_days", "publish_on"])
    reports = lock_reports(locked)  # in one order, which an update does not keep
    locked.reports.filter(due_on__lt=dates.due_on).update(due_on=dates.due_on)
    for report in reports:
        report.due_on = max(report.due_on, dates.due_on)
        if is_restored_by_reopening(report, today()):
            restore_missed_report(report)
    lapse_covered_requests(locked)
    journal.record(actor, "cycle.reschedule", locked, date_change=change.pk, **_moved(before, dates))
    touch_public_revision()  # the page of the cycle says so, without a publication
    return change


def not_open() -> str:
    """Why the dates of a cycle that is not open cannot be moved."""
    return _("Dates can be moved only while the cycle is open.")


def check_dates(cycle: Cycle, dates: CycleDates, reasons: Mapping[str, str]) -> dict[str, str]:
    """The reasons by language, cleaned; raises Faults, all at once, where the dates cannot be moved so."""
    before = CycleDates.of(cycle)
    faults = _day_faults(before, cycle, dates)
    cleaned: dict[str, str] = {}
    for language in LANGUAGES:
        field = f"reason_{language}"
        cleaned[language] = clean_text(reasons.get(language, ""), field=field).strip()
        if not cleaned[language]:
            faults[field] = _("Say why, in this language too: it is published.")
    if not faults and dates == before:
        faults["due_on"] = _("No date was changed.")
    if faults:
        raise Faults(_("The dates were not moved."), faults)
    return cleaned


def _day_faults(before: CycleDates, cycle: Cycle, dates: CycleDates) -> dict[str, str]:
    faults: dict[str, str] = {}
    days = (
        ("due_on", before.due_on, dates.due_on),
        ("grace_ends_on", before.grace_ends_on, dates.grace_ends_on),
        ("publish_on", before.publish_on, dates.publish_on),
    )
    for field, announced, day in days:
        if fault := _day_fault(announced, day):
            faults[field] = fault
    if "due_on" not in faults and "grace_ends_on" not in faults:
        # fewer days of grace would take some away from members with an extension
        earliest = dates.due_on + (before.grace_ends_on - before.due_on)
        if dates.grace_ends_on < earliest:
            faults["grace_ends_on"] = _(
                "%(days)s days of grace were announced: the grace can end on %(day)s or later."
            ) % {"days": cycle.grace_days, "day": format_date(earliest)}
    if dates.publish_on is not None and not faults and dates.publish_on <= dates.grace_ends_on:
        faults["publish_on"] = _("The cycle can be published only after its days of grace.")
    return faults


def _day_fault(announced: date | None, day: date | None) -> str:
    if announced is None:
        return _("This day has passed. Choose a later one.") if day is not None and day < today() else ""
    if day == announced:
        return ""
    named = {"day": format_date(announced)}
    if day is None or day < announced:
        return _("%(day)s was announced: the date can only be moved later.") % named
    if announced < today():
        return _("%(day)s has passed: it cannot be moved any more.") % named
    return ""


def _moved(before: CycleDates, dates: CycleDates) -> dict[str, str]:
    """The dates that differ, before and now, for the journal."""
    facts: dict[str, str] = {}
    for name in ("due_on", "grace_ends_on", "publish_on"):
        old, new = getattr(before, name), getattr(dates, name)
        if old != new:
            facts |= {f"{name}_before": old.isoformat() if old else "–", name: new.isoformat()}
    return facts
