"""What companies share with the world: the list with its search, one practice, its earlier versions, its data."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from alliance.queries.public.record import citation_of, latest_revision, publication
from alliance.queries.public.wording import first_words
from alliance.web.public.answers import json_document, page
from portal.kernel.markdown import to_plain
from portal.kernel.models import Publication
from portal.kernel.publishing import read
from portal.kernel.web import page_of
from practices.enums import Grade, RelationKind, ServiceKind, Stage
from practices.models import PublishedPractice
from practices.queries import public as reads
from practices.queries import taxonomy
from practices.web.public.rows import rows_of
from practices.web.reading import Reading

ROWS = 20
_DESCRIBED = 155  # characters of a description for search engines
_LONGEST = 200  # characters of a search


def _page(
    request: HttpRequest, template: str, context: Mapping[str, Any], canonical: str = ""
) -> HttpResponse:
    shown = {"nav": "public:practice-list", **context}
    return page(request, template, shown, canonical=canonical, folder="practices/public")


# --- The list --------------------------------------------------------------------------------


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
    return _page(request, "practice_list", context)


def _wanted(request: HttpRequest) -> reads.Wanted:
    """What the address asks for; a choice that there is not leads nowhere."""
    asked = {name: request.GET.get(name, "").strip() for name in ("harm", "service", "stage", "grade")}
    known = {"service": ServiceKind.values, "stage": Stage.values, "grade": Grade.values}
    if any(asked[name] and asked[name] not in values for name, values in known.items()):
        raise Http404
    words = request.GET.get("q", "").replace("\0", "").strip()[:_LONGEST]
    return reads.Wanted(words, **asked)


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


_FACETS = ("kind", "stage", "grade", "harms", "service_kinds", "measures")


# --- One practice ----------------------------------------------------------------------------


@require_safe
def practice(request: HttpRequest, key: UUID) -> HttpResponse:
    """How a practice stands: its last version; of a withdrawn one only that it was, when and why."""
    found = reads.published_practice(key)
    if found is None:
        raise Http404
    versions = reads.published_versions(key)
    context = {
        "practice": found,
        "versions": versions,
        "publication": citation_of("practice", str(key)),
        "json_url": reverse("public:practice-data", args=[key]),
    }
    if not found.stands:
        return _page(request, "practice_withdrawn", context)
    context |= {"family": _family(found), "adoptions": reads.public_adoptions(key), **_said(found)}
    return _page(request, "practice", context)


@require_safe
def practice_version(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """An earlier version as it was published, with what has become of the practice since."""
    found, now = reads.published_version(key, number), reads.published_practice(key)
    if found is None or now is None:
        raise Http404
    context = {
        "practice": found,
        "now": now,
        "versions": reads.published_versions(key),
        "publication": publication(found.valid_from),
        "family": [],
        "adoptions": [],
        "is_earlier": now.number != number or not now.stands,
        **_said(found),
    }
    return _page(request, "practice", context)


def _said(row: PublishedPractice) -> dict[str, Any]:
    """The content in the reader's words, and the beginning of it for search engines."""
    return {
        "reading": Reading(row.content),
        "description": first_words(to_plain(row.content.get("summary", "")), _DESCRIBED),
    }


# the relation as the practice itself says it, and as the other one says it of this
_FAMILY: Mapping[str, str | Promise] = {
    **{kind.value: kind.label for kind in RelationKind},
    "by_derives": _("Led to"),
    "by_merges": _("Merged into"),
    "by_replaces": _("Replaced by"),
}


def _family(row: PublishedPractice) -> list[tuple[str, PublishedPractice]]:
    return [(str(_FAMILY[kind]), other) for kind, other in reads.related_to(row)]


@require_safe
def practice_data(request: HttpRequest, key: UUID) -> HttpResponse:
    """The last publication of a practice as JSON, with its number and digest."""
    del request
    found = latest_revision("practice", str(key))
    if found is None:
        raise Http404
    return json_document(_data(found))


def _data(found: Publication) -> dict[str, Any]:
    body = reverse("public:publication-body", args=[found.number])
    return {
        "publication": {
            "number": found.number,
            "revision": found.revision,
            "published_at": found.published_at.isoformat(),
            "sha256": found.sha256,
            "body": settings.ORIGIN + body,
        },
        "document": read(found),
    }
