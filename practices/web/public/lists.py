"""The public practices as a list, with its search and filters, for people and for programs."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliance.web.public.other_sites import open_to_other_sites
from alliance.web.public.responses import json_response
from portal.kernel.web import PAGE, Parameter, open_text, paginate_or_404, parameters
from practices.enums import EvidenceGrade, PracticeStage, ServiceKind
from practices.models import PublishedPractice
from practices.queries import public as reads
from practices.queries import taxonomy
from practices.web.public.responses import practices_page
from practices.web.public.rows import public_practice_rows

PAGE_SIZE = 20
_MAX_TEXT_LENGTH = 200  # characters of a search
_FILTERS = (
    open_text("q", _MAX_TEXT_LENGTH), Parameter("harm"), Parameter("service"), Parameter("stage"), Parameter("grade"),
)  # fmt: skip
_FACETS = ("kind", "stage", "grade", "harms", "service_kinds", "measures")


@require_safe
@parameters(*_FILTERS, PAGE)
def practice_list(request: HttpRequest) -> HttpResponse:
    """List of public practices; `?q=` searches it, `?harm=`, `?service=`, `?stage=`, `?grade=` filter it."""
    public_practice_filters = _filters(request)
    listed, practices = _listed(request, public_practice_filters)
    findings = practices.findings
    context = {
        "page": listed,
        "rows": public_practice_rows(listed, findings),
        "filters": public_practice_filters,
        "findings": findings,
        "is_by_match": practices.is_by_match,
        "is_cut": practices.is_cut,
        "search_url": f"{reverse('public:search')}?{urlencode({'q': public_practice_filters.text})}",
        "harms": [(key, harm.title) for key, harm in taxonomy.harms().items()],
        "services": ServiceKind.choices,
        "stages": PracticeStage.choices,
        "grades": [
            choice for choice in reversed(EvidenceGrade.choices) if choice[0] != EvidenceGrade.UNTESTED
        ],
    }
    return practices_page(request, "practice_list", context)


def _listed(request: HttpRequest, filters: reads.PublicPracticeFilters) -> tuple[Page, reads.PracticeList]:
    practices = reads.practice_list(filters)
    listed = paginate_or_404(practices.rows, request, PAGE_SIZE)
    if filters.harm and not listed.object_list and filters.harm not in taxonomy.harms():
        raise Http404
    return listed, practices


def _filters(request: HttpRequest) -> reads.PublicPracticeFilters:
    """What the address asks for; a choice that there is not leads nowhere."""
    choices = {name: request.GET.get(name, "").strip() for name in ("harm", "service", "stage", "grade")}
    known = {"service": ServiceKind.values, "stage": PracticeStage.values, "grade": EvidenceGrade.values}
    if any(choices[name] and choices[name] not in values for name, values in known.items()):
        raise Http404
    # no more than anybody would write, and nothing that the database refuses
    text, harm = (
        value.replace("\0", "").strip()[:_MAX_TEXT_LENGTH]
        for value in (request.GET.get("q", ""), choices.pop("harm"))
    )
    return reads.PublicPracticeFilters(text, harm, **choices)


@open_to_other_sites
@parameters(*_FILTERS, PAGE)
def practice_list_data(request: HttpRequest) -> HttpResponse:
    """JSON of the filtered list of public practices, each with its state and the URL of its data."""
    listed, practices = _listed(request, _filters(request))
    findings = practices.findings
    # how the words were read, where any were sent
    reading = (
        {
            "respelt": findings.respelt,
            "least_words": findings.least,
            "absent_words": list(findings.absent),
            "has_more": practices.is_cut,
        }
        if findings
        else {}
    )
    return json_response(
        {
            "count": listed.paginator.count,
            "page": listed.number,
            "pages": listed.paginator.num_pages,
            **reading,
            "practices": [_row_data(row) for row in listed],
        }
    )


def _row_data(row: PublishedPractice) -> dict[str, Any]:
    return {
        "practice": str(row.record),
        "title": row.title,
        "language": row.language,
        "organisation": row.organisation.slug if row.organisation else None,
        "state": row.state,
        "version": row.number,
        "shared_at": row.shared_at.isoformat(),
        **{key: row.content[key] for key in _FACETS if key in row.content},
        "publication": row.valid_from,
        "url": settings.ORIGIN + reverse("public:practice", args=[row.record]),
        "data": settings.ORIGIN + reverse("public:practice-data", args=[row.record]),
    }
