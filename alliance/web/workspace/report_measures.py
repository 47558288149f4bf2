"""The page of the editor of one measure of a report."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.models import Delegation, Report
from alliance.queries.citations import with_citations
from alliance.queries.delegations import delegations_of
from alliance.queries.four_eyes import measure_digest, unconfirmed_measures
from alliance.queries.public.record import withdrawal_of_record
from alliance.queries.report_frame import RequiredMeasure, report_frame
from alliance.queries.reports import questions_of
from alliance.queries.review_context import compared_cycle, last_verdict, standing_or_withdrawn_pledge_to
from alliance.queries.working_copy import WorkingCopy, working_copy
from alliance.services.measure_comments import record_visit
from alliance.services.reports import confirm_measure
from alliance.web.corrections.links import report_corrections
from alliance.web.forms.working_copy import CitedPracticeForm, FileForm, LinkForm
from alliance.web.workspace.editor import MeasureEditor
from alliance.web.workspace.editor_parts import EditorPart, EditorParts
from alliance.web.workspace.editor_saving import save_editor, with_conflict_decisions
from alliance.web.workspace.measure_thread import measure_thread
from alliance.web.workspace.presence import refresh_presence
from alliance.web.workspace.reports import get_report, report_context
from portal.kernel.access import Actor
from portal.kernel.errors import WrongState
from portal.kernel.registry import citable_items
from portal.kernel.web import ActorRequest, permissions, posts, redirect_refused


@posts("shown")
def measure_confirm(request: ActorRequest, pk: int, measure: str) -> HttpResponse:
    """Confirm the answer to a measure, as its page has shown it, under the four-eyes rule."""
    report = get_report(request, pk)
    required = report_frame(report).required_measure(measure)
    if required is None:
        raise Http404
    page = reverse("workspace:report-measure", args=[pk, measure])
    try:
        confirm_measure(request.actor, report, required.measure, request.POST.get("shown", ""))
    except WrongState as refusal:
        return redirect_refused(request, page, str(refusal))
    messages.success(request, _("Confirmed"))
    return redirect(page)


@require_http_methods(["GET", "HEAD", "POST"])
def report_measure(request: ActorRequest, pk: int, measure: str) -> HttpResponse:
    """Editor of one measure. Saving stores what is valid, and shows the rest again as it was typed."""
    report = get_report(request, pk, "report.edit" if request.method == "POST" else "")
    copy = working_copy(report)
    required = copy.frame.required_measure(measure)
    if required is None:
        raise Http404
    if request.method == "HEAD":  # it is asked whether the page can be opened, and nobody has read it
        return HttpResponse()
    parts, at = EditorParts(required), request.GET.get("at", "")
    data = with_conflict_decisions(request)
    # the answer to it shows the copy as it is after the save
    is_autosave = bool(request.POST.get("autosave")) and "confirm" not in request.POST
    part = _part(parts, request.GET.get("part", ""), at)
    editor = MeasureEditor(copy, parts, part, data, at=at, only_posted=is_autosave)
    if data is None:
        return _editor_page(request, editor)
    return save_editor(request, editor, _editor_page)


def _part(parts: EditorParts, number: str, at: str) -> EditorPart:
    """The part of this number, or the one in which the named form stands; the nearest where there is none."""
    if number.isdecimal():
        return parts.parts[min(max(int(number[:9]), 1), len(parts.parts)) - 1]
    return parts.part_named(at)


def _editor_page(request: ActorRequest, editor: MeasureEditor, status: int = 200) -> HttpResponse:
    copy, required = editor.copy, editor.required
    actor, report = request.actor, copy.frame.report
    before, after = _neighbours(copy, required)
    where = f"{required.measure.code} {required.measure.title}"
    context = report_context(request, copy)
    delegations: list[Delegation] = context["delegations"]  # type: ignore[assignment]  # of a page's context
    if not context["editable"]:
        editor.lock()
    pledge = standing_or_withdrawn_pledge_to(actor, report, required.commitment.key)
    unread = None
    if context["before_sign_off"]:
        unread = next((row for row in unconfirmed_measures(copy) if row.measure == required.measure), None)
    stored = (*copy.evidence, *copy.excluded_evidence)
    evidence = with_citations(actor, [item for item in stored if item.measure_id == required.measure.pk])
    context |= {
        **report_corrections(actor, report),
        "editor": editor,
        "required_measure": required,
        "unread": unread,
        "shown": measure_digest(copy, required) if unread else "",
        **permissions(actor, report, may_confirm="report.confirm"),
        "commitment": required.commitment,
        "measure": required.measure,
        "before": before,
        "after": after,
        "evidence": evidence,
        # of a submission that was recalled, too
        "has_submitted_evidence": any(item.submitted_at for item in evidence),
        "file_form": FileForm(),
        "link_form": LinkForm(auto_id="id_link_%s"),
        "practice_form": _practice_form(actor, report) if context["editable"] else None,
        "questions": [
            question for question in questions_of(actor, report) if question.measure_id == required.measure.pk
        ],
        "commitment_pledge": pledge,
        "pledge_withdrawal": withdrawal_of_record("pledge", str(pledge.record)) if pledge else None,
        "last_verdict": last_verdict(actor, report, compared_cycle(report), "measure", required.measure.key),
        "given_to": delegations_of(required, delegations),
        "thread": measure_thread(request, report, required.measure),
        "present": list(refresh_presence(actor, report.pk, request.user.name, where)),  # type: ignore[union-attr]  # signed in
    }
    record_visit(actor, report, required.measure)
    return render(request, "alliance/workspace/report_measure.html", context, status=status)


def _practice_form(actor: Actor, report: Report) -> CitedPracticeForm | None:
    """None where the organisation uses nothing that the actor could cite."""
    practices = citable_items(actor, report.organisation_id)
    return CitedPracticeForm(practices=practices, auto_id="id_cited_%s") if practices else None


def _neighbours(
    copy: WorkingCopy, required: RequiredMeasure
) -> tuple[RequiredMeasure | None, RequiredMeasure | None]:
    measures = list(copy.frame.measures)
    place = measures.index(required) if required in measures else 0
    before = measures[place - 1] if place else None
    after = measures[place + 1] if place + 1 < len(measures) else None
    return before, after


@require_safe
def report_presence(request: ActorRequest, pk: int, measure: str) -> HttpResponse:
    """Who has the report open, as a fragment that an open editor requests every half minute."""
    report = get_report(request, pk)
    present = refresh_presence(request.actor, report.pk, request.user.name, measure)  # type: ignore[union-attr]  # signed in
    return render(request, "components/presence.html", {"people": present})
