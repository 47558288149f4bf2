"""What a member sees first: what is due, what waits for them, what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from alliance.enums import (
    REVIEWABLE_REPORT_STATES,
    AccessionState,
    PledgeState,
    QuestionState,
    ReportState,
    Role,
)
from alliance.models import Charter, Delegation, InvitedComment, Pledge, PublicQuestion, Question, Report
from alliance.queries.charter_signatures import open_objections
from alliance.queries.delegations import own_open_delegations
from alliance.queries.local_dates import end_of_day, today
from alliance.queries.mediation import comments_asked_of
from alliance.queries.pledges import charters_with_accessions, own_organisation
from alliance.queries.public_questions import open_forwarded_questions
from alliance.queries.replies import ReplyOpening, reply_openings
from alliance.queries.reply_days import may_still_reply, open_to_reply, reply_end, waits_for_signatory
from alliance.queries.report_progress import Progress, progress_of
from alliance.queries.reports import reports, reports_in_progress
from portal.kernel import notices
from portal.kernel.access import Actor, can

MAX_RECENT = 8

# filed, and not public yet
_WITH_SECRETARIAT = (*REVIEWABLE_REPORT_STATES, ReportState.CONCLUDED)


@dataclass(frozen=True, slots=True)
class WorkspaceHome:
    """As many queries however much there is."""

    due: Sequence[Report]
    days_left: int | None
    progress: Progress | None  # of the nearest one
    with_secretariat: Sequence[Report]
    last: Report | None  # the latest of all, where none is due and the secretariat has none
    awaiting_sign_off: Sequence[Report]
    to_reply: Sequence[Report]
    to_reply_anew: Sequence[ReplyOpening]  # since a verdict was corrected
    questions: Sequence[Question]
    pledges_to_sign: Sequence[Pledge]
    charters_to_sign: Sequence[Charter]
    open_objections: Sequence[Charter]  # announced, and the signature carries over unless somebody objects
    public_questions: Sequence[PublicQuestion]  # forwarded, to be answered
    comments: Sequence[InvitedComment]  # asked for
    sections: Sequence[Delegation]  # of reports, given to this person
    section_count: int
    recent: Sequence[object]

    @property
    def next(self) -> Report | None:
        return self.due[0] if self.due else None

    @property
    def standing(self) -> Report | None:
        """Where none is due: the report of which the page says how it stands."""
        if self.due:
            return None
        return self.with_secretariat[0] if self.with_secretariat else self.last

    @property
    def others_with_secretariat(self) -> Sequence[Report]:
        """Those of which nothing is said above."""
        return self.with_secretariat if self.due else self.with_secretariat[1:]

    @property
    def reply_until(self) -> datetime | None:
        """The end of the days in which the signatories can reply to the verdicts on the standing one."""
        return reply_end(self.standing) if self.standing else None

    @property
    def waits_for_signatory(self) -> bool:
        """Whether nobody is left in the organisation who could sign such a reply."""
        return self.standing is not None and waits_for_signatory(self.standing)

    @property
    def due_at(self) -> datetime | None:
        """The end of its deadline."""
        return end_of_day(self.next.deadline) if self.next else None


def workspace_home(actor: Actor) -> WorkspaceHome:
    """What waits is only what this person can do; what is due concerns everybody in the organisation."""
    due = reports_in_progress(actor)
    day = today()
    pledges: dict[str, list[Pledge]] = {PledgeState.DRAFT: [], PledgeState.PUBLISHED: []}
    own = Pledge.objects.visible_to(actor).filter(organisation_id=actor.tenant_id, state__in=list(pledges))
    for pledge in own:
        pledges[pledge.state].append(pledge)
    filed = list(reports(actor).filter(Q(state__in=_WITH_SECRETARIAT) | open_to_reply(day)))
    with_secretariat = [row for row in filed if row.state in _WITH_SECRETARIAT]
    to_reply = [row for row in filed if may_still_reply(row, day)]
    openings = reply_openings(reports(actor)) if actor.has(Role.SIGNATORY) else []
    questions = Question.objects.visible_to(actor).filter(state=QuestionState.OPEN)
    drafts, signs = actor.has(Role.EDITOR, Role.SIGNATORY), actor.has(Role.SIGNATORY)
    sections = list(own_open_delegations(actor)) if drafts else []
    charters_to_sign = []
    # without an accession no report is ever required, and nothing else here says so
    if signs and can(actor, "accession.draft", own_organisation(actor)):
        for charter, row in charters_with_accessions(actor, actor.tenant_id):
            if row is None or row.state == AccessionState.DRAFT:
                charters_to_sign.append(charter)
    recent = list(notices.inbox_items(actor)[:MAX_RECENT])
    notices.attach_names(actor, recent)
    return WorkspaceHome(
        due=due,
        days_left=(due[0].deadline - day).days if due else None,
        progress=progress_of(due[0], pledges[PledgeState.PUBLISHED]) if due else None,
        with_secretariat=with_secretariat,
        last=None if due or with_secretariat else reports(actor).first(),
        awaiting_sign_off=[row for row in due if signs and row.state == ReportState.AWAITING_SIGN_OFF],
        to_reply=to_reply if signs else [],
        to_reply_anew=[each for each in openings if each.is_open][:MAX_RECENT],
        questions=list(questions.select_related("report__cycle", "measure")[:MAX_RECENT]) if drafts else [],
        pledges_to_sign=pledges[PledgeState.DRAFT][:MAX_RECENT] if drafts else [],
        charters_to_sign=charters_to_sign,
        open_objections=open_objections(actor) if signs else [],
        public_questions=list(open_forwarded_questions(actor)[:MAX_RECENT]) if drafts else [],
        comments=list(comments_asked_of(actor)[:MAX_RECENT]) if drafts else [],
        sections=sections[:MAX_RECENT],
        section_count=len(sections),
        recent=recent,
    )
