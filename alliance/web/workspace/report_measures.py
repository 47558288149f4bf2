"""The editor of one measure of a report, and the account of one pledge in it."""

import json
from collections.abc import Container
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.models import Answer, Delegation, Figure, Report
from alliance.queries.citations import with_citations
from alliance.queries.delegations import delegations_of
from alliance.queries.four_eyes import unconfirmed_measures
from alliance.queries.public.record import withdrawal_of_record
from alliance.queries.report_frame import RequiredMeasure, report_frame
from alliance.queries.reports import questions_of
from alliance.queries.review_context import cycles_until, last_verdict, standing_or_withdrawn_pledge_to
from alliance.queries.working_copy import WorkingCopy, with_measure_read_anew, working_copy
from alliance.services.answers import save_answer
from alliance.services.measure_comments import record_visit
from alliance.services.reports import confirm_measure
from alliance.validators.corrections import CorrectionPlace
from alliance.web.area import posted_data
from alliance.web.corrections.links import report_corrections
from alliance.web.forms.working_copy import AnswerForm, CitedPracticeForm, FileForm, LinkForm
from alliance.web.workspace.editor import MeasureEditor
from alliance.web.workspace.editor_fields import EditConflict, EditorField
from alliance.web.workspace.editor_parts import EditorPart, EditorParts
from alliance.web.workspace.measure_thread import measure_thread
from alliance.web.workspace.presence import refresh_presence
from alliance.web.workspace.reports import get_report, report_context
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict
from portal.kernel.registry import citable_items
from portal.kernel.text import whole_number
from portal.kernel.web import (
    ActorRequest,
    names_of,
    permissions,
    posts,
    refusals_on,
    refuse_unlisted_fields,
)

_NAV = "workspace:report-list"
_NO_VERSION = "-1"  # of which nothing was ever stored: a save with it is a conflict


@posts()
def measure_confirm(request: ActorRequest, pk: int, measure: str) -> HttpResponse:
    """Confirm the answer to a measure under the four-eyes rule."""
    report = get_report(request, pk)
    required = report_frame(report).required_measure(measure)
    if required is None:
        raise Http404
    confirm_measure(request.actor, report, required.measure)
    messages.success(request, _("Confirmed"))
    return redirect("workspace:report-measure", pk=pk, measure=measure)


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
    data = _with_conflict_decisions(request.POST) if request.method == "POST" else None
    editor = MeasureEditor(copy, parts, _part(parts, request.GET.get("part", ""), at), data, at=at)
    if data is None:
        return _editor_page(request, editor)
    editor.refuse_unlisted_fields()
    return _save(request, editor)


def _part(parts: EditorParts, number: str, at: str) -> EditorPart:
    """The part of this number, or the one in which the named form stands; the nearest where there is none."""
    if number.isdecimal():
        return parts.parts[min(max(int(number[:9]), 1), len(parts.parts)) - 1]
    return parts.part_named(at)


def _with_conflict_decisions(data: QueryDict) -> QueryDict:
    """What was posted; a conflict that nobody settled stays one, whatever was typed or saved by itself meanwhile.

    The page of a conflict knows the colleague's version, with which any later save would pass over their words.
    """
    if data.get("resolve") in ("sent", "stored"):
        return data
    data = data.copy()
    for prefix in data.getlist("conflict"):
        data[f"{prefix}-version"] = _NO_VERSION
    return data


def _save(request: ActorRequest, editor: MeasureEditor) -> HttpResponse:
    resolve = request.POST.get("resolve")
    discarded = frozenset(request.POST.getlist("conflict")) if resolve == "stored" else frozenset[str]()
    whole = editor.save(request.actor, discarded=discarded)
    if "confirm" in request.POST:
        editor.confirm(request.actor, request.POST["confirm"])
    is_autosave = bool(request.POST.get("autosave"))
    copy = with_measure_read_anew(editor.copy, editor.required)
    after = editor.reloaded(copy, join=resolve == "join", with_saved=is_autosave)
    if is_autosave:
        saved = {entry.prefix for entry in editor.fields() if entry.saved}
        context = {
            **report_context(request, after.copy),
            "editor": after,
            "saved": sorted(saved),
            "confirmed": sorted(
                entry.prefix for entry in editor.fields() if entry.saved and _was_unconfirmed(entry.stored)
            ),
            "whole": whole,
            "worked_out": _worked_out_totals(editor, after, saved),
            "were_in_conflict": request.POST.getlist("conflict"),
            "required_measure": after.required,
        }
        return render(request, "alliance/workspace/_autosaved.html", context)
    if not whole:
        return _editor_page(request, after, status=409 if after.conflicts else 422)
    if any(entry.saved for entry in editor.fields()) or resolve or "confirm" in request.POST:
        messages.success(request, _("Saved"))
    else:
        messages.info(request, _("Nothing was changed."))
    number = request.POST.get("go_to", "")
    return redirect(f"{request.path}?part={number}" if number.isdecimal() else request.get_full_path())


def _worked_out_totals(
    before: MeasureEditor, after: MeasureEditor, saved: Container[str]
) -> list[EditorField]:
    """The totals on the page that the save has written without being typed: months or quarters give them."""
    written, posted = [], before.data or QueryDict()
    for entry in after.grid.fields:
        if entry.target is None or entry.conflict or not entry.subject.period or entry.target.cell:
            continue
        was, now = (copy.figures.get(entry.target.place) for copy in (before.copy, after.copy))
        is_typed = entry.prefix in saved and bool(posted.get(f"{entry.prefix}-value"))
        if now is not None and not is_typed and (was is None or was.version != now.version):
            written.append(entry)
    return written


def _was_unconfirmed(stored: Answer | Figure | None) -> bool:
    """Whether the page showed that it was carried over: to write it anew confirms it."""
    return (
        stored is not None and stored.carried_over and not (isinstance(stored, Figure) and stored.is_unfilled)
    )


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
    context |= {
        **report_corrections(actor, report),
        "editor": editor,
        "required_measure": required,
        "unread": next((row for row in unconfirmed_measures(copy) if row.measure == required.measure), None)
        if context["before_sign_off"]
        else None,
        **permissions(actor, report, may_confirm="report.confirm"),
        "commitment": required.commitment,
        "measure": required.measure,
        "before": before,
        "after": after,
        "evidence": with_citations(
            actor, [item for item in copy.evidence if item.measure_id == required.measure.pk]
        ),
        "file_form": FileForm(),
        "link_form": LinkForm(auto_id="id_link_%s"),
        "practice_form": _practice_form(actor, report) if context["editable"] else None,
        "questions": [
            question for question in questions_of(actor, report) if question.measure_id == required.measure.pk
        ],
        "commitment_pledge": pledge,
        "pledge_withdrawal": withdrawal_of_record("pledge", str(pledge.record)) if pledge else None,
        "last_verdict": last_verdict(
            actor, report, cycles_until(actor, report.cycle), "measure", required.measure.key
        ),
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


@require_http_methods(["GET", "HEAD", "POST"])
def report_pledge(request: ActorRequest, pk: int, record: UUID) -> HttpResponse:
    """Form to report on a pledge beyond the charter."""
    report = get_report(request, pk)
    copy = working_copy(report)
    pledge = next((row for row in copy.frame.own_pledges if row.record == record), None)
    if pledge is None:
        raise Http404
    if request.POST.get("resolve") == "stored":
        return redirect(request.path)
    form, conflict, overlaps = _account_form(request, copy, record), None, None
    if request.method == "POST":
        listed = {*names_of(form), "confirm", "conflict", "resolve", "started_from"}
        refuse_unlisted_fields(request.POST, listed)
    if form.is_valid():
        with refusals_on(form):
            conflict = _save_account(request, report, record, form)
        if form.is_valid() and conflict is None:
            messages.success(request, _("Saved"))
            return redirect(request.path)
    status, stored_values = (422 if form.is_bound else 200), ""
    if conflict is not None:
        form, status = _account_form(request, copy, record, conflict), 409
        if request.POST.get("resolve") == "join":
            stored_values = json.dumps({"text": conflict.stored.text})
            overlaps, conflict = conflict.merged().overlaps, None
    context = {
        **report_context(request, copy),
        **report_corrections(request.actor, report),
        "pledge": pledge,
        "form": form,
        "conflict": conflict,
        "overlaps": overlaps,
        "stored_values": stored_values,
        "history": f"p{record.hex}",
        "correction_key": CorrectionPlace.of_text(pledge=str(record)).key,
    }
    return render(request, "alliance/workspace/report_pledge.html", context, status=status)


def _account_form(
    request: ActorRequest, copy: WorkingCopy, record: UUID, conflict: EditConflict | None = None
) -> AnswerForm:
    """The form; after a conflict with what was typed, and the colleague's version, which the next post knows."""
    data = posted_data(request)
    if data is not None and conflict is None:
        is_open = data.get("resolve") == "join" or ("conflict" in data and data.get("resolve") != "sent")
        if is_open:
            data = data.copy()
            data["version"] = (
                _NO_VERSION  # the colleague’s words come back: to be joined, or nobody has chosen
            )
    if data is not None and conflict is not None:
        data = data.copy()
        data["version"] = str(conflict.stored.version)
        if data.get("resolve") == "join":
            data["text"] = conflict.merged().text
    return AnswerForm(data, answer=copy.answers.get(record), limit=4000, label=_("What you did"))


def _save_account(
    request: ActorRequest, report: Report, record: UUID, form: AnswerForm
) -> EditConflict | None:
    """Save the text; a conflict is handed back, since both texts are shown."""
    data = form.cleaned_data
    version = data["version"] or 0
    started = request.POST.get("started_from", "")
    try:
        save_answer(
            request.actor, report, record, text=data["text"], language=data["language"], version=version
        )
    except Conflict as conflict:
        number = whole_number(started, digits=9)
        if number is None:
            number = max(version, 0)
        return EditConflict(None, conflict.stored, conflict.sent, started_from=number)
    return None
