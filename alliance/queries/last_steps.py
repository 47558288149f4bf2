"""Who brought something to the state in which it is, for whoever comes too late: of two at once the second reads it."""

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from alliance.enums import OrganisationKind
from alliance.models import Organisation, Person, Report
from alliance.queries.report_history import last_act
from alliance.workflows import REPORT, judging_refusal
from portal.kernel.access import Actor
from portal.kernel.journal import Event, last_entry_about, sentence_for
from portal.kernel.text import format_moment
from portal.kernel.workflow import Workflow


def last_step_sentence(actor: Actor, workflow: Workflow, row: Any) -> str:
    """The last step of the row in words: what, who it was as far as the actor reads that, and when.

    Of a report the last act of either side. Empty for visitors and for jobs. At most two queries, but for a report.
    """
    if not actor.is_person:
        return ""
    if isinstance(row, Report):
        entry = last_act(actor, row)
        return entry.sentence if entry else ""
    event = workflow.last_step(row)
    return act_sentence(actor, event) if event else ""


def with_last_step(actor: Actor, refusal: str, workflow: Workflow, row: Any) -> str:
    """The refusal of a row that has moved on, and who was quicker."""
    return f"{refusal} {last_step_sentence(actor, workflow, row)}".strip()


def outside_review_refusal(actor: Actor, report: Report) -> str:
    """Why nothing of the report is judged now, with its last act; empty while it is in review."""
    if not (refusal := judging_refusal(report)):
        return ""
    return with_last_step(actor, refusal, REPORT, report)


def last_entry_sentence(actor: Actor, row: Model, *kinds: str) -> str:
    """The last entry of these kinds about the row in words; empty where there is none. At most two queries."""
    event = last_entry_about(row, *kinds)
    return act_sentence(actor, event) if event else ""


def with_last_entry(actor: Actor, refusal: str, row: Model, *kinds: str) -> str:
    """The refusal of what is done already, and who has done it: the last entry of these kinds about the row."""
    return f"{refusal} {last_entry_sentence(actor, row, *kinds)}".strip()


def done_refusal(actor: Actor, event: Event | None) -> str:
    """Why what is done already is not done again, with the entry that says who has done it, where there is one."""
    return f"{_('This has already been done.')} {act_sentence(actor, event) if event else ''}".strip()


def act_sentence(actor: Actor, event: Event) -> str:
    """An entry in words: what was done, who it was as far as the actor reads that, and when. One query at most."""
    facts = {"what": sentence_for(event.kind), "who": _who(actor, event), "at": format_moment(event.at)}
    return (_("%(what)s: %(who)s, %(at)s.") if facts["who"] else _("%(what)s, %(at)s.")) % facts


def _who(actor: Actor, event: Event) -> str:
    """A name of one's own side, or of any for the secretariat; a member reads no names of the secretariat.

    Empty for the portal itself, visitors, and other organisations.
    """
    if event.person_id is None:
        return ""
    if actor.is_host or event.tenant_id == actor.tenant_id:
        name = (
            Person.objects.visible_to(actor).filter(pk=event.person_id).values_list("name", flat=True).first()
        )
        return name or _("a person who has left")
    own = Organisation.objects.filter(pk=event.tenant_id or 0, kind=OrganisationKind.SECRETARIAT)
    return _("the secretariat") if own.exists() else ""
