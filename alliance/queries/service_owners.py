"""Services that change hands: who had one when, and whether a change can still be taken back."""

from django.db.models import QuerySet

from alliance.enums import REPORTING_KINDS, OrganisationState
from alliance.models import Organisation, Ownership, Service, Submission
from portal.kernel.access import Actor


def has_reported_since(ownership: Ownership) -> bool:
    """Whether the owner has submitted a report for a period that reaches into its ownership. One query."""
    rows = Submission.objects.filter(organisation_id=ownership.organisation_id)
    return rows.standing().filter(report__cycle__ends_on__gte=ownership.starts_on).exists()


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
