"""Who has opened a practice: its source reads that, and nobody else."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from alliance.models import Organisation
from alliance.queries.local_dates import today
from alliance.web.public.responses import csv_response
from portal.kernel.web import ActorRequest, paginate
from practices.enums import Label
from practices.models import Practice
from practices.queries.access_log import access_log_rows, accesses_by_person
from practices.queries.affiliations import affiliations_at_times, organisations_read_through
from practices.web.objects import get_practice
from practices.web.practice.page import PracticePage
from practices.web.practice.views import version_context

CHANNEL_LABELS = {
    "page": gettext_lazy("Portal"),
    "markdown": "Markdown",
    "json": "JSON",
    "pdf": "PDF",
    "test_set": gettext_lazy("Test set"),
    "prompt": gettext_lazy("Prompt"),
    "pack": gettext_lazy("Whole pack"),
    "stix": "STIX",
    "misp": "MISP",
    "csv": "CSV",
    "attachment": gettext_lazy("File"),
    "api": gettext_lazy("API"),
}


def _named(practice: Practice) -> list[int]:
    """The organisations of which affiliates may read it; none under another label than AMBER."""
    return practice.reader_organisations if practice.label == Label.AMBER else []


@require_safe
def practice_access_log(request: ActorRequest, key: UUID) -> HttpResponse:
    """List of who has opened a practice: person, organisation, first and last time, channels."""
    practice = get_practice(request.actor, key, organisation_id=request.actor.tenant_id)
    page = paginate(accesses_by_person(request.actor, practice), request)
    places = {row["organisation_id"] for row in page}
    names = Organisation.objects.visible_to(request.actor).in_bulk(places)
    affiliations = affiliations_at_times(_named(practice), places)
    for row in page:
        row["organisation"] = names.get(row["organisation_id"])
        sources = organisations_read_through(affiliations.get(row["organisation_id"], []), row["last"])
        row["through"] = [source.name_accusative for source in sources]
        row["channels"] = [CHANNEL_LABELS.get(channel, channel) for channel in row["channels"]]
    context = version_context(PracticePage(request.actor, practice))
    return render(request, "practices/access_log.html", {**context, "page": page})


@require_safe
def practice_access_log_table(request: ActorRequest, key: UUID) -> HttpResponse:
    """CSV of a practice's access log."""
    practice = get_practice(request.actor, key, organisation_id=request.actor.tenant_id)
    header = [
        _("Person"),
        _("Organisation"),
        _("As an affiliate of"),
        _("When"),
        _("Channel"),
        _("Label at the time"),
    ]
    entries = access_log_rows(request.actor, practice)
    organisation_ids = set(entries.order_by().values_list("organisation_id", flat=True).distinct())
    affiliations = affiliations_at_times(_named(practice), organisation_ids)
    rows = (
        [
            row.person.name,
            row.organisation.name,
            ", ".join(
                source.name
                for source in organisations_read_through(
                    affiliations.get(row.organisation_id, []), row.opened_at
                )
            ),
            row.opened_at.isoformat(),
            row.channel,
            Label(row.label).label,
        ]
        for row in entries.iterator()
    )
    response = csv_response(f"access-log-{practice.key}-{today():%Y-%m-%d}", header, rows)
    response["Cache-Control"] = "private, no-store"
    return response
