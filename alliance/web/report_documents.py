"""A report as PDF for those who work on it: a post asks for it and leads to the document."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from alliance.models import Report
from alliance.services.documents import request_report_document
from portal.kernel.web import ActorRequest, get_visible_or_404


@require_POST
def report_document(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask for the published report, or for a preview of what was filed, in the reader's language."""
    report = get_visible_or_404(Report.objects, request.actor, pk=pk)
    document = request_report_document(request.actor, report, (get_language() or "en").split("-")[0])
    return redirect("document", document.pk)
