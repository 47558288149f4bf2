"""What the archive of a member holds: its facts, people and pledges, what it filed, what was published of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F

from alliance.models import (
    Accession,
    Membership,
    Organisation,
    Ownership,
    Pledge,
    PublishedPledge,
    Report,
    Target,
)
from alliance.queries.review_state import reports_read_blind
from portal.kernel.access import Actor, can
from portal.kernel.text import LANGUAGES


def member_to_archive(actor: Actor, organisation_id: int) -> Organisation | None:
    """The organisation; None when the actor may not export it."""
    rows = Organisation.objects.visible_to(actor).select_related("successor")
    organisation: Organisation | None = rows.filter(pk=organisation_id).first()
    return organisation if organisation and can(actor, "organisation.export", organisation) else None


def archive_facts(actor: Actor, organisation: Organisation) -> Mapping[str, Any]:
    """Its row with names and services, its people, accessions and pledges, by the name of their file. Nine queries."""
    names = [f"name_{language}" for language in LANGUAGES]
    services = Ownership.objects.filter(organisation=organisation).order_by("starts_on", "pk")
    people = (
        Membership.objects.visible_to(actor).filter(organisation=organisation).order_by("started_at", "pk")
    )
    accessions = Accession.objects.visible_to(actor).filter(organisation=organisation).order_by("pk")
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
        "pledges": _pledges(actor, organisation),
    }  # fmt: skip


def _pledges(actor: Actor, organisation: Organisation) -> list[dict[str, Any]]:
    """Each revision of each pledge with its services, measures and targets, and how it was published. Four queries.

    `published` names the publications of the revision: that of its text, and those of what was decided of it later.
    """
    rows = Pledge.objects.visible_to(actor).filter(organisation=organisation).order_by("pk")
    pledges = {
        row.pop("id"): {**row, "services": [], "targets": [], "published": []}
        for row in rows.values(
            "id", "record", "revision", "state", "commitment_key", "title", "text", "language", "signatory_name",
            "signatory_office", "signed_at", "countersigned_at", "ended_reason", measures=F("measure_keys"),
        )
    }  # fmt: skip
    for pledge, slug in rows.filter(services__isnull=False).values_list("pk", "services__slug"):
        pledges[pledge]["services"].append(slug)
    targets = Target.objects.filter(pledge__in=list(pledges)).order_by("pledge", "position")
    columns = ("text", "due_on", "value")
    for target in targets.values("pledge_id", *columns, indicator=F("indicator_key")):
        facts = {name: value for name, value in target.items() if name != "pledge_id"}
        pledges[target["pledge_id"]]["targets"].append(facts)
    by_revision = {(row["record"], row["revision"]): row for row in pledges.values()}
    published = PublishedPledge.objects.filter(organisation=organisation).order_by("valid_from")
    for record, revision, number, state in published.values_list("record", "revision", "valid_from", "state"):
        if (record, revision) in by_revision:
            by_revision[record, revision]["published"].append({"number": number, "state": state})
    return list(pledges.values())


def filed_reports(actor: Actor, organisation: Organisation) -> Sequence[Report]:
    """Its reports with a submission, the oldest first; none that the actor is to judge without its verdicts."""
    rows = Report.objects.visible_to(actor).filter(organisation=organisation, submitted_at__isnull=False)
    rows = rows.exclude(pk__in=reports_read_blind(actor))
    return list(rows.select_related("cycle").order_by("cycle__starts_on", "pk"))
