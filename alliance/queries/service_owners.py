"""Services that change hands: who had one when, and whether a change can still be taken back."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from alliance.enums import REPORTING_KINDS, OrganisationState
from alliance.models import Organisation, Ownership, PublishedReport, Report, Service, Submission
from alliance.queries.local_dates import today
from portal.kernel.access import Actor
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.text import format_date


def still_running(day: date | None = None) -> Q:
    """Of ownerships, those that are not over on a day, by default today; the last day may be recorded already."""
    return Q(ends_on__isnull=True) | Q(ends_on__gte=day or today())


def is_over(ownership: Ownership) -> bool:
    """Whether its last day has passed."""
    return ownership.ends_on is not None and ownership.ends_on < today()


def parts_of_period(report: Report | PublishedReport) -> list[Ownership]:
    """The services that were the member's for a part of the report's period alone, by name. One query."""
    cycle = report.cycle
    rows = Ownership.objects.filter(
        Q(starts_on__gt=cycle.starts_on) | Q(ends_on__lt=cycle.ends_on),
        still_running(cycle.starts_on),
        organisation=report.organisation_id,
        starts_on__lte=cycle.ends_on,
    )
    return list(rows.select_related("service").order_by(ByAlphabet("service__name"), "starts_on"))


def name_other_owners(rows: Sequence[Ownership]) -> None:
    """Set on each who ran the service right before (`earlier_owner`) and right after (`next_owner`). One query."""
    others = Ownership.objects.filter(service__in=[row.service_id for row in rows])
    known = [*others.select_related("organisation")] if rows else []
    first = {(row.service_id, row.starts_on): row.organisation for row in known}
    last = {(row.service_id, row.ends_on): row.organisation for row in known}
    for row in rows:
        before, after = row.starts_on - timedelta(days=1), row.ends_on and row.ends_on + timedelta(days=1)
        row.__dict__["earlier_owner"] = last.get((row.service_id, before))
        row.__dict__["next_owner"] = first.get((row.service_id, after)) if after else None


def has_reported_since(ownership: Ownership) -> bool:
    """Whether the owner has submitted a report for a period that reaches into its ownership. One query."""
    rows = Submission.objects.filter(organisation_id=ownership.organisation_id)
    return rows.standing().filter(report__cycle__ends_on__gte=ownership.starts_on).exists()


def take_back_refusal(present: Ownership, earlier: Ownership | None) -> str:
    """Why the last change of hands cannot be taken back; empty when it can. One query at most."""
    if earlier is None or is_over(present):
        return _("The service has not changed hands.")
    if present.ends_on is not None:
        return announced_end(present)
    if earlier.organisation.state != OrganisationState.ACTIVE:
        return _("%(name)s does not take part now: the service stays where it is.") % {
            "name": earlier.organisation.name
        }
    if has_reported_since(present):
        return _("The new owner has submitted a report for a period since: what it says stands.")
    return ""


def transfer_finality_warning(organisation: Organisation, day: date) -> str:
    """That a change of hands of that day could not be taken back at all; empty where it could. One query."""
    if not has_reported_since(Ownership(organisation=organisation, starts_on=day)):
        return ""
    return _(
        "%(name)s has already submitted a report for a period that ends on that day or later: the change of hands "
        "could not be taken back."
    ) % {"name": organisation.name}


def announced_end(ownership: Ownership) -> str:
    """That the last day of a service, which is still to come, is recorded, and has to be taken back first."""
    message = _("Its last day is recorded already: %(day)s. Take that back first.")
    return message % {"day": format_date(ownership.ends_on)}


def owners_of(service: Service) -> list[Ownership]:
    """All that had the service, the present one last. One query."""
    return list(
        Ownership.objects.filter(service=service).select_related("organisation").order_by("starts_on")
    )


def possible_owners(actor: Actor, service: Service) -> QuerySet[Organisation]:
    """The members that take part and do not run the service now, by name."""
    rows: QuerySet[Organisation] = Organisation.objects.visible_to(actor).filter(
        kind__in=REPORTING_KINDS, state=OrganisationState.ACTIVE
    )
    present = Ownership.objects.filter(still_running(), service=service).values("organisation")
    return rows.exclude(pk__in=present).order_by(ByAlphabet("name"), "pk")
