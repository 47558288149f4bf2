"""Notices about findings: reported done, decided on, and reminders before the date and after it."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from alliance.enums import FindingState, Role
from alliance.notify.recipients import notice, secretariat_staff, without_actor
from alliance.notify.reports import about_report, drafters
from alliance.queries.findings import readable_findings
from alliance.queries.local_dates import today
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient

TemplateContext = Mapping[str, Any]
# where the member's list shows what is not open any more
_VIEWS_OF_ENDED = {FindingState.DONE: "?show=done", FindingState.WITHDRAWN: "?show=withdrawn"}


def _reviewers(event: Event) -> list[Recipient]:
    return without_actor(event, secretariat_staff(Role.REVIEWER))


def _about_finding(actor: Actor, event: Event) -> TemplateContext | None:
    """The finding, where its reader may see it: a member once the review is concluded, who judges it blind later."""
    facts = about_report(actor, event)
    finding = readable_findings(actor).select_related("measure").filter(pk=event.target_id).first()
    if facts is None or finding is None:
        return None
    url = (
        reverse("secretariat:finding", args=[finding.pk])
        if actor.is_host
        else reverse("workspace:finding-list") + _VIEWS_OF_ENDED.get(finding.state, "")
    )
    return {
        **facts,
        "finding": finding,
        "url": url,
        "overdue": not finding.claimed_at and finding.due_on < today(),
    }


def _about_open_finding(actor: Actor, event: Event) -> TemplateContext | None:
    """As long as there is something to do or to look at: a digest may go out days later."""
    facts = _about_finding(actor, event)
    return facts if facts and facts["finding"].is_open else None


def _about_withdrawn_finding(actor: Actor, event: Event) -> TemplateContext | None:
    """As long as it is not opened again; a member that had not read it is not notified."""
    facts = _about_finding(actor, event)
    return facts if facts and facts["finding"].state == FindingState.WITHDRAWN else None


def _about_unclaimed_finding(actor: Actor, event: Event) -> TemplateContext | None:
    """As long as its member has not reported it done."""
    facts = _about_open_finding(actor, event)
    return facts if facts and facts["finding"].claimed_at is None else None


NOTICES = (
    notice("finding.claim", _reviewers, _about_open_finding, "organisation.name", group="reviews"),
    notice("finding.complete", drafters, _about_finding, "finding.measure.code", group="review"),
    notice("finding.carry", drafters, _about_open_finding, "finding.measure.code", group="review"),
    notice("finding.reopen", drafters, _about_open_finding, "finding.measure.code", group="review"),
    notice("finding.withdraw", drafters, _about_withdrawn_finding, "finding.measure.code", group="review"),
    notice(
        "finding.remind",
        drafters,
        _about_unclaimed_finding,
        "finding.measure.code",
        "overdue",
        group="deadlines",
    ),
)
