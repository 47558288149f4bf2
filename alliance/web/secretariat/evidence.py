"""The submitted evidence, fetched through a gate and never shown inside a page."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from alliance.enums import EvidenceKind
from alliance.models import Evidence
from alliance.services.evidence import open_evidence
from alliance.web.downloads import attachment
from portal.kernel.web import ActorRequest, get_visible_or_404


@require_safe
def evidence(request: ActorRequest, pk: int) -> HttpResponse:
    """Download of an evidence file; the download is journalled."""
    evidence = get_visible_or_404(Evidence.objects, request.actor, pk=pk)
    if evidence.kind != EvidenceKind.FILE:
        raise Http404
    content = open_evidence(request.actor, evidence)
    return attachment(content, evidence.file_name, evidence.media_type)
