"""What hangs on a service before its owner ends it, puts its first day right, or takes its addition or end back."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from django.db.models import Count, Min, Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import FILEABLE_REPORT_STATES, OrganisationState, PledgeState
from alliance.models import (
    Cycle,
    FormerServiceName,
    Organisation,
    Ownership,
    Pledge,
    PublishedFigure,
    PublishedReport,
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
    return next(_filed_cycles(ownership, "-report__cycle__starts_on"), None)


def first_filed_cycle(ownership: Ownership) -> Cycle | None:
    """The earliest such cycle."""
    return next(_filed_cycles(ownership, "report__cycle__starts_on"), None)


def _filed_cycles(ownership: Ownership, order: str) -> Iterator[Cycle]:
    rows = Submission.objects.standing().filter(
        report__organisation_id=ownership.organisation_id,
        report__cycle__ends_on__gte=ownership.starts_on,
    )
    for submission in rows.select_related("report__cycle").order_by(order, "-number"):
        if _name_in(bytes(submission.body), ownership.service) is not None:
            yield submission.report.cycle


def _name_in(body: bytes, service: Service) -> Mapping[str, str] | None:
    """What a submission calls the service, by language; None where it does not include it."""
    rows = json.loads(body)["services"]
    return next((row["name"] for row in rows if row["slug"] == service.slug), None)


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


def first_day_of_name(service: Service) -> date:
    """The first day of its present name, whoever ran it then. Two queries at most."""
    former = service.former_names.first()
    if former is not None:
        return former.until + timedelta(days=1)
    first: date = Ownership.objects.filter(service=service).aggregate(first=Min("starts_on"))["first"]
    return first


def is_called(former: FormerServiceName, names: Mapping[str, str]) -> bool:
    """Whether it is the same name, in each language."""
    return all(getattr(former, f"name_{language}") == name for language, name in names.items())


def name_removal_refusal(ownership: Ownership, names: Mapping[str, str]) -> str:
    """Why the present name cannot count as never borne: a filed report, published or not, has the service under it.

    Empty when it can, also where the service bore the same name before, which stays. The bodies one by one.
    """
    if any(is_called(former, names) for former in ownership.service.former_names.all()):
        return ""
    rows = Submission.objects.standing().filter(report__organisation_id=ownership.organisation_id)
    for submission in rows.select_related("report__cycle").order_by("report__cycle__starts_on", "-number"):
        if _name_in(bytes(submission.body), ownership.service) == names:
            text = _(
                "The submitted report for %(cycle)s calls it %(name)s, and that stays on record. Choose a later day: "
                "the name then stays with its last day."
            )
            return text % {"cycle": submission.report.cycle.title, "name": ownership.service.name}
    return ""


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


def start_refusal(ownership: Ownership) -> str:
    """Why the owner cannot put the first day right at all; empty when it can. One query."""
    earlier = Ownership.objects.filter(service=ownership.service_id, starts_on__lt=ownership.starts_on)
    before = earlier.select_related("organisation").order_by("-starts_on").first()
    if before is None:
        return ""
    text = _("The service was taken over from %(name)s on that day; the secretariat can take that back.")
    return text % {"name": before.organisation.name}


def start_day_refusal(ownership: Ownership, on: date) -> str:
    """Why the service cannot have been the owner's from the day on; empty when it can.

    It has to be there for the names that it bore, in each period for which a filed report includes it, and as long as
    the pages of published reports say.
    """
    if ownership.ends_on is not None and on > ownership.ends_on:
        text = _("Its last day is %(day)s. Choose that day or an earlier one.")
        return text % {"day": format_date(ownership.ends_on)}
    former = FormerServiceName.objects.filter(service=ownership.service_id, until__lt=on)
    if (name := former.order_by("until").first()) is not None:
        text = _("It was called %(name)s until %(day)s. Choose that day or an earlier one.")
        return text % {"name": name.name, "day": format_date(name.until)}
    first = first_filed_cycle(ownership)
    if first is not None and on > first.ends_on:
        text = _("The submitted report for %(cycle)s includes the service. Choose %(day)s or an earlier day.")
        return text % {"cycle": first.title, "day": format_date(first.ends_on)}
    for cycle in _cycles_published_with(ownership):
        if max(on, cycle.starts_on) != max(ownership.starts_on, cycle.starts_on):
            text = _(
                "The published report for %(cycle)s says that the service was yours from %(day)s, and what is "
                "published is not changed in silence: another day would contradict it."
            )
            day = max(ownership.starts_on, cycle.starts_on)
            return text % {"cycle": cycle.title, "day": format_date(day)}
    return ""


def _cycles_published_with(ownership: Ownership) -> list[Cycle]:
    """The cycles for which a report of the owner with the service was ever published. Two queries, and the bodies.

    While it is withdrawn its page stays readable, and it may be published again.
    """
    published = PublishedReport.objects.filter(
        organisation=ownership.organisation_id, notice="", cycle__ends_on__gte=ownership.starts_on
    )
    cycles = set(published.values_list("cycle_id", flat=True))
    filed = dict.fromkeys(
        _filed_cycles(ownership, "report__cycle__starts_on")
    )  # of each, submission by submission
    return [cycle for cycle in filed if cycle.pk in cycles]


def start_consequences(actor: Actor, ownership: Ownership) -> list[str]:
    """What another first day means: which reports ask for the service then, and which were filed without it."""
    rows = Report.objects.visible_to(actor).filter(organisation=ownership.organisation_id)
    running = (
        rows.filter(state__in=FILEABLE_REPORT_STATES).select_related("cycle").order_by("cycle__starts_on")
    )
    items = []
    for report in running:
        text = _("The report for %(cycle)s asks for its figures if its first day is %(day)s or earlier.")
        facts = {"cycle": report.cycle.title, "day": format_date(report.cycle.ends_on)}
        items.append(text % facts)
    if published := _cycles_published_with(ownership):
        text = _(
            "A day is refused that contradicts what these published reports say of the service: %(cycles)s."
        )
        items.append(text % {"cycles": ", ".join(cycle.title for cycle in published)})
    without = Submission.objects.standing().filter(
        report__organisation_id=ownership.organisation_id, report__cycle__ends_on__lt=ownership.starts_on
    )
    titles = list(dict.fromkeys(without.values_list("report__cycle__title", flat=True)))
    if titles:
        text = _(
            "If the new day lies in or before one of these periods: the reports for them were submitted without the "
            "service and stay as they are, published ones too: %(cycles)s. Correct them."
        )
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
