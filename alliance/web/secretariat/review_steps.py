"""The way through a review: the address of each step, what comes before and after it, how it is marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from alliance.models import Report
from alliance.queries.review_state import ReviewState, ReviewStep

ONLY_CHANGED = "?only=changed"


@dataclass(frozen=True, slots=True)
class ReviewStepLink:
    """A step with its address, as lists and the progress strip show it."""

    step: ReviewStep
    url: str


def review_step_url(report: Report, step: ReviewStep | None) -> str:
    """The page on which the step is judged; the review as a whole without one."""
    if step is None:
        return reverse("secretariat:review", args=[report.pk])
    return reverse(f"secretariat:review-{step.kind}", args=[report.pk, step.key])


def verdict_place_url(report: Report, step: ReviewStep) -> str:
    """Where on its page what is missing is given, which takes the focus: the verdict, or why it differs."""
    lacks_difference = (
        not step.is_explained and step.verdict is not None and step.verdict.value != step.proposal
    )
    place = "id_difference" if lacks_difference else "verdict"
    return f"{review_step_url(report, step)}#{place}"


def review_step_links(
    report: Report, state: ReviewState, *, only_changed: bool = False
) -> list[ReviewStepLink]:
    """All steps in the order in which a reviewer goes; or those that changed, whose pages show no others either."""
    steps, query = (state.changed, ONLY_CHANGED) if only_changed else (state.steps, "")
    return [ReviewStepLink(step, f"{review_step_url(report, step)}{query}") for step in steps]


def neighbours(
    steps: Sequence[ReviewStepLink], step: ReviewStep
) -> tuple[ReviewStepLink | None, ReviewStepLink | None]:
    """The steps before and after this one; among those that changed, where this one did not, the first."""
    places = [marked.step for marked in steps]
    if step not in places:
        return None, steps[0] if steps else None
    at = places.index(step)
    before = steps[at - 1] if at else None
    after = steps[at + 1] if at + 1 < len(steps) else None
    return before, after


def next_changed(state: ReviewState, step: ReviewStep) -> ReviewStep | None:
    """The next step that changed, from the first one again after the last; None where no other did."""
    steps = state.steps
    at = steps.index(step)
    return next((each for each in [*steps[at + 1 :], *steps[:at]] if each.changed), None)
