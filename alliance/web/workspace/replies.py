"""A member's replies: answers to questions, replies to verdicts; and who may read which answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.enums import Disclosure
from alliance.models import (
    Answer,
    Commitment,
    Figure,
    Question,
    Response,
    Submission,
    Verdict,
)
from alliance.queries.findings import findings_from
from alliance.queries.judged_subjects import pledge_titles
from alliance.queries.local_dates import today
from alliance.queries.replies import ReplyOpening, reply_opening, reply_openings, standing_replies
from alliance.queries.reply_days import may_still_reply
from alliance.queries.report_history import last_reopening_pk
from alliance.queries.reports import verdicts_of
from alliance.queries.submission_contents import filed_report
from alliance.services.questions import answer_question
from alliance.services.reports import disclosure_values, set_disclosure
from alliance.services.responses import check_open_to_reply, respond_to_verdicts
from alliance.web.area import posted_data
from alliance.web.confirm import Confirmation, confirm
from alliance.web.corrections.links import report_corrections
from alliance.web.corrections.replies import replies_in_time
from alliance.web.forms.working_copy import DisclosureForm, QuestionAnswerForm, ResponseForm
from alliance.web.step_up import step_up
from alliance.web.workspace.corrected_verdicts import VerdictChange, verdict_changes
from alliance.web.workspace.reports import get_report
from alliance.workflows import REPORT
from portal.kernel.errors import DomainError
from portal.kernel.web import ActorRequest, get_visible_or_404, referring_path, refusals_on

_NAV = "workspace:report-list"


def question_answer(request: ActorRequest, pk: int) -> HttpResponse:
    """Send the answer to a reviewer's question, by the form beside it or by that of this page.

    Where a colleague has answered it meanwhile, or it was closed, the page says so, with what was typed.
    """
    question = get_visible_or_404(Question.objects, request.actor, pk=pk)
    list_of_all = reverse("workspace:report-check", args=[question.report_id])
    before = referring_path(request)
    is_from_list = before.partition("?")[0] == list_of_all
    url = before if is_from_list else reverse("workspace:report", args=[question.report_id])
    page = Confirmation(
        rule="question.answer",
        subject=question,
        heading=_("Answer the question"),
        title=question.text,
        title_language=question.language,
        items=[],
        label=_("Send"),
        cancel_url=url,
        message=_("Your answer has been sent to the reviewer."),
        next_url=url,
        nav=_NAV,
    )

    def act(**values: Any) -> None:
        answer_question(request.actor, question, **values)

    return confirm(request, page, act, QuestionAnswerForm)


@require_safe
def report_verdicts(request: ActorRequest, pk: int) -> HttpResponse:
    """The verdicts on a report by commitment, each with the reply or a link to write one."""
    report = get_report(request, pk)
    verdicts = verdicts_of(request.actor, report)
    rows = Response.objects.visible_to(request.actor).filter(report=report, replaced_at=None)
    replies = {row.commitment_id: row for row in rows.select_related("commitment")}
    may_sign = REPORT.is_available(request.actor, report, "respond")
    may_respond = may_sign and may_still_reply(report, today())
    openings = {each.commitment_key: each for each in reply_openings([report])}
    titles = pledge_titles(request.actor, verdicts)
    changes = verdict_changes(request.actor, report, verdicts, replies.values(), titles) if openings else {}
    standing = {row.pk for row in standing_replies().filter(report=report)} if may_respond else set()
    context = {
        "report": report,
        "replaceable": [row.pk for row in replies.values() if row.pk not in standing] if may_respond else [],
        "groups": _groups(verdicts, replies, titles, openings, changes),
        "general": replies.get(None),
        "general_opening": openings.get(""),
        "general_changes": changes.get("", ()),
        "may_sign": may_sign,
        "findings": findings_from(request.actor, report),
        "may_respond": may_respond,
        "reopened": None if verdicts else last_reopening_pk(request.actor, report),
        "nav": _NAV,
        **report_corrections(request.actor, report),
    }
    return render(request, "alliance/workspace/report_verdicts.html", context)


@require_safe
def report_filed(request: ActorRequest, pk: int, number: int) -> HttpResponse:
    """One submission of a report as a whole, as it was filed."""
    report = get_report(request, pk)
    submission = get_visible_or_404(Submission.objects, request.actor, report=report, number=number)
    context = {
        "report": report,
        "submission": submission,
        "filed": filed_report(request.actor, report, submission),
        "evidence_route": "workspace:evidence",
        "nav": _NAV,
    }
    return render(request, "alliance/workspace/report_filed.html", context)


@dataclass
class VerdictToAnswer:
    """What was judged together: a commitment (or a pledge beyond the charter), its measures, the reply."""

    commitment: Commitment | None
    title: str = ""  # of a pledge beyond the charter
    reply: Response | None = None
    verdict: Verdict | None = None
    measures: list[Verdict] = field(default_factory=list)
    opening: ReplyOpening | None = None  # where one of these verdicts was corrected
    changes: Sequence[VerdictChange] = ()  # what was corrected of them since the reply


def _groups(
    verdicts: list[Verdict],
    replies: dict[int | None, Response],
    titles: dict[UUID, str],
    openings: dict[str, ReplyOpening],
    changes: dict[str, list[VerdictChange]],
) -> list[VerdictToAnswer]:
    groups: dict[object, VerdictToAnswer] = {}
    for verdict in verdicts:
        reply = replies.get(verdict.commitment_id) if verdict.commitment_id else None
        key = verdict.commitment_id or verdict.pledge_record
        title = titles.get(verdict.pledge_record, "") if verdict.pledge_record else ""
        of = verdict.commitment.key if verdict.commitment else None
        opening, corrected = (openings.get(of), changes.get(of, ())) if of else (None, ())
        group = groups.setdefault(
            key, VerdictToAnswer(verdict.commitment, title, reply, opening=opening, changes=corrected)
        )
        if verdict.measure_id:
            group.measures.append(verdict)
        else:
            group.verdict = verdict
    return list(groups.values())


@require_http_methods(["GET", "HEAD", "POST"])
def report_respond(request: ActorRequest, pk: int, commitment: str = "") -> HttpResponse:
    """Form to reply to the verdict on one commitment, or to all; the reply is signed and published."""
    report = get_report(request, pk, "report.respond")
    subject = None
    if commitment:
        rows = Commitment.objects.visible_to(request.actor).filter(charter=report.charter, key=commitment)
        subject = rows.first()
        if subject is None:
            raise Http404
    if request.method != "POST":
        try:
            check_open_to_reply(report, subject)
        except DomainError as refusal:
            messages.warning(request, str(refusal))
            return redirect("workspace:report-verdicts", pk=pk)
    if (again := step_up(request, "report.respond")) is not None:
        return again
    form = ResponseForm(posted_data(request), initial={"language": request.LANGUAGE_CODE})
    if form.is_valid():
        with refusals_on(form):
            respond_to_verdicts(request.actor, report, subject, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Your reply is signed."))
            return redirect("workspace:report-verdicts", pk=pk)
    rows = Response.objects.visible_to(request.actor).filter(report=report, replaced_at=None)
    # signed before the review was reopened or a verdict was corrected: the new reply takes its place
    replaced = rows.filter(commitment=subject).select_related("commitment").first()
    verdicts, opening = verdicts_of(request.actor, report), reply_opening(report, commitment)
    earlier = [replaced] if replaced else []
    titles = pledge_titles(request.actor, verdicts) if opening else {}
    changes = verdict_changes(request.actor, report, verdicts, earlier, titles) if opening else {}
    context = {
        "report": report,
        "commitment": subject,
        "verdict": _verdict_on(verdicts, subject),
        "form": form,
        "opening": opening,
        "changes": changes.get(commitment, ()),
        "replaced": replaced,
        "reopened_replies": [
            each
            for each in replies_in_time(request.actor, report)
            if each.opening.is_open and each.commitment != subject
        ],
        "nav": _NAV,
    }
    return render(
        request, "alliance/workspace/report_respond.html", context, status=422 if form.is_bound else 200
    )


def _verdict_on(verdicts: Sequence[Verdict], commitment: Commitment | None) -> Verdict | None:
    """The verdict on a whole commitment; a reply to all of them has none."""
    rows = verdicts if commitment else ()
    return next((row for row in rows if row.commitment == commitment and not row.measure_id), None)


_DISCLOSABLE_MODELS = {"text": Answer, "figure": Figure}


@require_http_methods(["GET", "HEAD", "POST"])
def report_disclose(request: ActorRequest, pk: int, kind: str, draft: int) -> HttpResponse:
    """Form to choose whether a text or figure is public, with a reason for departing from the charter."""
    report = get_report(request, pk, "report.disclose")
    model = _DISCLOSABLE_MODELS.get(kind)
    if model is None:
        raise Http404
    row = get_visible_or_404(model.objects, request.actor, pk=draft, report=report)
    values = disclosure_values(row)
    form = DisclosureForm(
        posted_data(request), initial=values, record_values=values, choices=list(Disclosure.choices)
    )
    back = reverse("workspace:report", args=[report.pk])
    if row.indicator is not None:
        back = reverse("workspace:report-measure", args=[report.pk, row.indicator.measure.key])
    if form.is_valid():
        with form.refusals():
            set_disclosure(
                request.actor,
                report,
                row,
                form.cleaned_data["disclosure"],
                form.cleaned_data["disclosure_reason"],
                seen=form.cleaned_data["seen"],
            )
        if form.is_valid():
            messages.success(request, _("Saved"))
            return redirect(back)
    context = {"report": report, "row": row, "form": form, "back_url": back, "nav": _NAV}
    return render(request, "alliance/workspace/report_disclose.html", context, status=form.status)
