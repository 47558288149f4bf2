"""What hangs on a service before its owner ends it, or takes its addition or its end back."""

import json
from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import FILEABLE_REPORT_STATES, OrganisationState, PledgeState
from alliance.models import (
    Cycle,
    Organisation,
    Ownership,
    Pledge,
    PublishedFigure,
    ReferenceCount,
    Report,
    Service,
    Submission,
)
from alliance.queries.service_owners import announced_end, is_over
from portal.kernel.access import Actor
from portal.kernel.text import format_date


def ownership_of(organisation: Organisation, service_id: int) -> Ownership | None:
    """The last time for which the organisation had the service. One query."""
    rows = Ownership.objects.filter(organisation=organisation, service_id=service_id)
    return rows.select_related("service", "organisation").order_by("-starts_on", "-pk").first()


def last_filed_cycle(ownership: Ownership) -> Cycle | None:
    """The latest cycle for which the owner has filed a report, which stands, that includes the service.

    A query, and the bodies one by one until there is one.
    """
    rows = Submission.objects.standing().filter(
        report__organisation_id=ownership.organisation_id,
        report__cycle__ends_on__gte=ownership.starts_on,
    )
    for submission in rows.select_related("report__cycle").order_by("-report__cycle__starts_on", "-number"):
        content = json.loads(bytes(submission.body))
        if any(service["slug"] == ownership.service.slug for service in content["services"]):
            cycle: Cycle = submission.report.cycle
            return cycle
    return None


def end_consequences(actor: Actor, ownership: Ownership) -> list[str]:
    """What ending the service means for reports, published series and pledges, by name."""
    service = ownership.service
    items = [*_running_reports(actor, ownership)]
    cycles = _published_cycles(service)
    if cycles:
        text = ngettext(
            "Its published figures of %(n)d period stay as they are; the last so far is %(last)s.",
            "Its published figures of %(n)d periods stay as they are; the last so far is %(last)s.",
            len(cycles),
        )
        items.append(text % {"n": len(cycles), "last": cycles[-1].title})
    else:
        items.append(_("Nothing is published of it yet."))
    if pledges := _pledge_titles(actor, ownership):
        text = _("These pledges name it and stay until you revise them: %(pledges)s.")
        items.append(text % {"pledges": "; ".join(pledges)})
    return items


def _running_reports(actor: Actor, ownership: Ownership) -> list[str]:
    rows = Report.objects.visible_to(actor).filter(
        organisation_id=ownership.organisation_id,
        state__in=FILEABLE_REPORT_STATES,
        cycle__ends_on__gte=ownership.starts_on,
    )
    entered = Count("figures", filter=Q(figures__service=ownership.service_id))
    items = []
    for report in rows.select_related("cycle").annotate(entered=entered).order_by("cycle__starts_on", "pk"):
        facts = {"cycle": report.cycle.title, "day": format_date(report.cycle.starts_on), "n": report.entered}
        text = _(
            "The report for %(cycle)s asks for its figures if its last day is %(day)s or later; else it asks for them "
            "no more."
        )
        items.append(text % facts)
        if report.entered:
            text = ngettext(
                "%(n)d figure that is entered for it there would then not be submitted; it is not deleted.",
                "%(n)d figures that are entered for it there would then not be submitted; they are not deleted.",
                report.entered,
            )
            items.append(text % facts)
    return items


def _published_cycles(service: Service) -> list[Cycle]:
    numbers = PublishedFigure.objects.current().filter(service=service).values("cycle")
    return list(Cycle.objects.filter(pk__in=numbers).order_by("starts_on"))


def _pledge_titles(actor: Actor, ownership: Ownership) -> list[str]:
    rows = Pledge.objects.visible_to(actor).filter(
        organisation_id=ownership.organisation_id, services=ownership.service_id
    )
    pledges = rows.exclude(state__in=(PledgeState.REVISED, PledgeState.FULFILLED, PledgeState.WITHDRAWN))
    return [pledge.title or Truncator(pledge.text).chars(60) for pledge in pledges.order_by("pk")]


def ended_refusal(ownership: Ownership) -> str:
    """Why the organisation can change nothing about the service now; empty while it is its own and runs."""
    return _("The service has ended already, or is another member’s.") if is_over(ownership) else ""


def announced_refusal(ownership: Ownership) -> str:
    """Why no other end can be recorded for a service that still runs; empty while it has none."""
    return "" if ownership.ends_on is None else announced_end(ownership)


def end_refusal(ownership: Ownership, on: date) -> str:
    """Why the service cannot have ended on the day: a filed report of a later period includes it. Empty when it can."""
    last = last_filed_cycle(ownership)
    if last is None or on >= last.starts_on:
        return ""
    text = _("The submitted report for %(cycle)s includes the service. Choose %(day)s or a later day.")
    return text % {"cycle": last.title, "day": format_date(last.starts_on)}


def transfer_refusal(ownership: Ownership, on: date) -> str:
    """Why another member cannot run the service from the day on: two would have filed its figures of one later period.

    Empty when it can.
    """
    last = last_filed_cycle(ownership)
    if last is None or on > last.starts_on:
        return ""
    text = _(
        "%(name)s has submitted its report for %(cycle)s with the service. Choose %(day)s or a later day."
    )
    day = format_date(last.starts_on + timedelta(days=1))
    return text % {"name": ownership.organisation.name, "cycle": last.title, "day": day}


def resume_refusal(ownership: Ownership) -> str:
    """Why the end cannot be taken back; empty when it can."""
    if ownership.ends_on is None:
        return _("The service has not been ended.")
    if not ownership.end_reason:
        return _("The service was handed to another member; the secretariat can take that back.")
    if ownership.organisation.state != OrganisationState.ACTIVE:
        return _("%(name)s does not take part now: the service stays where it is.") % {
            "name": ownership.organisation.name
        }
    rows = Ownership.objects.filter(service=ownership.service_id, starts_on__gt=ownership.ends_on)
    return _("Another member runs the service since.") if rows.exists() else ""


def resume_consequences(ownership: Ownership) -> list[str]:
    """Which reports were filed without the service since it ended: what they say stands until it is corrected."""
    rows = Submission.objects.standing().filter(
        report__organisation_id=ownership.organisation_id, report__cycle__starts_on__gt=ownership.ends_on
    )
    titles = list(dict.fromkeys(rows.values_list("report__cycle__title", flat=True)))
    sentence = (
        _("It is yours as if it had never ended; the day and the reason disappear from the public page.")
        if is_over(ownership)
        else _("It runs on without a last day; the day and the reason disappear from the public page.")
    )
    items = [sentence]
    if titles:
        text = _("These reports were submitted without it and stay as they are: %(cycles)s. Correct them.")
        items.append(text % {"cycles": ", ".join(titles)})
    return items


def remove_refusal(actor: Actor, ownership: Ownership) -> str:
    """Why the addition cannot be taken back: something refers to the service already. Empty when nothing does."""
    service = ownership.service
    if Ownership.objects.filter(service=service).count() > 1:
        return _("The service has changed hands: it stays in the record.")
    reports = Report.objects.visible_to(actor).filter(figures__service=service).select_related("cycle")
    if cycles := list(dict.fromkeys(report.cycle.title for report in reports)):
        text = _("Figures are entered for it in %(cycles)s. End the service instead.")
        return text % {"cycles": ", ".join(cycles)}
    if last_filed_cycle(ownership) is not None or PublishedFigure.objects.filter(service=service).exists():
        return _("A submitted report includes it. End the service instead.")
    if Pledge.objects.visible_to(actor).filter(services=service).exists():
        return _("A pledge names it. Revise the pledge, or end the service instead.")
    if ReferenceCount.objects.filter(service=service).exists():
        return _("Others have counted for it. End the service instead.")
    return ""
