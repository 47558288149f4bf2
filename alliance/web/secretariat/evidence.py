"""The submitted evidence, fetched through a gate and never shown inside a page."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from alliance.enums import EvidenceKind
from alliance.models import Evidence
from alliance.services.evidence import follow_evidence, open_evidence
from alliance.web.downloads import attachment
from portal.kernel.text import is_web_address
from portal.kernel.web import ActorRequest, get_visible_or_404


@require_safe
def evidence(request: ActorRequest, pk: int) -> HttpResponse:
    """Download of an evidence file, or redirect to the page of a link without a referrer; journalled."""
    evidence = get_visible_or_404(Evidence.objects, request.actor, pk=pk)
    if evidence.kind == EvidenceKind.FILE:
        content = open_evidence(request.actor, evidence)
        return attachment(content, evidence.file_name, evidence.media_type)
    if evidence.kind != EvidenceKind.LINK or not is_web_address(evidence.url):
        raise Http404
    follow_evidence(request.actor, evidence)
    response = HttpResponseRedirect(evidence.url)
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response
