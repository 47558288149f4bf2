"""The peer's pages: the rows by the ORM, one template; `?fill=` says how much ready text makes up the length."""

from collections import Counter
from functools import cache
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from bench.pages.peer.models import (
    Commitment,
    Cycle,
    Organisation,
    Ownership,
    Pledge,
    Publication,
    Report,
    TimelineEntry,
    Verdict,
)

_ROWS = 50


@cache
def _text(length: int) -> str:
    return "x" * length


@cache
def _bytes(length: int) -> bytes:
    return b"x" * length


def _fill(request: HttpRequest) -> int:
    return int(request.GET.get("fill", 0))


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"{name}.html", {**context, "fill": _text(_fill(request))})


def bytes_alone(request: HttpRequest) -> HttpResponse:
    """So many bytes, and nothing is asked of anybody."""
    return HttpResponse(_bytes(_fill(request)))


def members(request: HttpRequest) -> HttpResponse:
    """Fifty members with their services and how their verdicts came out."""
    listed = Organisation.objects.filter(kind__in=("member", "associate"), state__in=("active", "suspended"))
    page = Paginator(listed.prefetch_related("ownerships__service"), _ROWS).get_page(request.GET.get("page"))
    cycle = Cycle.objects.filter(state="published").first()
    tallies = _tallies(organisation_id__in=[row.pk for row in page], cycle_id=cycle and cycle.pk)
    for row in page:
        row.tally = sorted(tallies.get((cycle and cycle.pk, row.pk), Counter()).items())
    return _page(request, "members", {"page": page, "cycle": cycle})


def _tallies(**which: Any) -> dict[Any, Counter[str]]:
    tallies: dict[Any, Counter[str]] = {}
    rows = Verdict.objects.filter(valid_to=None, measure_key="", **which).exclude(commitment_key="")
    for cycle_id, organisation_id, value in rows.values_list("cycle_id", "organisation_id", "value"):
        tallies.setdefault((cycle_id, organisation_id), Counter())[value] += 1
    return tallies


def reports(request: HttpRequest) -> HttpResponse:
    """Fifty reports with member, cycle and how their verdicts came out."""
    listed = Report.objects.filter(valid_to=None).select_related("organisation", "cycle")
    ordered = listed.order_by("-cycle__starts_on", "organisation__name", "pk")
    page = Paginator(ordered, _ROWS).get_page(request.GET.get("page"))
    tallies = _tallies(
        organisation_id__in={row.organisation_id for row in page}, cycle_id__in={row.cycle_id for row in page}
    )
    for row in page:
        row.tally = sorted(tallies.get((row.cycle_id, row.organisation_id), Counter()).items())
    return _page(request, "reports", {"page": page})


def publications(request: HttpRequest) -> HttpResponse:
    """The last fifty publications."""
    page = Paginator(Publication.objects.all(), _ROWS).get_page(request.GET.get("page"))
    return _page(request, "publications", {"page": page})


def member(request: HttpRequest, slug: str) -> HttpResponse:
    """One member with its services, verdicts over the cycles, pledges, reports and timeline."""
    organisation = get_object_or_404(Organisation, slug=slug)
    cycles = {row.pk: row for row in Cycle.objects.filter(state="published")}
    latest = next(iter(cycles.values()))
    verdicts = Verdict.objects.filter(valid_to=None, measure_key="", organisation_id=organisation.pk)
    verdict_values = {(row.commitment_key, row.cycle_id): row.value for row in verdicts}
    commitments = list(Commitment.objects.filter(charter_id=latest.charter_id))
    context = {
        "member": organisation,
        "ownerships": Ownership.objects.filter(organisation=organisation).select_related("service"),
        "cycles": cycles.values(),
        "rows": [
            (commitment, [verdict_values.get((commitment.key, cycle), "") for cycle in cycles])
            for commitment in commitments
        ],
        "pledges": Pledge.objects.filter(valid_to=None, organisation_id=organisation.pk),
        "reports": Report.objects.filter(valid_to=None, organisation=organisation).select_related("cycle"),
        "timeline": TimelineEntry.objects.filter(organisation_id=organisation.pk)[:20],
    }
    return _page(request, "member", context)
