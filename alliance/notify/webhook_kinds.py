"""The events of the alliance of which programs are notified: their stable names, and what a program may know of each.

A message says which thing it is, in which state, and where it is read: no text, no name of a person. What may be seen
is asked of the organisation as a reader, each time that a message is sent.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.models import Correction, Cycle, Question, Report, TimelineEntry
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication
from portal.kernel.webhooks import EventKind

Data = Mapping[str, Any] | None


def absolute(name: str, *args: object) -> str:
    """The whole address of a page or an address of the API."""
    return settings.ORIGIN + reverse(name, args=args)


def _publication(actor: Actor, event: Event) -> Data:
    """Public: the same for everybody."""
    del actor
    row = Publication.objects.defer("body").filter(number=event.target_id).first()
    if row is None:
        return None
    return {
        "number": row.number,
        "type": row.type,
        "record": row.record,
        "revision": row.revision,
        "sha256": row.sha256,
        "url": absolute("api:publication", row.number),
    }


# publications about the alliance as a whole
_ABOUT_ALL = ("charter", "signatures", "cycle", "reference_load")


def _publication_subjects(event: Event) -> Collection[int] | None:
    """Whom the public timeline names; a practice whose source is not named there is about nobody."""
    entry = TimelineEntry.objects.filter(valid_from=event.target_id).first()
    if entry is None or event.data.get("type") in _ABOUT_ALL:
        return None
    return () if entry.organisation_id is None else (entry.organisation_id,)


def _cycle(actor: Actor, event: Event) -> Data:
    row = Cycle.objects.visible_to(actor).filter(pk=event.target_id).first()
    return row and {
        "cycle": row.slug,
        "state": row.state,
        "due_on": row.due_on.isoformat(),
        "url": absolute("api:cycle", row.slug),
    }


def _report(actor: Actor, event: Event) -> Data:
    return _of_report(actor, event.target_id, "own-report")


def _verdicts(actor: Actor, event: Event) -> Data:
    return _of_report(actor, event.target_id, "own-verdict-list")


def _question(actor: Actor, event: Event) -> Data:
    row = Question.objects.visible_to(actor).filter(pk=event.target_id).first()
    facts = _of_report(actor, row.report_id, "own-question-list") if row else None
    return facts and row and {"question": row.pk, "state": row.state, **facts}


def _correction(actor: Actor, event: Event) -> Data:
    row = Correction.objects.visible_to(actor).filter(pk=event.target_id).first()
    facts = _of_report(actor, row.report_id, "own-report") if row else None
    return facts and row and {"correction": row.pk, "state": row.state, **facts}


def _of_report(actor: Actor, report_id: int, address: str) -> dict[str, Any] | None:
    """Which report it is, and where its organisation reads on; the secretariat reads what was filed."""
    rows = Report.objects.visible_to(actor).select_related("organisation", "cycle")
    row = rows.filter(pk=report_id).first()
    if row is None:
        return None
    name = "filed-list" if actor.is_host else address
    return {
        "report": row.pk,
        "member": row.organisation.slug,
        "cycle": row.cycle.slug,
        "report_state": row.state,
        "withdrawn_by": row.withdrawn_as,
        "url": absolute(f"api:{name}", row.pk),
    }


KINDS = (
    EventKind(
        "publication.created",
        _("Something was published: a report, a pledge, a correction, a withdrawal …"),
        ("publication.publish",),
        _publication,
        subjects=_publication_subjects,
    ),
    EventKind("cycle.opened", _("A reporting cycle was opened"), ("cycle.open",), _cycle),
    EventKind("cycle.rescheduled", _("The dates of a cycle were changed"), ("cycle.reschedule",), _cycle),
    EventKind("cycle.closed", _("A cycle was closed"), ("cycle.close",), _cycle),
    EventKind("report.submitted", _("A report was submitted"), ("report.submit",), _report),
    EventKind("report.recalled", _("A submitted report was recalled"), ("report.recall",), _report),
    EventKind(
        "report.changes_requested",
        _("Changes of a report were requested"),
        ("report.request_changes",),
        _report,
    ),
    EventKind("report.extended", _("The deadline of a report was moved"), ("report.extend",), _report),
    EventKind(
        "report.verdicts_given", _("The review of a report was concluded"), ("report.conclude",), _verdicts
    ),
    EventKind("question.asked", _("A question about a report was asked"), ("question.ask",), _question),
    EventKind(
        "question.answered", _("A question about a report was answered"), ("question.answer",), _question
    ),
    EventKind(
        "correction.proposed",
        _("A correction of a published report was proposed"),
        ("correction.propose",),
        _correction,
    ),
    EventKind(
        "correction.answered",
        _("A proposed correction was agreed to or objected to"),
        ("correction.agree", "correction.object", "correction.lapse"),
        _correction,
    ),
)
