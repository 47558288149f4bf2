"""Verdicts by somebody who has declared an interest since: another reviewer confirms them, or gives them anew."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import ReportState
from alliance.models import Report, Verdict
from alliance.queries.review_state import ReviewState, ReviewStep, review_state
from portal.kernel.access import Actor

MAX_NAMED = 20
# of a row of Report
HAS_VERDICTS_TO_CONFIRM = Exists(Verdict.objects.filter(report=OuterRef("pk"), needs_second_look=True))


def reports_to_confirm(actor: Actor, reports: Iterable[Report]) -> frozenset[int]:
    """The concluded reports among these, by number, that are not published before such verdicts are confirmed.

    One query; none where no report is concluded.
    """
    concluded = [report.pk for report in reports if report.state == ReportState.CONCLUDED]
    if not concluded:
        return frozenset()
    rows = Verdict.objects.visible_to(actor).filter(report__in=concluded, needs_second_look=True)
    return frozenset(rows.order_by().values_list("report", flat=True))


def steps_to_confirm(state: ReviewState) -> list[ReviewStep]:
    """The steps whose verdicts can be confirmed as they stand: the answer is still the one that was judged."""
    return [step for step in state.awaiting_second_look if not step.outdated]


def second_look_refusal(steps: Sequence[ReviewStep]) -> str:
    """Why a review with such verdicts is neither concluded nor published, naming them; empty where there is none."""
    if not steps:
        return ""
    text = ngettext(
        "%(n)d verdict was given by somebody who has declared an interest since. Another reviewer has to confirm it or "
        "give it anew: %(names)s.",
        "%(n)d verdicts were given by somebody who has declared an interest since. Another reviewer has to confirm "
        "them or give them anew: %(names)s.",
        len(steps),
    )
    names = [step_name(step) for step in steps[:MAX_NAMED]]
    return text % {"n": len(steps), "names": ", ".join([*names, *["…"] * (len(steps) > MAX_NAMED)])}


def publication_refusal(actor: Actor, report: Report) -> str:
    """Why a concluded report is not published, naming what is to be confirmed; empty where nothing is.

    One query; where there is something those of a review. Whoever reads it blind learns what waits, not how it was
    judged.
    """
    if not reports_to_confirm(actor, [report]):
        return ""
    state = review_state(actor, report, for_second_reading=True)
    return second_look_refusal(state.awaiting_second_look if state else [])


def step_name(step: ReviewStep) -> str:
    """What was judged: a measure or commitment by its number and title, a pledge beyond the charter by its title."""
    if step.kind == "commitment":
        return _("commitment %(code)s") % {"code": step.code}
    return f"{step.code} {step.title}".strip()
