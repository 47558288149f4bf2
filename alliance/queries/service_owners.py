"""Services that change hands: who had one when, and whether a change can still be taken back."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alliance.enums import REPORTING_KINDS, OrganisationState
from alliance.models import Organisation, Ownership, Service, Submission
from portal.kernel.access import Actor


def has_reported_since(ownership: Ownership) -> bool:
    """Whether the owner has submitted a report for a period that reaches into its ownership. One query."""
    rows = Submission.objects.filter(organisation_id=ownership.organisation_id)
    return rows.standing().filter(report__cycle__ends_on__gte=ownership.starts_on).exists()


def take_back_refusal(present: Ownership, earlier: Ownership | None) -> str:
    """Why the last change of hands cannot be taken back; empty when it can. One query at most."""
    if earlier is None or present.ends_on is not None:
        return _("The service has not changed hands.")
    if earlier.organisation.state != OrganisationState.ACTIVE:
        return _("%(name)s does not take part now: the service stays where it is.") % {
            "name": earlier.organisation.name
        }
    if has_reported_since(present):
        return _("The new owner has submitted a report for a period since: what it says stands.")
    return ""


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
    present = Ownership.objects.filter(service=service, ends_on__isnull=True).values("organisation")
    return rows.exclude(pk__in=present).order_by("name", "pk")
