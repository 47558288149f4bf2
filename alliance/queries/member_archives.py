"""What the archive of a member holds: its facts, people and pledges, what it filed, what was published of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F

from alliance.models import Accession, Membership, Organisation, Ownership, Pledge, Report, TimelineEntry
from alliance.queries.review_state import reports_read_blind
from portal.kernel.access import Actor, can
from portal.kernel.publishing import Publication
from portal.kernel.text import LANGUAGES


def member_to_archive(actor: Actor, organisation_id: int) -> Organisation | None:
    """The organisation; None when the actor may not export it."""
    rows = Organisation.objects.visible_to(actor).select_related("successor")
    organisation: Organisation | None = rows.filter(pk=organisation_id).first()
    return organisation if organisation and can(actor, "organisation.export", organisation) else None


def archive_facts(actor: Actor, organisation: Organisation) -> Mapping[str, Any]:
    """Its row with names and services, its people, accessions and pledges, by the name of their file. Six queries."""
    names = [f"name_{language}" for language in LANGUAGES]
    services = Ownership.objects.filter(organisation=organisation).order_by("starts_on", "pk")
    people = (
        Membership.objects.visible_to(actor).filter(organisation=organisation).order_by("started_at", "pk")
    )
    accessions = Accession.objects.visible_to(actor).filter(organisation=organisation).order_by("pk")
    pledges = Pledge.objects.visible_to(actor).filter(organisation=organisation).order_by("pk")
    return {
        "organisation": {
            "slug": organisation.slug,
            **{name: getattr(organisation, name) for name in names},
            "kind": organisation.kind,
            "state": organisation.state,
            "reason": organisation.state_reason,
            "since": organisation.since,
            "website": organisation.website,
            "successor": organisation.successor.slug if organisation.successor else None,
            "merged_on": organisation.merged_on,
            "former_names": list(organisation.former_names.values(*names, "until")),
            "services": list(
                services.values("starts_on", "ends_on", slug=F("service__slug"), name=F("service__name"))
            ),
        },
        "people": list(
            people.values("roles", "office", "started_at", "ended_at", name=F("person__name"))
        ),
        "accessions": list(
            accessions.values(
                "state", "signatory_name", "signatory_office", "signed_at", "ended_reason",
                key=F("charter__key"), version=F("charter__version"),
            )
        ),
        "pledges": list(
            pledges.values("commitment_key", "revision", "state", "title", "text", "language", "signed_at")
        ),
    }  # fmt: skip


def filed_reports(actor: Actor, organisation: Organisation) -> Sequence[Report]:
    """Its reports with a submission, the oldest first; none that the actor is to judge without its verdicts."""
    rows = Report.objects.visible_to(actor).filter(organisation=organisation, submitted_at__isnull=False)
    rows = rows.exclude(pk__in=reports_read_blind(actor))
    return list(rows.select_related("cycle").order_by("cycle__starts_on", "pk"))


def archived_publications(organisation: Organisation) -> dict[int, bytes]:
    """The exact bytes of everything that was published of it, by number. One query."""
    numbers = TimelineEntry.objects.filter(organisation=organisation).values("valid_from")
    rows = Publication.objects.filter(number__in=numbers).order_by("number")
    return {number: bytes(body) for number, body in rows.values_list("number", "body")}
