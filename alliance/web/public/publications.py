"""The ledger of publications, one publication, and its exact bytes."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.queries.public import record as reads
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import kind_of
from alliance.web.public.answers import page
from alliance.web.public.ledgers import entries
from portal.kernel.models import Publication
from portal.kernel.publishing import read
from portal.kernel.registry import spoken_of
from portal.kernel.web import page_of


@require_safe
def publication_list(request: HttpRequest) -> HttpResponse:
    """The whole record, the latest first; `?type=` narrows it."""
    types = reads.publication_types()
    chosen = request.GET.get("type", "")
    if chosen and chosen not in types:
        raise Http404
    listed = page_of(reads.ledger(chosen), request)
    context = {
        "page": listed,
        "publications": entries(listed),
        "types": [(type_, kind_of(type_)[0]) for type_ in types],
        "chosen": chosen,
    }
    return page(request, "publication_list", context)


@require_safe
def publication(request: HttpRequest, number: int) -> HttpResponse:
    """One publication: what it is, where it stands, its digest and how to check it."""
    found = _found(number)
    word, tone = kind_of(found.type, found.revision)
    context = {
        "publication": found,
        "title": in_reader_language(found.title),
        "kind": word,
        "tone": tone,
        "body_url": settings.ORIGIN + reverse("public:publication-body", args=[found.number]),
        "size": len(bytes(found.body)),
        "subject": _subject(found, read(found)),
        "later": reads.later_revision(found.number),
        "nav": "public:publication-list",
    }
    return page(request, "publication", context)


@require_safe
def publication_body(request: HttpRequest, number: int) -> HttpResponse:
    """The exact bytes whose SHA-256 is the digest."""
    del request
    return HttpResponse(bytes(_found(number).body), content_type="application/json")


def _found(number: int) -> Publication:
    found = reads.publication(number)
    if found is None:
        raise Http404
    return found


def _subject(found: Publication, document: Mapping[str, Any]) -> tuple[str, str] | None:
    """Where what was published stands now: an address, and words for the link."""
    if found.type in ("report", "report_notice", "response"):
        place = (document["organisation"]["slug"], document["cycle"]["slug"])
        anchor = f"#commitment-{document['commitment']}" if document.get("commitment") else ""
        return reverse("public:report", args=place) + anchor, _("Report")
    if found.type in ("accession", "organisation", "pledge"):
        return reverse("public:member", args=[document["organisation"]["slug"]]), _("Member")
    if found.type == "cycle":
        return reverse("public:cycle", args=[document["slug"]]), _("Cycle")
    if found.type == "charter":
        return reverse("public:commitment-list"), _("Commitments")
    above = spoken_of(found.type)
    return above.subject(document) if above else None
