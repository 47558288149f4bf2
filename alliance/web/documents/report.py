"""A report as a document for those who work on it: a post asks for it and leads to the document."""

from django.http import HttpResponse
from django.shortcuts import redirect

from alliance.models import Report
from alliance.services.documents import request_report_document
from portal.kernel.text import reader_language
from portal.kernel.web import ActorRequest, get_visible_or_404, posts


@posts("document")
def report_document(request: ActorRequest, pk: int) -> HttpResponse:
    """Request one of a report's documents, by default the PDF, in the reader's language."""
    report = get_visible_or_404(Report.objects, request.actor, pk=pk)
    name = request.POST.get("document", "pdf")
    document = request_report_document(request.actor, report, reader_language(), name)
    return redirect("document", document.key)
