"""What was last done with reports in review, by whom and when: for the queue, one line for each.

What a member does to its working copy is not among it, and neither is what a verdict or a second reading says; nor, for
whoever judges the review blind, that a second reading or a finding was made.
"""

from collections.abc import Iterable, Mapping

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from alliance.models import Report
from alliance.queries.journal import actor_name
from alliance.queries.journal_names import names_of
from alliance.queries.review_state import without_judgements_read_blind
from portal.kernel.access import Actor
from portal.kernel.journal import Event, sentence_for
from portal.kernel.text import format_date

_MOVES = (
    *(
        f"report.{act}"
        for act in (
            "submit", "recall", "start_review", "assign", "hand_over", "take_over", "unassign", "pause_review",
            "end_pause", "request_changes", "resume_review", "take_back_request", "conclude", "reopen", "publish",
            "respond", "extend", "miss", "restore",
        )
    ),
    *(f"question.{act}" for act in ("ask", "answer", "close", "reopen")),
    "second_reading.ask",
    "second_reading.withdraw",
    *(f"second_reading.{act}" for act in ("agree", "differ", "settle")),
    *(f"finding.{act}" for act in ("open", "edit", "claim", "complete", "carry", "reopen", "withdraw")),
    "verdict.give",
    "verdict.take_back",
    "verdict.confirm",
)  # fmt: skip


def last_moves(actor: Actor, reports: Iterable[int]) -> Mapping[int, str]:
    """Of each report what was last done with it, by whom and on which day, in words; nothing where nothing was.

    Four queries, however many reports: each reads its last entry from the end of an index.
    """
    events = Event.objects.filter(
        parent_type=Report._meta.label_lower, parent_id=OuterRef("pk"), kind__in=_MOVES
    )
    events = without_judgements_read_blind(actor, events)
    rows = Report.objects.visible_to(actor).filter(pk__in=list(reports)).order_by()
    last = dict(rows.values_list("pk", Subquery(events.order_by("-pk").values("pk")[:1])))
    by_number = Event.objects.in_bulk([number for number in last.values() if number])
    names, _tenants = names_of(actor, {event.person_id for event in by_number.values()}, ())
    return {
        report: _sentence(by_number[number], names) for report, number in last.items() if number in by_number
    }


def _sentence(event: Event, names: Mapping[int, str]) -> str:
    facts = {
        "what": sentence_for(event.kind),
        "name": actor_name(names.get(event.person_id or 0, ""), event.actor_kind),
        "day": format_date(event.at),
    }
    return _("Last: %(what)s · %(name)s, %(day)s") % facts
