"""The day on which a charter comes into force: set it, and cancel it again."""

from datetime import date, datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.models import Charter
from alliance.queries.charter_problems import in_force_obstacle
from alliance.queries.supersession_outlook import supersession_outlook
from alliance.services.charter_plans import cancel_charter_plan, day_key, plan_charter
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.charters import CharterPlanForm
from alliance.web.objects import get_charter
from alliance.web.secretariat.charters import checked_of, in_force_consequences, members_view
from portal.kernel.text import format_date
from portal.kernel.web import ActorRequest

_NAV = "secretariat:charter-list"


def charter_plan(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """Confirmation page before the day is set: what a job will do on it, as it stands now."""
    charter = get_charter(request.actor, key, version)
    url = reverse("secretariat:charter", args=[key, version])
    outlook = supersession_outlook(charter)
    page = Confirmation(
        rule="charter.plan",
        subject=charter,
        heading=_("Put in force from a day"),
        title=_("“%(title)s”, version %(version)d, on that day:")
        % {"title": charter.title, "version": version},
        items=[
            *in_force_consequences(charter, outlook),
            _("until then the draft cannot be changed; the day can be cancelled"),
            *_replaced_day(charter),
        ],
        label=_("Set the day"),
        cancel_url=url,
        message=_("Day set"),
        next_url=url,
        nav=_NAV,
        parent_title=charter.title,
        refusal=in_force_obstacle(charter) if outlook else "",
    )

    def act(*, planned_on: date, checked_at: datetime | None, seen: str | None) -> None:
        plan_charter(request.actor, charter, planned_on, checked_at=checked_at, seen=seen)

    initial = {**checked_of(charter), "seen": day_key(charter.planned_on)}
    return confirm(request, page, act, CharterPlanForm, initial, view=members_view(request, outlook))


def _replaced_day(charter: Charter) -> list[str]:
    """That another day takes the place of the one that is set; nothing where none is."""
    if charter.planned_on is None:
        return []
    return [_("the day replaces %(day)s, which is set now") % {"day": format_date(charter.planned_on)}]


def charter_plan_cancel(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """Confirmation page before the day is cancelled."""
    charter = get_charter(request.actor, key, version)
    url = reverse("secretariat:charter", args=[key, version])
    day = format_date(charter.planned_on) if charter.planned_on else ""
    page = Confirmation(
        rule="charter.cancel_plan",
        subject=charter,
        heading=_("Cancel the day"),
        title=_("What will happen"),
        items=[
            _("this version does not come into force on %(day)s") % {"day": day},
            _("it stays a draft that can be changed, and the version in force stays in force"),
        ],
        label=_("Cancel the day"),
        cancel_url=url,
        message=_("Day cancelled"),
        next_url=url,
        nav=_NAV,
        parent_title=charter.title,
        refusal="" if charter.planned_on else _("No day is set on which this draft comes into force."),
    )
    return confirm(request, page, lambda: cancel_charter_plan(request.actor, charter))
