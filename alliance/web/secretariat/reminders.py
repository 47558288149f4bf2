"""Reminding members whose reports are missing: whom it reaches, who is left out and why, then the act."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import CycleState
from alliance.models import Cycle
from alliance.queries.reminders import ReminderRecipients, nobody_to_remind_reason, reminder_recipients
from alliance.services.obligations import remind_members
from alliance.web.confirm import Confirmation, PageView, confirm
from alliance.web.forms.cycle_desk import RemindForm
from alliance.web.secretariat.cycle_selection import chosen_ids, joined
from alliance.web.secretariat.row_limits import most_rows
from portal.kernel.web import ActorRequest, get_visible_or_404, redirect_refused


def cycle_remind(request: ActorRequest, slug: str) -> HttpResponse:
    """Confirmation page before reminders are sent, to those chosen or to all: the recipients, and who is left out."""
    cycle: Cycle = get_visible_or_404(Cycle.objects, request.actor, rule="cycle.remind", slug=slug)
    ids = chosen_ids(request, cycle)
    recipients = reminder_recipients(request.actor, cycle, ids)
    # the own words of a post stay on its page: there the service refuses
    if request.method != "POST" and (refusal := _refusal(cycle, recipients)):
        return redirect_refused(request, reverse("secretariat:cycle", args=[slug]), refusal)

    def act(reports: list[int] | None, text: str) -> None:
        reminded = len(remind_members(request.actor, cycle, reports, text))
        message = ngettext("Reminded: %(n)d member", "Reminded: %(n)d members", reminded)
        messages.success(request, message % {"n": reminded})

    view = PageView(
        "alliance/secretariat/cycle_remind.html", lambda: {"cycle": cycle, **_groups(request, recipients)}
    )
    # where all are reminded, whoever can be reminded when it is done
    initial: dict[str, object] = {"reports": joined(ids) if ids else ""}
    return confirm(request, _page(cycle, recipients), act, RemindForm, initial, view)


def _refusal(cycle: Cycle, recipients: list[ReminderRecipients]) -> str:
    """Why there is nothing to confirm; the service refuses the same."""
    if cycle.state != CycleState.OPEN:
        return _("Members can be reminded only while the cycle is open.")
    return nobody_to_remind_reason(recipients) if all(each.left_out for each in recipients) else ""


def _groups(request: ActorRequest, recipients: list[ReminderRecipients]) -> dict[str, object]:
    """Those whom it reaches, and those who are left out: how many, and so many of them as the page lists."""
    most = most_rows(request, parts=2)
    reached = [each for each in recipients if not each.left_out]
    left_out = [each for each in recipients if each.left_out]
    return {
        "reached": reached[:most],
        "reached_count": len(reached),
        "left_out": left_out[:most],
        "left_out_count": len(left_out),
    }


def _page(cycle: Cycle, recipients: list[ReminderRecipients]) -> Confirmation:
    url = reverse("secretariat:cycle", args=[cycle.slug])
    reached = [each for each in recipients if not each.left_out]
    title = _("A reminder that the report for “%(cycle)s” has not been submitted:")
    counts = {"n": len(reached), "all": len(recipients)}
    label = ngettext("Remind %(n)d member", "Remind %(n)d members", len(reached)) % counts
    if len(reached) < len(recipients):
        label = _("Remind %(n)d of %(all)d") % counts
    return Confirmation(
        rule="cycle.remind",
        subject=cycle,
        heading=_("Remind members"),
        title=title % {"cycle": cycle.title},
        items=[
            ngettext("it goes to %(n)d member", "it goes to %(n)d members", len(reached)) % counts,
            _("each of them is notified in their own language"),
            _("no member is reminded twice a day; nothing becomes public"),
        ],
        label=label,
        cancel_url=url,
        message="",  # the act says how many it reached: a colleague may have reminded some meanwhile
        next_url=url,
        nav="secretariat:cycle-list",
        parent_title=cycle.title,
    )
