"""The public practices as a list, with its search and filters, for people and for programs."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliance.web.public.answers import json_document
from portal.kernel.web import page_of
from practices.enums import Grade, ServiceKind, Stage
from practices.models import PublishedPractice
from practices.queries import public as reads
from practices.queries import taxonomy
from practices.web.public.answers import practices_page
from practices.web.public.rows import rows_of

ROWS = 20
_LONGEST = 200  # characters of a search
_FACETS = ("kind", "stage", "grade", "harms", "service_kinds", "measures")


@require_safe
def practice_list(request: HttpRequest) -> HttpResponse:
    """The public practices; `?q=` searches them, `?harm=`, `?service=`, `?stage=`, `?grade=` narrow them."""
    wanted = _wanted(request)
    listed = page_of(reads.practice_list(wanted), request, ROWS)
    context = {
        "page": listed,
        "rows": rows_of(listed),
        "wanted": wanted,
        "harms": [(key, harm.title) for key, harm in taxonomy.harms().items()],
        "services": ServiceKind.choices,
        "stages": Stage.choices,
        "grades": [choice for choice in reversed(Grade.choices) if choice[0] != Grade.UNTESTED],
    }
    return practices_page(request, "practice_list", context)


def _wanted(request: HttpRequest) -> reads.Wanted:
    """What the address asks for; a choice that there is not leads nowhere."""
    asked = {name: request.GET.get(name, "").strip() for name in ("harm", "service", "stage", "grade")}
    known = {"service": ServiceKind.values, "stage": Stage.values, "grade": Grade.values}
    if any(asked[name] and asked[name] not in values for name, values in known.items()):
        raise Http404
    words, harm = (_written(text, _LONGEST) for text in (request.GET.get("q", ""), asked.pop("harm")))
    return reads.Wanted(words, harm, **asked)


def _written(text: str, most: int) -> str:
    """No more than anybody would write, and nothing that the database refuses."""
    return text.replace("\0", "").strip()[:most]


@require_safe
def practice_list_data(request: HttpRequest) -> HttpResponse:
    """The list as JSON, narrowed as the page is: where each practice stands and where its data are."""
    listed = page_of(reads.practice_list(_wanted(request)), request, ROWS)
    return json_document(
        {
            "count": listed.paginator.count,
            "page": listed.number,
            "pages": listed.paginator.num_pages,
            "practices": [_listed(row) for row in listed],
        }
    )


def _listed(row: PublishedPractice) -> dict[str, Any]:
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
