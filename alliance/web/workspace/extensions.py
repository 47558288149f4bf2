"""A member asks for more time for one report, and may change its mind."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from alliance.models import ExtensionRequest
from alliance.queries.extensions import asking_blocking_reason
from alliance.queries.local_dates import end_of_day
from alliance.services.extensions import ask_for_extension, withdraw_extension_request
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.reasons import ExtensionRequestForm
from alliance.web.workspace.reports import get_report
from portal.kernel.text import format_end
from portal.kernel.web import ActorRequest, get_visible_or_404, posts, redirect_refused


def extension_ask(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to ask the secretariat for a later deadline; where it is too late, the report's page says why."""
    report = get_report(request, pk, "report.ask_extension")
    url = reverse("workspace:report", args=[pk])
    # the reason of a post stays on its page: there the service refuses
    if request.method != "POST" and (why := asking_blocking_reason(report)):
        return redirect_refused(request, url, why)
    page = Confirmation(
        rule="report.ask_extension",
        subject=report,
        heading=_("Ask for more time"),
        title=capfirst(report.cycle.title),
        items=[
            _("the report is due on %(day)s, and stays so until the secretariat answers")
            % {"day": format_end(end_of_day(report.deadline))},
            _("your colleagues and the secretariat see the request and its reason; nothing becomes public"),
            _("the secretariat can grant this day or another one, or refuse; you are notified of its answer"),
        ],
        label=_("Send the request"),
        cancel_url=url,
        message=_("Your request has been sent to the secretariat."),
        next_url=f"{url}#deadline",
        nav="workspace:report-list",
        parent_title=report.cycle.title,
    )
    return confirm(
        request,
        page,
        lambda **values: ask_for_extension(request.actor, report, **values),
        ExtensionRequestForm,
    )


@posts()
def extension_withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Withdraw a request for more time that is not answered yet."""
    asked = get_visible_or_404(ExtensionRequest.objects, request.actor, pk=pk)
    withdraw_extension_request(request.actor, asked)
    messages.success(request, _("Your request is withdrawn."))
    return redirect("workspace:report", pk=asked.report_id)
