"""What a member sees first: what is due, what waits for them, what changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from alliance.enums import PledgeState, QuestionState, ReportState
from alliance.models import Pledge, Question, Report
from alliance.queries.clock import today
from alliance.queries.reports import reports, reports_in_work
from alliance.queries.working_copy import Progress, working_copy
from portal.kernel import notices
from portal.kernel.access import Actor

RECENT = 8


@dataclass(frozen=True, slots=True)
class WorkspaceHome:
    """As many queries however much there is."""

    due: Sequence[Report]
    days_left: int | None
    progress: Progress | None  # of the nearest one
    awaiting_sign_off: Sequence[Report]
    to_reply: Sequence[Report]
    questions: Sequence[Question]
    pledges_to_sign: Sequence[Pledge]
    recent: Sequence[object]

    @property
    def next(self) -> Report | None:
        return self.due[0] if self.due else None


def workspace_home(actor: Actor) -> WorkspaceHome:
    due = reports_in_work(actor)
    questions = Question.objects.visible_to(actor).filter(state=QuestionState.OPEN)
    drafts = Pledge.objects.visible_to(actor).filter(state=PledgeState.DRAFT)
    day = today()
    return WorkspaceHome(
        due=due,
        days_left=(due[0].due_on - day).days if due else None,
        progress=working_copy(due[0]).total if due else None,
        awaiting_sign_off=[row for row in due if row.state == ReportState.AWAITING_SIGN_OFF],
        to_reply=list(reports(actor).filter(state=ReportState.CONCLUDED, respond_by__gte=day)),
        questions=list(questions.select_related("report__cycle", "measure")[:RECENT]),
        pledges_to_sign=list(drafts[:RECENT]),
        recent=list(notices.inbox(actor)[:RECENT]),
    )
