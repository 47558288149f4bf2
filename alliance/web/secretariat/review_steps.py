"""The way through a review: the address of each step, what comes before and after it, how it is marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from alliance.models import Report
from alliance.queries.review_state import ReviewState, ReviewStep


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


def review_step_links(report: Report, state: ReviewState) -> list[ReviewStepLink]:
    """All steps in the order in which a reviewer goes."""
    return [ReviewStepLink(step, review_step_url(report, step)) for step in state.steps]


def neighbours(
    steps: Sequence[ReviewStepLink], step: ReviewStep
) -> tuple[ReviewStepLink | None, ReviewStepLink | None]:
    """The steps before and after this one."""
    places = [marked.step for marked in steps]
    at = places.index(step)
    before = steps[at - 1] if at else None
    after = steps[at + 1] if at + 1 < len(steps) else None
    return before, after
