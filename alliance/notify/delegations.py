"""Notices among colleagues: sections of a report given, handed on and back, due; messages beside a measure.

None of them carries what was written: who did what, where it is, and a link behind the sign-in.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse

from alliance.enums import DelegationState, Role
from alliance.models import Delegation, MeasureComment, Person, Report
from alliance.notify.recipients import in_the_morning, people_in, without_actor
from alliance.queries.actors import recipients_among
from alliance.queries.delegations import has_ended, writers_of
from alliance.queries.local_dates import today
from alliance.queries.measure_comments import message_url
from alliance.queries.site import read_site
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Notice, Recipient, Timing

TemplateContext = Mapping[str, Any]
_RELATED = ("report__cycle", "report__organisation", "commitment", "measure")
_QUOTED = ("what", "by", "section.code", "section.title", "further", "is_own", "overdue")


# --- Who -------------------------------------------------------------------------------------


def _people(event: Event, people: Iterable[object]) -> list[Recipient]:
    """These people, as who they are in the organisation that the event belongs to; without who acted."""
    pairs = [(pk, event.target_tenant_id) for pk in people if isinstance(pk, int) and event.target_tenant_id]
    return without_actor(event, recipients_among(pairs))


def _concerned(event: Event) -> list[Recipient]:
    """To whom it is done, and who takes something over."""
    return _people(event, (event.data.get("successor"), event.data.get("person")))


def _returned_to(event: Event) -> list[Recipient]:
    """Who gets the section back; where nobody does, those who administer the organisation.

    Of several sections that go the same way the first alone is notified of.
    """
    if event.target_id != _returned_together(event)[0]:
        return []
    if event.data.get("successor"):
        return _people(event, [event.data["successor"]])
    return without_actor(event, people_in(event.target_tenant_id, Role.ADMINISTRATOR))


def _returned_together(event: Event) -> Sequence[int]:
    """The sections of one report that went the same way as this one, with it."""
    return event.data.get("delegations") or [event.target_id]


def _giver(event: Event) -> list[Recipient]:
    """Who gave the section; where they have left, those who administer the organisation."""
    place = event.target_tenant_id
    givers = recipients_among([(event.data["person"], place)]) if place else []
    return without_actor(event, givers or people_in(place, Role.ADMINISTRATOR))


def _in_conversation(event: Event) -> list[Recipient]:
    """Who is mentioned, who wrote in the conversation that is answered, and who has the measure to write."""
    rows = MeasureComment.objects.select_related("report", "measure")
    comment = rows.filter(pk=event.target_id).first()
    if comment is None:
        return []
    opening = comment.parent_id or comment.pk
    earlier = MeasureComment.objects.filter(Q(pk=opening) | Q(parent=opening), pk__lt=comment.pk)
    answered = earlier.order_by("pk").values_list("written_by", flat=True)
    people = [*event.data.get("mentioned", ()), *answered, *writers_of(comment.report, comment.measure)]
    return _people(event, dict.fromkeys(people))


def _mentioned(event: Event) -> list[Recipient]:
    return _people(event, event.data.get("mentioned", ()))


# --- What ------------------------------------------------------------------------------------


def _letter(event: Event, report: Report, url: str, **facts: object) -> dict[str, Any]:
    actor = Person.objects.filter(pk=event.person_id or 0).first()
    return {
        "site": read_site(),
        "what": event.kind,
        "by": actor.name if actor else "",
        "report": report,
        "cycle": report.cycle,
        "organisation": report.organisation,
        "sections": (),
        "further": "",
        "is_own": False,
        "overdue": False,
        "url": url,
        **facts,
    }


def _about_given(actor: Actor, event: Event) -> TemplateContext | None:
    """What of it the reader has still to write: it may be taken back before a digest goes out."""
    numbers = event.data.get("delegations", ())
    rows = Delegation.objects.visible_to(actor).filter(
        pk__in=numbers, assignee=actor.person_id, state=DelegationState.OPEN
    )
    delegations = [row for row in rows.select_related(*_RELATED) if not has_ended(row)]
    if not delegations:
        return None
    report = delegations[0].report
    url = f"{reverse('workspace:report-delegation', args=[report.pk])}?show=mine"
    return _letter(
        event,
        report,
        url,
        section=delegations[0].section,
        sections=[row.section for row in delegations],
        further=len(delegations) - 1 or "",
        due_on=min(row.due_on for row in delegations),
    )


def _about_section(actor: Actor, event: Event) -> TemplateContext | None:
    rows = Delegation.objects.visible_to(actor).select_related(*_RELATED)
    delegation = rows.filter(pk=event.target_id).first()
    if delegation is None or has_ended(delegation):
        return None
    url = reverse("workspace:report-delegation", args=[delegation.report_id])
    is_own = delegation.assignee_id == actor.person_id and delegation.state == DelegationState.OPEN
    return _letter(
        event,
        delegation.report,
        f"{url}?show=mine" if is_own else url,
        section=delegation.section,
        due_on=delegation.due_on,
        overdue=delegation.due_on < today(),
        is_own=is_own,
        state=delegation.state,
    )


def _about_returned(actor: Actor, event: Event) -> TemplateContext | None:
    """Those that the reader has to write now; where nobody got them back, those that nobody writes."""
    rows = Delegation.objects.visible_to(actor).filter(pk__in=_returned_together(event))
    is_own = bool(event.data.get("successor"))
    rows = (
        rows.filter(assignee=actor.person_id, state=DelegationState.OPEN)
        if is_own
        else rows.filter(state=DelegationState.TAKEN_BACK)
    )
    delegations = [row for row in rows.select_related(*_RELATED).order_by("pk") if not has_ended(row)]
    if not delegations:
        return None
    report = delegations[0].report
    url = reverse("workspace:report-delegation", args=[report.pk])
    return _letter(
        event,
        report,
        f"{url}?show=mine" if is_own else url,
        section=delegations[0].section,
        delegations=delegations,
        further=len(delegations) - 1 or "",
        due_on=delegations[0].due_on,
        is_own=is_own,
    )


def _in_state(*states: DelegationState) -> Callable[[Actor, Event], TemplateContext | None]:
    """As long as that still holds: a digest may go out days later."""

    def context(actor: Actor, event: Event) -> TemplateContext | None:
        facts = _about_section(actor, event)
        return facts if facts and facts["state"] in states else None

    return context


def _about_own_open_section(actor: Actor, event: Event) -> TemplateContext | None:
    facts = _about_section(actor, event)
    return facts if facts and facts["is_own"] else None


def _about_comment(actor: Actor, event: Event) -> TemplateContext | None:
    rows = MeasureComment.objects.visible_to(actor).select_related(
        "report__cycle", "report__organisation", "measure"
    )
    comment = rows.filter(pk=event.target_id, deleted_at=None).first()
    if comment is None:
        return None
    return _letter(
        event,
        comment.report,
        message_url(comment),
        section=comment.measure,
        is_own=actor.person_id in comment.mentions,
    )


def _notice(
    kind: str,
    recipients: Callable[[Event], list[Recipient]],
    context: Callable[[Actor, Event], TemplateContext | None],
    timing: Callable[[Event], Timing | None] | None = None,
) -> Notice:
    """All share one letter, which asks what happened."""
    template = "alliance/email/colleagues.html"
    return Notice(kind, template, recipients, context, _QUOTED, group="colleagues", timing=timing)


NOTICES = (
    _notice("delegation.give", _concerned, _about_given),
    _notice("delegation.change", _concerned, _about_own_open_section),
    _notice("delegation.hand_on", _concerned, _in_state(DelegationState.OPEN)),
    _notice("delegation.finish", _giver, _in_state(DelegationState.DONE)),
    _notice("delegation.reopen", _concerned, _about_own_open_section),
    _notice("delegation.take_back", _concerned, _in_state(DelegationState.TAKEN_BACK)),
    _notice("delegation.return", _returned_to, _about_returned),
    _notice("delegation.remind", _concerned, _about_own_open_section, in_the_morning),
    _notice("measure_comment.write", _in_conversation, _about_comment),
    _notice("measure_comment.edit", _mentioned, _about_comment),
)
