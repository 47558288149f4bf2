"""What needs a person's eyes in a report that is being written: the one source for its page, sign-off and the API."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _

from alliance.enums import RETURNED_REPORT_STATES, QuestionState, ReportState
from alliance.models import Charter, Indicator
from alliance.queries.attention_items import AttentionItem, AttentionKind, blocking_reason
from alliance.queries.charter_contents import indicators_of
from alliance.queries.four_eyes import unconfirmed_measures
from alliance.queries.lineage import lineage_of
from alliance.queries.measure_comments import comments_to_answer
from alliance.queries.reports import last_changes_request, questions_of
from alliance.queries.working_copy import WorkingCopy
from alliance.workflows import REPORT, REPORT_EDITABLE
from portal.kernel.access import Actor, can
from portal.kernel.workflow import Available


@dataclass(frozen=True)
class Attention:
    """All items of one report, as one person has them, by kind in the order of AttentionKind."""

    items: Sequence[AttentionItem]

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many there are of each kind, none left out."""
        counts = Counter(item.kind.value for item in self.items)
        return {kind.value: counts[kind.value] for kind in AttentionKind}

    @property
    def blockers(self) -> list[AttentionItem]:
        """What stops this person from submitting the report."""
        return [item for item in self.items if item.blocks]

    def of(self, kind: str) -> Sequence[AttentionItem]:
        """The items of one kind; all of them for any other word."""
        return [item for item in self.items if item.kind == kind] if kind in self.counts else self.items


def attention(actor: Actor, copy: WorkingCopy) -> Attention:
    """What needs the actor's eyes until the report is filed, and nothing after it.

    A constant number of queries besides those of the working copy: at most fifteen.
    """
    if copy.frame.report.state not in (*REPORT_EDITABLE, ReportState.AWAITING_SIGN_OFF):
        return Attention([])
    items = [
        *copy.blockers,
        *_unread(actor, copy),
        *_requested_changes(actor, copy),
        *_questions(actor, copy),
        *_asked(actor, copy),
        *_charter_changes(copy),
    ]
    order = list(AttentionKind)
    return Attention(sorted(items, key=lambda item: order.index(item.kind)))


def submission_blockers(actor: Actor, copy: WorkingCopy) -> list[AttentionItem]:
    """What stops the actor from submitting: the blockers of the copy, and what nobody else has read of their own."""
    return [*copy.blockers, *(item for item in _unread(actor, copy) if item.blocks)]


# whether they are possible is decided by what the working copy lacks, too
STEPS_OF_WHOLE_REPORTS = ("ask_for_sign_off", "submit")


def report_steps(actor: Actor, copy: WorkingCopy) -> list[Available]:
    """The steps of the report that the actor may take, each with what still blocks it in the working copy too.

    A request for sign-off is taken back by who made it: nobody else is offered that.
    """
    steps = [
        step
        for step in REPORT.available(actor, copy.frame.report)
        if not (step.step.action == "withdraw_sign_off" and step.blocked)
    ]
    blockers = {
        "ask_for_sign_off": lambda: copy.blockers,
        "submit": lambda: submission_blockers(actor, copy),
    }
    return [
        replace(step, blocked=blocking_reason(blockers[step.step.action]()) or step.blocked)
        if step.step.action in blockers
        else step
        for step in steps
    ]


def _unread(actor: Actor, copy: WorkingCopy) -> list[AttentionItem]:
    """Under the four-eyes rule: measures to be read before their last writer can submit, by somebody else."""
    may_submit = can(actor, "report.submit", copy.frame.report)
    required = {row.measure.pk: row for row in copy.frame.measures}
    return [
        AttentionItem(
            copy.frame,
            AttentionKind.UNREAD,
            required[unread.measure.pk],
            statement=_("You were the last to edit this: another person must confirm it.")
            if unread.writer.pk == actor.person_id
            else _("%(name)s edited this last: read it, and say that you have.")
            % {"name": unread.writer.name},
            blocks=unread.writer.pk == actor.person_id and may_submit,
        )
        for unread in unconfirmed_measures(copy)
    ]


def _requested_changes(actor: Actor, copy: WorkingCopy) -> list[AttentionItem]:
    report = copy.frame.report
    if report.state not in RETURNED_REPORT_STATES or not report.changes_due_on:
        return []
    request = last_changes_request(actor, report)
    if request is None:
        return []
    return [AttentionItem(copy.frame, AttentionKind.CHANGES, statement=request.summary, blocks=False)]


def _questions(actor: Actor, copy: WorkingCopy) -> list[AttentionItem]:
    required = {row.measure.pk: row for row in copy.frame.measures}
    return [
        AttentionItem(
            copy.frame,
            AttentionKind.QUESTION,
            required.get(question.measure_id) if question.measure_id else None,
            entry=question,
            statement=question.text,
            blocks=False,
        )
        for question in questions_of(actor, copy.frame.report)
        if question.state == QuestionState.OPEN
    ]


def _asked(actor: Actor, copy: WorkingCopy) -> list[AttentionItem]:
    """What colleagues wait for the actor's answer to, beside the measures for which the report asks."""
    return [
        AttentionItem(
            copy.frame,
            AttentionKind.ASKED,
            required,
            entry=comment,
            statement=_("%(name)s wrote to you: %(text)s")
            % {"name": comment.written_by.name, "text": comment.text},
            blocks=False,
        )
        for comment in comments_to_answer(actor, copy.frame.report)
        if (required := copy.frame.required_measure(comment.measure.key))
    ]


def _charter_changes(copy: WorkingCopy) -> list[AttentionItem]:
    """Indicators that are new, redefined or asked otherwise since the last report, until they are answered."""
    charter = copy.frame.report.charter
    lineage = lineage_of(charter)
    if len(lineage.versions) == 1 or copy.last is None:
        return []
    before = lineage.version_of(copy.last)
    if before is None or before == charter.version:
        return []
    sentence = _("New or redefined in version %(number)d of the charter: not compared with the last period.")
    open_indicators = {item.indicator.pk for item in copy.blockers if item.indicator}
    earlier = Charter.objects.only("breakdowns").get(key=charter.key, version=before)
    asked_before = {row.key: row for rows in indicators_of(earlier.pk).values() for row in rows}
    items = []
    for required in copy.frame.measures:
        for indicator in required.indicators:
            if indicator.pk not in open_indicators:
                continue
            history = lineage.history_of(indicator.key)
            statement = ""
            if history.key_in(before) is None or history.breaks_at(charter.version, before):
                statement = sentence % {"number": charter.version}
            elif asked := asked_before.get(lineage.earlier_key(indicator.key, before) or ""):
                statement = _asked_otherwise((earlier, asked), (charter, indicator))
            if statement:
                items.append(
                    AttentionItem(
                        copy.frame,
                        AttentionKind.CHARTER,
                        required,
                        indicator=indicator,
                        statement=statement,
                        blocks=False,
                    )
                )
    return items


def _asked_otherwise(before: tuple[Charter, Indicator], now: tuple[Charter, Indicator]) -> str:
    """What differs in the question although it is the same indicator, in words; empty where it is asked as before."""
    earlier, later = before[1], now[1]
    names = {
        "title": _("title"),
        "guidance": _("guidance"),
        "limit": _("length of the text"),
        "choices": _("choices"),
        "breakdowns": _("breakdown"),
        "period": _("months or quarters"),
        "minimum": _("lowest value"),
        "maximum": _("highest value"),
        "disclosure": _("who may read it"),
    }
    differing = [name for column, name in names.items() if getattr(earlier, column) != getattr(later, column)]
    if names["breakdowns"] not in differing and _cells(*before) != _cells(*now):
        differing.append(names["breakdowns"])
    if not differing:
        return ""
    facts = {"number": now[0].version, "parts": ", ".join(differing)}
    return _("Asked otherwise in version %(number)d of the charter: %(parts)s.") % facts


def _cells(charter: Charter, indicator: Indicator) -> list[object]:
    return [row["cells"] for row in charter.breakdowns if row["key"] in indicator.breakdowns]
