"""The publication log, one publication, and its exact bytes."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.queries.public import record as reads
from alliance.queries.public.digests import last_link
from alliance.queries.public.later_publications import later_publications
from alliance.queries.public.made_corrections import reason_of_publication
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import kind_of
from alliance.web.public.made_files import made_file_rows
from alliance.web.public.other_sites import open_to_other_sites
from alliance.web.public.publication_rows import publication_rows
from alliance.web.public.responses import public_page
from portal.kernel.publishing import FIRST_LINK, PART, Publication, part_of_chain, read_publication
from portal.kernel.registry import publication_kind
from portal.kernel.web import PAGE, GaplessPaginator, Parameter, paginate_or_404, parameters

_WHOLE_CHAIN = 100_000  # up to so many the address without a part has all


@require_safe
@parameters(Parameter("type"), PAGE)
def publication_list(request: HttpRequest) -> HttpResponse:
    """List of all publications, the latest first; `?type=` filters it."""
    types = reads.publication_types()
    chosen = request.GET.get("type", "")
    if chosen and chosen not in types:
        raise Http404
    # all of them have numbers without a gap, those of one type have not
    paginator = Paginator if chosen else GaplessPaginator
    listed = paginate_or_404(reads.publication_log(chosen), request, paginator=paginator)
    context = {
        "page": listed,
        "publications": publication_rows(listed),
        "types": [(type_, kind_of(type_)[0]) for type_ in types],
        "chosen": chosen,
    }
    return public_page(request, "publication_list", context)


@require_safe
def publication(request: HttpRequest, number: int) -> HttpResponse:
    """One publication: what it is, where it is shown, its digest and how to check it."""
    publication = _get_publication(number)
    is_republished = bool(reads.republished_numbers([publication]))
    word, tone = kind_of(publication.type, publication.revision, is_republished=is_republished)
    document = read_publication(publication)
    context = {
        "publication": publication,
        "title": in_reader_language(publication.title),
        "kind": word,
        "tone": tone,
        "body_url": settings.ORIGIN + reverse("public:publication-body", args=[publication.number]),
        "size": len(bytes(publication.body)),
        "files": made_file_rows(publication.number),
        "subject": _subject(publication, document),
        "withdrawal": reads.withdrawal_of(publication),
        **_reason_of(publication, document),
        "document_url": _document_url(publication),
        "later": next(reversed(later_publications([publication])[publication.number]), None),
        "nav": "public:publication-list",
    }
    return public_page(request, "publication", context)


def _reason_of(publication: Publication, document: Mapping[str, Any]) -> dict[str, Any]:
    """The reason of a withdrawal, with the number that it withdraws; of a correction, or of a second look after one."""
    if publication.type == "withdrawal":
        return {"withdraws": document["subject"]["number"], "reason": in_reader_language(document["reason"])}
    return {"reason": reason_of_publication(document, publication.number)}


def _document_url(publication: Publication) -> str:
    """Where files of a report are asked for; empty for anything else."""
    if publication.type != "report":
        return ""
    return reverse("public:report-document", args=publication.record.split("/", 1))


@open_to_other_sites
def publication_body(request: HttpRequest, number: int) -> HttpResponse:
    """The exact bytes of one publication, whose SHA-256 is its digest."""
    del request
    return HttpResponse(bytes(_get_publication(number).body), content_type="application/json")


@open_to_other_sites
@parameters(Parameter("part", r"[1-9]\d{0,8}"))
def publication_chain_data(request: HttpRequest) -> HttpResponse:
    """The chain of all publications as JSON: number, digest and link of each, by which anybody can compute it again.

    `?part=` has ten thousand of them, and the address of the next part, if there is one. Without it there are the
    addresses of all parts, and all entries while they are few enough for one answer.
    """
    last = last_link()
    number, address = last.number if last else 0, reverse("public:publication-chain")
    parts = range(1, -(-number // PART) + 1)
    if chosen := request.GET.get("part"):
        part = int(chosen)
        if part not in parts:
            raise Http404
        entries = part_of_chain((part - 1) * PART, min(part * PART, number))
        following = f"{address}?part={part + 1}" if part + 1 in parts else None
        # without indents: there are many entries
        return JsonResponse({"part": part, "entries": entries, "next": following})
    content: dict[str, object] = {
        "rule": "link = SHA-256(link before + sha256), both as hexadecimal digits in lower case",
        "first": FIRST_LINK,
        "link": last.link if last else FIRST_LINK,
        "parts": [f"{address}?part={part}" for part in parts],
    }
    if number <= _WHOLE_CHAIN:
        content["entries"] = part_of_chain(0, number)
    return JsonResponse(content)


def _get_publication(number: int) -> Publication:
    publication = reads.publication(number)
    if publication is None:
        raise Http404
    return publication


def _subject(publication: Publication, document: Mapping[str, Any]) -> tuple[str, str] | None:
    """Where what was published is shown now: an address, and the text of the link."""
    if publication.type in ("report", "report_notice", "response"):
        slugs = (document["organisation"]["slug"], document["cycle"]["slug"])
        anchor = f"#commitment-{document['commitment']}" if document.get("commitment") else ""
        return reverse("public:report", args=slugs) + anchor, _("Report")
    if publication.type in ("accession", "organisation", "pledge"):
        return reverse("public:member", args=[document["organisation"]["slug"]]), _("Member")
    if publication.type == "withdrawal":
        return _subject_of_withdrawal(document)
    if publication.type == "cycle":
        return reverse("public:cycle", args=[document["slug"]]), _("Cycle")
    if publication.type == "charter":
        return reverse("public:charter", args=[document["key"], document["version"]]), _("Charter")
    if publication.type == "signatures":
        about = document["charter"]
        return reverse("public:charter", args=[about["key"], about["version"]]), _("Charter")
    above = publication_kind(publication.type)
    return above.subject(document) if above else None


def _subject_of_withdrawal(document: Mapping[str, Any]) -> tuple[str, str]:
    """The page that says first that what it shows is withdrawn; of a pledge the member's."""
    slug, subject = document["organisation"]["slug"], document["subject"]
    if subject["cycle"]:
        return reverse("public:report", args=[slug, subject["cycle"]]), _("Report")
    return reverse("public:member", args=[slug]), _("Member")
