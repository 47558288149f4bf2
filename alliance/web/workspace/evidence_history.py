"""The history of the evidence beside a measure, and the way back of what was removed and of who could read it."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliance.queries.evidence_history import evidence_versions, read_evidence_changes
from alliance.queries.working_copy import working_copy
from alliance.services.evidence import restore_evidence, restore_evidence_readers
from alliance.web.change_pages import number_in, restore
from alliance.web.workspace.reports import get_report, report_context
from portal.kernel.web import ActorRequest, paginate, refuse_unlisted_fields

_CHANGES = 20  # on a page


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_history(request: ActorRequest, pk: int, measure: str) -> HttpResponse:
    """The evidence beside a measure: what was added, shown and removed, when and by whom, and the way back."""
    report = get_report(request, pk, "report.edit" if request.method == "POST" else "")
    copy = working_copy(report)
    required = copy.frame.required_measure(measure)
    if required is None:
        raise Http404
    page_of_measure = reverse("workspace:report-measure", args=[pk, measure])
    if request.method == "POST":
        refuse_unlisted_fields(request.POST, {"number", "readers"})
        number = number_in(request, "number")
        if "readers" in request.POST:
            return restore(
                request,
                lambda: restore_evidence_readers(request.actor, report, required.measure, number),
                page_of_measure,
                _("Who can read it is again as it was then."),
            )
        return restore(
            request,
            lambda: restore_evidence(request.actor, report, required.measure, number),
            page_of_measure,
            _("Evidence added"),
        )
    page = paginate(evidence_versions(report, required.measure), request, _CHANGES)
    context = {
        **report_context(request, copy),
        "measure": required.measure,
        "page": page,
        "changes": read_evidence_changes(report, required.measure, list(page)),
        "page_of_measure": page_of_measure,
    }
    return render(request, "alliance/workspace/evidence_history.html", context)
