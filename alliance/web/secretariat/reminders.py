"""Reminding all members whose reports are missing: whom it reaches, then the act."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.enums import CycleState
from alliance.models import Cycle
from alliance.queries.reminders import ReminderRecipients, last_reminder, reminder_recipients
from alliance.services.obligations import remind_members
from alliance.web.confirm import Confirmation, confirm
from portal.kernel.web import ActorRequest, RefusedRedirect, get_visible_or_404


def cycle_remind(request: ActorRequest, slug: str) -> HttpResponse:
    """Confirmation page before reminders are sent: the recipients by name."""
    cycle: Cycle = get_visible_or_404(Cycle.objects, request.actor, rule="cycle.remind", slug=slug)
    recipients = reminder_recipients(request.actor, cycle)
    refusal = _refusal(cycle, recipients)
    if refusal:
        messages.info(request, refusal)
        return RefusedRedirect(reverse("secretariat:cycle", args=[slug]))
    return confirm(request, _page(cycle, recipients), lambda: remind_members(request.actor, cycle))


def _refusal(cycle: Cycle, recipients: list[ReminderRecipients]) -> str:
    """Why there is nothing to confirm; the service refuses the same."""
    if cycle.state != CycleState.OPEN:
        return _("Members can be reminded only while the cycle is open.")
    if not recipients:
        return _("No one to remind: all reports are submitted.")
    last = last_reminder(cycle)
    return (
        _("Members were already reminded today; one reminder a day is allowed.")
        if last and last.today
        else ""
    )


def _page(cycle: Cycle, recipients: list[ReminderRecipients]) -> Confirmation:
    url = reverse("secretariat:cycle", args=[cycle.slug])
    title = _("A reminder that the report for “%(cycle)s” has not been submitted goes to:")
    without_names = _("there is no editor or signatory yet, so no one is notified")
    return Confirmation(
        rule="cycle.remind",
        subject=cycle,
        heading=_("Remind all"),
        title=title % {"cycle": cycle.title},
        items=[
            *(
                f"{each.report.organisation.name}: {', '.join(each.names) or without_names}"
                for each in recipients
            ),
            _("each of them is notified in their own language"),
            _("this is the only reminder today; nothing becomes public"),
        ],
        label=_("Remind all"),
        cancel_url=url,
        message=_("Members reminded of their reports"),
        next_url=url,
        nav="secretariat:cycle-list",
        parent_title=cycle.title,
    )
