"""Evidence beside an answer: add, take back, leave out of the next submission, change its readers, open."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import Disclosure, EvidenceKind
from alliance.models import Evidence, Measure, Report
from alliance.queries.report_frame import report_frame
from alliance.queries.working_copy import CarriedOver
from alliance.services.carry_over import confirm_carried_over
from alliance.services.evidence import (
    add_file,
    add_link,
    add_practice,
    disclose_evidence,
    include_evidence,
    open_evidence,
    remove_evidence,
)
from alliance.web.area import form_key, posted_data
from alliance.web.downloads import attachment
from alliance.web.forms.working_copy import CitedPracticeForm, FileForm, LinkForm
from alliance.web.workspace.reports import get_report
from alliance.workflows import REPORT
from portal.kernel.errors import DomainError
from portal.kernel.registry import citable_items
from portal.kernel.web import ActorRequest, get_visible_or_404, posts, refusals_on, typed_words


def _get_report_and_measure(request: ActorRequest, pk: int, key: str) -> tuple[Report, Measure]:
    """Of a report that the actor may write."""
    report = get_report(request, pk, "report.edit")
    required = report_frame(report).required_measure(key)
    if required is None:
        raise Http404
    return report, required.measure


def _disclosure(public: bool) -> str:
    return Disclosure.PUBLIC if public else Disclosure.SECRETARIAT


def evidence_add_file(request: ActorRequest, pk: int, measure: str) -> HttpResponse:
    """Upload an evidence file for a measure; the form comes again with what was typed where it is refused."""
    report, target_measure = _get_report_and_measure(request, pk, measure)
    form = FileForm(posted_data(request, with_files=True), request.FILES or None)
    if form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            add_file(
                request.actor,
                report,
                target_measure,
                data["file"],
                data["title"],
                _disclosure(data["public"]),
            )
    return _answer(request, form, report, target_measure, _("Add a file"))


def evidence_add_link(request: ActorRequest, pk: int, measure: str) -> HttpResponse:
    """Add a link as evidence for a measure."""
    report, target_measure = _get_report_and_measure(request, pk, measure)
    form = LinkForm(posted_data(request))
    if form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            add_link(
                request.actor, report, target_measure, data["url"], data["title"], _disclosure(data["public"])
            )
    return _answer(request, form, report, target_measure, _("Add a link"))


def evidence_add_practice(request: ActorRequest, pk: int, measure: str) -> HttpResponse:
    """Cite a practice as evidence for a measure."""
    report, target_measure = _get_report_and_measure(request, pk, measure)
    form = CitedPracticeForm(
        posted_data(request), practices=citable_items(request.actor, report.organisation_id)
    )
    if form.is_valid():
        data = form.cleaned_data
        source, _colon, reference = data["practice"].partition(":")
        with refusals_on(form):
            add_practice(
                request.actor, report, target_measure, source, reference, _disclosure(data["public"])
            )
    return _answer(request, form, report, target_measure, _("Add an adopted practice"))


def _answer(
    request: ActorRequest,
    form: FileForm | LinkForm | CitedPracticeForm,
    report: Report,
    measure: Measure,
    heading: str,
) -> HttpResponse:
    """Back to the measure; where nothing was added, the form by itself, with what was typed and what is wrong."""
    page = reverse("workspace:report-measure", args=[report.pk, measure.key])
    if form.is_valid():
        messages.success(request, _("Evidence added"))
        return redirect(page)
    context = {
        "form": form,
        "heading": heading,
        "report": report,
        "measure": measure,
        "editable": REPORT.is_available(request.actor, report, "edit"),
        "typed": typed_words(form),
        "posted_key": form_key(request),
        "cancel_url": f"{page}#evidence",
        "nav": "workspace:report-list",
    }
    return render(request, "alliance/workspace/evidence_add.html", context, status=form.status)


@posts()
def evidence_remove(request: ActorRequest, pk: int) -> HttpResponse:
    """Remove evidence; what was submitted is left out of the next submission, and earlier ones keep it."""
    evidence = get_visible_or_404(Evidence.objects, request.actor, pk=pk)
    remove_evidence(request.actor, get_report(request, evidence.report_id), evidence)
    messages.success(
        request, _("Left out of the next submission") if evidence.submitted_at else _("Evidence removed")
    )
    return _redirect_to_evidence(evidence)


@posts()
def evidence_include(request: ActorRequest, pk: int) -> HttpResponse:
    """Take evidence that was left out into the next submission again."""
    evidence = get_visible_or_404(Evidence.objects, request.actor, pk=pk)
    include_evidence(request.actor, get_report(request, evidence.report_id), evidence)
    messages.success(request, _("Taken in again"))
    return _redirect_to_evidence(evidence)


@posts("disclosure")
def evidence_disclose(request: ActorRequest, pk: int) -> HttpResponse:
    """Set who may read a piece of evidence from the next submission on."""
    evidence = get_visible_or_404(Evidence.objects, request.actor, pk=pk)
    report = get_report(request, evidence.report_id)
    disclosure = request.POST.get("disclosure", "")
    if disclosure not in Disclosure.values:
        raise DomainError(_("Choose who may read it."), field="disclosure")
    disclose_evidence(request.actor, report, evidence, disclosure)
    messages.success(request, _("Saved"))
    return _redirect_to_evidence(evidence)


def _redirect_to_evidence(evidence: Evidence) -> HttpResponse:
    page = reverse("workspace:report-measure", args=[evidence.report_id, evidence.measure.key])
    return redirect(f"{page}#evidence")


@posts()
def evidence_confirm(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirm that evidence carried over from the last period still supports the answer."""
    evidence = get_visible_or_404(Evidence.objects, request.actor, pk=pk)
    report = get_report(request, evidence.report_id)
    confirm_carried_over(request.actor, report, CarriedOver(evidence=[evidence]))
    messages.success(request, _("Confirmed"))
    return redirect("workspace:report-measure", pk=evidence.report_id, measure=evidence.measure.key)


@require_safe
def evidence_open(request: ActorRequest, pk: int) -> HttpResponse:
    """Download of an evidence file; the download is journalled."""
    evidence = get_visible_or_404(Evidence.objects, request.actor, pk=pk, kind=EvidenceKind.FILE)
    content = open_evidence(request.actor, evidence)
    return attachment(content, evidence.file_name, evidence.media_type)
