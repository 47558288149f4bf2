"""The way through a review: the address of each step, what comes before and after it, how it is marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from alliance.models import Report
from alliance.queries.review_state import ReviewState, Step


@dataclass(frozen=True, slots=True)
class Marked:
    """A step with its address, as lists and the progress strip show it."""

    step: Step
    url: str


def url_of(report: Report, step: Step | None) -> str:
    """The page on which the step is judged; the review as a whole without one."""
    if step is None:
        return reverse("secretariat:review", args=[report.pk])
    return reverse(f"secretariat:review-{step.kind}", args=[report.pk, step.key])


def marked_steps(report: Report, state: ReviewState) -> list[Marked]:
    """All steps in the order in which a reviewer goes."""
    return [Marked(step, url_of(report, step)) for step in state.steps]


def neighbours(steps: Sequence[Marked], step: Step) -> tuple[Marked | None, Marked | None]:
    """The steps before and after this one."""
    places = [marked.step for marked in steps]
    at = places.index(step)
    before = steps[at - 1] if at else None
    after = steps[at + 1] if at + 1 < len(steps) else None
    return before, after
