"""One screen for each subject of a verdict: a measure, a commitment, a pledge beyond the charter."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from alliance.enums import DraftKind, EvidenceKind
from alliance.models import Cycle, Report, Verdict
from alliance.queries.citations import rows_with_citations
from alliance.queries.corrected_submissions import Corrections, corrected_part, corrections_of_published
from alliance.queries.evidence_history import last_openings
from alliance.queries.given_verdicts import TakenBack, judged_subject, last_taken_back
from alliance.queries.pledge_quotes import quoted_targets
from alliance.queries.public.texts import in_reader_language
from alliance.queries.review_context import (
    compared_cycle,
    cycles_until,
    last_response,
    last_verdict,
    measure_context,
    pledge_to,
)
from alliance.queries.review_differences import (
    Comparison,
    account_differences,
    available_comparisons,
    measure_differences,
)
from alliance.queries.review_drafts import names_of_subjects
from alliance.queries.review_state import ReviewState, ReviewStep
from alliance.queries.second_readings import ReadingRow, rows_sent_on
from alliance.services.reviews import give_verdict
from alliance.validators.corrections import CorrectionPlace
from alliance.web.secretariat.figure_blocks import figure_blocks
from alliance.web.secretariat.review_desk import ReviewDesk
from alliance.web.secretariat.review_steps import neighbours, next_changed, review_step_url
from alliance.web.secretariat.reviews import get_report_and_review, review_context
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest


def review_measure(request: ActorRequest, pk: int, key: str) -> HttpResponse:
    """Review of one measure: the member's answer with its context, and the form for the verdict on it.

    `?compare=` shows it against the submission before, the last period, or as it stands; `?others=1` beside what
    other members filed, where they are so many that they are not shown at once.
    """
    return _review_step(request, pk, "measure", key)


def review_commitment(request: ActorRequest, pk: int, key: str) -> HttpResponse:
    """Review of one commitment: the verdicts on its measures, and the form for the verdict on it."""
    return _review_step(request, pk, "commitment", key)


def review_pledge(request: ActorRequest, pk: int, record: UUID) -> HttpResponse:
    """Review of a pledge beyond the charter: the member's account, and the form for the verdict on it."""
    return _review_step(request, pk, "pledge", str(record))


def _review_step(request: ActorRequest, pk: int, kind: str, key: str) -> HttpResponse:
    report, state = get_report_and_review(request.actor, pk)
    step = state.find(kind, key)
    if step is None:
        return _redirect_to_review(request, report, kind, key)
    compared = compared_cycle(report)
    last = last_verdict(request.actor, report, compared, step.kind, step.key)
    desk = ReviewDesk(request, report, state, step, last)
    if request.method == "POST":
        response = desk.respond(_give)
        if response is not None:
            return response
    return _page(request, desk, compared)


def _redirect_to_review(request: ActorRequest, report: Report, kind: str, key: str) -> HttpResponse:
    """From what the last submission no longer has, as links from before may lead to it; 404 for what never was.

    A post stays refused: its page still has what was typed.
    """
    name = names_of_subjects(request.actor, report, [(kind, key)]).get((kind, key))
    if name is None or request.method not in ("GET", "HEAD"):
        raise Http404
    text = _("“%(name)s” is not in the last submission. This is the review as a whole.")
    messages.info(request, text % {"name": name})
    return redirect(review_step_url(report, None))


def _give(desk: ReviewDesk) -> HttpResponse | None:
    """Give the verdict, and go to the next step; None with faults or a conflict to show."""
    report, step = desk.report, desk.step
    assert step is not None

    def act(**values: Any) -> None:
        give_verdict(desk.request.actor, report, **step.subject, **values)

    if not desk.give_verdict(act):
        return None
    steps = review_context(desk.request, report, desk.state)["steps"]
    _before, after = neighbours(steps, step)
    return redirect(after.url if after else review_step_url(report, None))


def _page(request: ActorRequest, desk: ReviewDesk, compared: Cycle | None) -> HttpResponse:
    report, state, step = desk.report, desk.state, desk.step
    assert step is not None
    context = review_context(request, report, state)
    before, after = neighbours(context["steps"], step)
    context |= {
        "step": step,
        "desk": desk,
        "readings": _readings_sent(desk, step),
        "before": before,
        "after": after,
        "next_changed": next_changed(state, step),
        "number": state.steps.index(step) + 1,
        "form": desk.form,
        "last": desk.last_verdict,
        "conflict": desk.conflict,
        "conflict_pieces": desk.conflict_pieces,
        "taken_back": _taken_back(desk, step),
        **_matter(request, desk, compared),
    }
    status = 409 if desk.conflict or desk.posted.conflicts else 422 if request.method == "POST" else 200
    return render(request, f"alliance/secretariat/review_{step.kind}.html", context, status=status)


def _taken_back(desk: ReviewDesk, step: ReviewStep) -> TakenBack | None:
    """How the verdict that was edited here was taken back meanwhile."""
    draft = desk.posted.conflicts.get(DraftKind.VERDICT)
    was_seen = desk.conflict is not None or (draft is not None and draft.texts["version"] not in ("", "0"))
    if not was_seen or (desk.conflict.stored if desk.conflict else step.verdict):
        return None
    return last_taken_back(desk.request.actor, desk.report, judged_subject(Verdict(**step.subject)))


def _readings_sent(desk: ReviewDesk, step: ReviewStep) -> list[ReadingRow]:
    """What second readers have sent on the verdict, where it could be taken back here."""
    can_be_taken_back = step.measure is not None and step.verdict is not None and desk.form is not None
    return rows_sent_on(desk.request.actor, desk.report, step) if can_be_taken_back else []


def _matter(request: ActorRequest, desk: ReviewDesk, compared: Cycle | None) -> dict[str, Any]:
    """What is shown beside the verdict, by the kind of subject."""
    actor, report, state, step = request.actor, desk.report, desk.state, desk.step
    assert step is not None
    if step.kind == "measure":
        return measure_matter(request, report, state, step, compared, desk.last_verdict)
    replied = {"last_response": last_response(actor, desk.last_verdict)}
    if step.kind == "commitment" and step.commitment is not None:
        group = state.group_of(step.commitment)
        pledge = pledge_to(actor, report, step.key)
        return {"group": group, "pledge": pledge, "targets": quoted_targets(pledge), **replied}
    return {**_account_matter(request, desk, step, compared), **replied}


def _account_matter(
    request: ActorRequest, desk: ReviewDesk, step: ReviewStep, compared: Cycle | None
) -> dict[str, Any]:
    """The account of a pledge beyond the charter, compared as the address asks."""
    items = corrections_of_published(desk.report)
    step = _as_corrected(step, "pledges", items)
    offered = available_comparisons(step, compared)
    comparison = _comparison(request, offered)
    differences = account_differences(request.actor, desk.report, step, comparison, compared)
    return {
        "compared_cycle": compared,
        "account": step.content,
        "correction": items.get(CorrectionPlace.of_text(pledge=step.key)),
        "comparisons": offered if len(offered) > 1 else [],
        "differences": differences,
        "difference": differences.texts.get(step.key),
        "correction_key": CorrectionPlace.of_text(pledge=step.key).key,
        **_baseline(request.actor, desk.report, desk.state, step),
    }


def measure_matter(
    request: ActorRequest,
    report: Report,
    state: ReviewState,
    step: ReviewStep,
    compared: Cycle | None,
    last: Verdict | None,
) -> dict[str, Any]:
    """The member's answer to one measure, compared as the address asks, with what is shown beside it.

    `last` is the verdict on it in the cycle that it is compared with. Of a published report the answer is as it was
    corrected since, with what stood there before.
    """
    actor = request.actor
    items = corrections_of_published(report)
    step = _as_corrected(step, "measures", items)
    assert step.measure is not None
    cycles = cycles_until(actor, report.cycle)
    facts = measure_context(
        actor, report, step.measure, cycles, compared, last, with_others=_wants_others(request)
    )
    offered = available_comparisons(step, compared)
    differences = measure_differences(
        actor,
        report,
        step,
        step.measure,
        step.content or {},
        _comparison(request, offered),
        compared,
    )
    return {
        "compared_cycle": compared,
        "facts": facts,
        "targets": quoted_targets(facts.pledge),
        "last_response": facts.last_response,
        "comparisons": offered if len(offered) > 1 else [],
        "differences": differences,
        **_baseline(actor, report, state, step),
        **_submitted_answer(actor, report, state, step, facts, differences, items),
    }


def _as_corrected(step: ReviewStep, section: str, items: Corrections) -> ReviewStep:
    """The step with what is published of it in the place of what was submitted."""
    if not items or step.content is None:
        return step
    changes = {place: item.new for place, item in items.items()}
    return replace(step, content=corrected_part(section, step.content, changes))


def _comparison(request: ActorRequest, offered: list[Comparison]) -> Comparison:
    """What the address asks for; without it the first that is offered."""
    wanted = request.GET.get("compare", "")
    comparison = next((each for each in offered if each == wanted), offered[0])
    if not wanted and comparison == Comparison.PERIOD:
        return Comparison.NONE  # asked for: the answers of two periods differ in nearly every word
    return comparison


def _baseline(actor: Actor, report: Report, state: ReviewState, step: ReviewStep) -> dict[str, Any]:
    """The number of the submission that the answer is compared with, and what was asked for between the two."""
    if step.baseline is None:
        return {"earlier_number": 0, "requests_since": []}
    numbers = {
        "submission__number__gte": step.baseline.number,
        "submission__number__lt": state.submission.number,
    }
    requests = report.changes_requests.visible_to(actor).filter(**numbers)
    return {"earlier_number": step.baseline.number, "requests_since": requests}


def _wants_others(request: ActorRequest) -> bool:
    return request.GET.get("others") == "1"


def _submitted_answer(
    actor: Actor,
    report: Report,
    state: ReviewState,
    step: ReviewStep,
    facts: Any,
    differences: Any,
    items: Corrections,
) -> dict[str, Any]:
    """What stands in the submission on the step, with what differs from the answer that it is compared with."""
    content: Any = step.content or {}
    return {
        "answers": _answers(step, facts.indicators, differences, items),
        "blocks": figure_blocks(report, state.content, content, facts, differences, items),
        "warnings": _warnings(step, facts.indicators),
        "evidence": _evidence(actor, report, content["evidence"]),
    }


def _evidence(actor: Actor, report: Report, items: Any) -> list[dict[str, Any]]:
    """The evidence, each file and link with `opened_at`: when the reader of the page last did, None for not yet."""
    rows = rows_with_citations(actor, report.organisation_id, items)
    numbers = [row["id"] for row in rows if row["kind"] != EvidenceKind.PRACTICE]
    openings = last_openings(actor, numbers) if numbers else {}
    return [{**row, "opened_at": openings.get(row["id"])} for row in rows]


def _answers(step: ReviewStep, indicators: Any, differences: Any, items: Corrections) -> list[dict[str, Any]]:
    """The narratives in the charter's order, each with what it was asked, how it changed and was corrected."""
    content = step.content or {}
    by_key = {answer["indicator"]: answer for answer in content["answers"]}
    return [
        {
            "indicator": indicator,
            "answer": by_key[indicator.key],
            "correction_key": CorrectionPlace.of_text(indicator.key).key,
            "difference": differences.texts.get(indicator.key),
            "correction": items.get(CorrectionPlace.of_text(indicator.key)),
        }
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
