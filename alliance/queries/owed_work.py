"""What each colleague has still to do in the reports of their organisation: sections, questions, comments, findings."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.enums import LIVE_DELEGATION_STATES, OPEN_FINDING_STATES, DelegationState, QuestionState
from alliance.models import Delegation, Finding, Measure, MeasureComment, Organisation, Question
from alliance.queries.delegations import delegation_title, has_ended, section_title
from alliance.queries.local_dates import day_of, today
from alliance.queries.measure_comments import comment_place, unanswered_by_person
from portal.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class OwedPiece:
    """One thing that waits for a person: what it is, where it is seen to, until when or since when."""

    kind: str
    title: str
    url: str
    due_on: date | None = None
    since: date | None = None

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < today()


@dataclass(frozen=True, slots=True)
class OwedWork:
    """What waits for one person: the sections that they write, and the rest, each with the nearest day first."""

    sections: Sequence[OwedPiece]
    others: Sequence[OwedPiece]

    @property
    def pieces(self) -> list[OwedPiece]:
        return sorted([*self.sections, *self.others], key=_urgency)

    @property
    def late(self) -> int:
        return sum(piece.is_overdue for piece in self.pieces)


def _urgency(piece: OwedPiece) -> tuple[date, date]:
    return (piece.due_on or date.max, piece.since or date.max)


def owed_work(actor: Actor, organisation: Organisation) -> dict[int, OwedWork]:
    """By person. A question of a reviewer or a finding is whose section its measure is, or was in the latest report.

    Four queries, however many people and pieces of work there are; none for the secretariat, which sees no
    working copy.
    """
    if actor.is_host:
        return {}
    delegations = list(
        Delegation.objects.visible_to(actor)
        .filter(organisation=organisation, state__in=LIVE_DELEGATION_STATES)
        .select_related("report__cycle", "commitment", "measure")
        .order_by("-report__cycle__starts_on", "-report", "pk")
    )
    writers = _Writers(delegations)
    sections: dict[int, list[OwedPiece]] = defaultdict(list)
    for delegation in delegations:
        if delegation.state == DelegationState.OPEN and not has_ended(delegation):
            sections[delegation.assignee_id].append(_section(delegation))
    others: dict[int, list[OwedPiece]] = defaultdict(list)
    for question in _open_questions(actor, organisation):
        for person in writers.of(question.measure):
            others[person].append(_question(question))
    for finding in _open_findings(actor, organisation):
        for person in writers.of(finding.measure):
            others[person].append(_finding(finding))
    for person, comments in unanswered_by_person(actor, organisation.pk).items():
        others[person] += [_comment(comment) for comment in comments]
    return {
        person: OwedWork(sections.get(person, ()), others.get(person, ()))
        for person in dict.fromkeys([*sections, *others])
    }


class _Writers:
    """Who writes a measure, by its permanent key: in the latest report in which somebody was given it."""

    def __init__(self, delegations: Iterable[Delegation]) -> None:
        reports: dict[int, int] = {}  # how many are later, as those of the latest report come first
        self._by_section: dict[tuple[bool, str], tuple[int, list[int]]] = {}
        for row in delegations:
            age = reports.setdefault(row.report_id, len(reports))
            key = (row.measure_id is not None, row.section.key)
            section_age, people = self._by_section.setdefault(key, (age, []))
            if section_age == age:
                people.append(row.assignee_id)

    def of(self, measure: Measure | None) -> Sequence[int]:
        """Those to whom it was given last, by itself or with its commitment; by itself where both were in one report.

        Nobody for a question on the whole report.
        """
        if measure is None:
            return ()
        keys = ((True, measure.key), (False, measure.commitment.key))
        sections = [self._by_section[key] for key in keys if key in self._by_section]
        _age, people = min(sections, key=lambda section: section[0], default=(0, []))
        return tuple(dict.fromkeys(people))


def _open_questions(actor: Actor, organisation: Organisation) -> Iterable[Question]:
    rows = Question.objects.visible_to(actor).filter(organisation=organisation, state=QuestionState.OPEN)
    related: Iterable[Question] = rows.select_related("measure__commitment", "report__cycle")
    return related


def _open_findings(actor: Actor, organisation: Organisation) -> Iterable[Finding]:
    rows = Finding.objects.visible_to(actor).filter(
        organisation=organisation, state__in=OPEN_FINDING_STATES, claimed_at=None
    )
    related: Iterable[Finding] = rows.select_related("measure__commitment", "report__cycle")
    return related


def _section(delegation: Delegation) -> OwedPiece:
    page = (
        reverse("workspace:report-measure", args=[delegation.report_id, delegation.measure.key])
        if delegation.measure
        else reverse("workspace:delegation", args=[delegation.pk])
    )
    return OwedPiece(_("Section to write"), delegation_title(delegation), page, due_on=delegation.due_on)


def _question(question: Question) -> OwedPiece:
    page = reverse("workspace:report", args=[question.report_id])
    return OwedPiece(
        _("Question of a reviewer"),
        _title(question),
        f"{page}#question-{question.pk}",
        since=day_of(question.asked_at),
    )


def _finding(finding: Finding) -> OwedPiece:
    page = f"{reverse('workspace:finding-list')}#finding-{finding.pk}"
    return OwedPiece(_("Finding"), _title(finding), page, due_on=finding.due_on)


def _comment(comment: MeasureComment) -> OwedPiece:
    place = comment_place(comment)
    return OwedPiece(_("Question of a colleague"), place.title, place.url, since=day_of(comment.written_at))


def _title(row: Question | Finding) -> str:
    assert row.measure is not None
    return f"{section_title(row.measure)}, {row.report.cycle.title}"
