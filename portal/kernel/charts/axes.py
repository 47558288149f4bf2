"""The axes of a line chart: ticks and rules at the left, steps and their groups below."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .numbers import round_to
from .series import Step
from .text_metrics import width_of

SIZE = 13


@dataclass(frozen=True)
class Label:
    """A word of an axis, centred on `x` or right-aligned on `y`'s rule."""

    x: int | float
    y: int | float
    text: str
    strong: bool = False


@dataclass(frozen=True)
class StepAxis:
    """What is drawn below the plot: labels, group names, the short rules that part the groups."""

    labels: Sequence[Label]
    groups: Sequence[Label]
    partings: Sequence[int | float]
    height: int


def step_axis(steps: Sequence[Step], x_of: Callable[[int], float], step: float, baseline: float) -> StepAxis:
    """Lay out the labels; where they would touch, only every second, third … is drawn, from the last back."""
    last, y = len(steps) - 1, round_to(baseline + 19)
    labels = [
        Label(round_to(x_of(index)), y, steps[index].label, strong=index == last)
        for index in _fitting_indices([item.label for item in steps], step)
        if steps[index].label
    ]
    grouped = any(item.group for item in steps)
    if not grouped:
        return StepAxis(labels, [], [], axis_height(steps))
    spans = _spans(steps)
    centres = [(x_of(first) + x_of(last)) / 2 for first, last in spans]
    names = [steps[first].group for first, _last in spans]
    narrowest = min((b - a for a, b in pairwise(centres)), default=step * len(steps))
    height = axis_height(steps)
    groups = [
        Label(round_to(centres[i]), round_to(baseline + height - 8), names[i])
        for i in _fitting_indices(names, narrowest)
    ]
    partings = [round_to(x_of(first) - step / 2) for first, _last in spans[1:]] if step > 6 else []
    return StepAxis(labels, groups, partings, height)


def axis_height(steps: Sequence[Step]) -> int:
    """One row of words below the plot, or two where steps have both a label and a group."""
    return 48 if any(step.group for step in steps) and any(step.label for step in steps) else 27


def _fitting_indices(texts: Sequence[str], step: float) -> list[int]:
    """The indices to be labelled: all, or every k-th so that neighbours keep their distance."""
    widest = max((width_of(text, SIZE) for text in texts), default=0) + 10
    interval = max(1, int(-(-widest // step))) if step else 1
    return [index for index in range(len(texts)) if (len(texts) - 1 - index) % interval == 0]


def _spans(steps: Sequence[Step]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for index, item in enumerate(steps):
        if spans and steps[spans[-1][0]].group == item.group:
            spans[-1] = (spans[-1][0], index)
        else:
            spans.append((index, index))
    return spans
