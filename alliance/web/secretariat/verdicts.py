"""One screen for each subject of a verdict: a measure, a commitment, a pledge beyond the charter."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from alliance.models import Report
from alliance.queries.citations import rows_with_citations
from alliance.queries.public.texts import in_reader_language
from alliance.queries.review_context import (
    MeasureContext,
    cycles_until,
    last_verdict,
    measure_context,
    pledge_to,
)
from alliance.queries.review_state import ReviewState, ReviewStep
from alliance.services.reviews import give_verdict
from alliance.web.forms.reviews import QuestionForm, ReviewNoteForm, VerdictForm, verdict_form
from alliance.web.secretariat.figure_blocks import figure_blocks
from alliance.web.secretariat.review_steps import neighbours, review_step_url
from alliance.web.secretariat.reviews import get_report_and_review, review_context
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict
from portal.kernel.web import ActorRequest, refusals_on


def review_measure(request: ActorRequest, pk: int, key: str) -> HttpResponse:
    """Review of one measure: the member's answer with its context, and the form for the verdict on it."""
    report, state = get_report_and_review(request.actor, pk)
    step = _get_step(state, "measure", key)
    return _handle_verdict(request, report, state, step) or _page(request, report, state, step)


def review_commitment(request: ActorRequest, pk: int, key: str) -> HttpResponse:
    """Review of one commitment: the verdicts on its measures, and the form for the verdict on it."""
    report, state = get_report_and_review(request.actor, pk)
    step = _get_step(state, "commitment", key)
    return _handle_verdict(request, report, state, step) or _page(request, report, state, step)


def review_pledge(request: ActorRequest, pk: int, record: UUID) -> HttpResponse:
    """Review of a pledge beyond the charter: the member's account, and the form for the verdict on it."""
    report, state = get_report_and_review(request.actor, pk)
    step = _get_step(state, "pledge", str(record))
    return _handle_verdict(request, report, state, step) or _page(request, report, state, step)


def _get_step(state: ReviewState, kind: str, key: str) -> ReviewStep:
    step = state.find(kind, key)
    if step is None:
        raise Http404
    return step


def _handle_verdict(
    request: ActorRequest, report: Report, state: ReviewState, step: ReviewStep
) -> HttpResponse | None:
    """What a posted verdict leads to; None when there was none to take, so that the page is shown."""
    if request.method != "POST":
        return None
    if request.POST.get("resolve") == "stored":
        return redirect(review_step_url(report, step))
    form = verdict_form(step, request.POST)
    if not form.is_valid():
        return _page(request, report, state, step, form=form)
    conflict = None
    with refusals_on(form):
        conflict = _give_verdict(request, report, step, form)
    if conflict:
        return _page(
            request, report, state, step, form=_rebased_form(step, request, conflict), conflict=conflict
        )
    if not form.is_valid():
        return _page(request, report, state, step, form=form)
    _before, after = neighbours(review_context(request.actor, report, state)["steps"], step)
    return redirect(after.url if after else review_step_url(report, None))


def _give_verdict(
    request: ActorRequest, report: Report, step: ReviewStep, form: VerdictForm
) -> Conflict | None:
    """Give the verdict; a conflict is handed back, since it has a page of its own."""
    try:
        with transaction.atomic():
            give_verdict(
                request.actor,
                report,
                measure=step.measure,
                commitment=step.commitment if step.kind == "commitment" else None,
                pledge_record=UUID(step.key) if step.kind == "pledge" else None,
                **form.cleaned_data,
            )
    except Conflict as conflict:
        return conflict
    return None


def _rebased_form(step: ReviewStep, request: ActorRequest, conflict: Conflict) -> VerdictForm:
    """The form with what was typed, now beside the stored verdict; to join, both reasons are in it."""
    data = request.POST.copy()
    stored: Any = conflict.stored
    data["version"] = str(stored.version if stored else 0)
    if data.get("resolve") == "join" and stored:
        data["reason"] = f"{stored.reason}\n\n{data.get('reason', '')}".strip()
    return verdict_form(step, data)


def _page(
    request: ActorRequest,
    report: Report,
    state: ReviewState,
    step: ReviewStep,
    *,
    form: VerdictForm | None = None,
    conflict: Conflict | None = None,
) -> HttpResponse:
    context = review_context(request.actor, report, state)
    before, after = neighbours(context["steps"], step)
    context |= {
        "step": step,
        "before": before,
        "after": after,
        "number": [marked.step for marked in context["steps"]].index(step) + 1,
        "form": form or verdict_form(step),
        "conflict": conflict,
        **_review_context(request, report, state, step),
    }
    status = 409 if conflict else 422 if form else 200
    return render(request, f"alliance/secretariat/review_{step.kind}.html", context, status=status)


def _review_context(
    request: ActorRequest, report: Report, state: ReviewState, step: ReviewStep
) -> dict[str, Any]:
    """What is shown beside the verdict, by the kind of subject."""
    actor = request.actor
    if step.kind == "measure" and step.measure is not None and step.content is not None:
        facts = measure_context(actor, report, step.measure)
        return {
            "facts": facts,
            "last": facts.last_verdict,
            **measure_answer(actor, report, state.content, step, facts),
            "question_form": QuestionForm(),
            "note_form": ReviewNoteForm(),
        }
    cycles = cycles_until(actor, report.cycle)
    if step.kind == "commitment" and step.commitment is not None:
        last = last_verdict(actor, report, cycles, commitment=step.commitment, measure=None)
        group = state.group_of(step.commitment)
        return {"group": group, "pledge": pledge_to(actor, report, step.key), "last": last}
    return {"last": last_verdict(actor, report, cycles, pledge_record=step.key)}


def measure_answer(
    actor: Actor, report: Report, content: Any, step: ReviewStep, facts: MeasureContext
) -> dict[str, Any]:
    """The member's answer to one measure, from the content of its submission."""
    part: Any = step.content or {}
    return {
        "answers": _answers(step, facts.indicators),
        "blocks": figure_blocks(report, content, part, facts),
        "warnings": _warnings(step, facts.indicators),
        "evidence": rows_with_citations(actor, report.organisation_id, part["evidence"]),
    }


def _answers(step: ReviewStep, indicators: Any) -> list[dict[str, Any]]:
    """The narratives in the charter's order, each with what it was asked."""
    content = step.content or {}
    by_key = {answer["indicator"]: answer for answer in content["answers"]}
    return [
        {"indicator": indicator, "answer": by_key[indicator.key]}
        for indicator in indicators
        if indicator.key in by_key
    ]


def _warnings(step: ReviewStep, indicators: Any) -> list[dict[str, Any]]:
    """What the form had warned of, and what the member wrote to it."""
    titles = {indicator.key: indicator.title for indicator in indicators}
    content = step.content or {}
    return [
        {
            "title": titles.get(row["indicator"], ""),
            "text": in_reader_language(row["text"]),
            "note": row["note"],
        }
        for row in content["warnings"]
    ]
