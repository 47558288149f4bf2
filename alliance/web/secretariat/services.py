"""Pages before a service changes hands, and before that is taken back."""

from datetime import date
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.models import Organisation, Ownership, Service
from alliance.queries.service_owners import owners_of, possible_owners, take_back_refusal
from alliance.services.ownership import take_back_transfer, transfer_service
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.renewable import SeenForm
from alliance.web.forms.services import TransferForm
from portal.kernel.text import format_date
from portal.kernel.web import ActorRequest, get_visible_or_404

_NAV = "secretariat:member-list"


def _service(request: ActorRequest, pk: int) -> tuple[Service, list[Ownership], str]:
    """The service, its owners, and the page of the latest."""
    service: Service = get_visible_or_404(Service.objects, request.actor, rule="service.transfer", pk=pk)
    owners = owners_of(service)
    return service, owners, reverse("secretariat:member", args=[owners[-1].organisation_id])


def service_transfer(request: ActorRequest, pk: int) -> HttpResponse:
    """Form and page of consequences before another member runs the service from a day on."""
    service, owners, url = _service(request, pk)
    owner = owners[-1].organisation
    page = Confirmation(
        rule="service.transfer",
        subject=service,
        heading=_("Hand %(service)s to another member") % {"service": service.name},
        title=_("What will happen"),
        items=[
            _("The service leaves %(name)s on the day before.") % {"name": owner.name},
            _("Figures stay with who reported them; nothing that was published changes."),
            _("Each report asks for the services of its period: in that of the change both members report."),
            _(
                "A report for that period which is submitted already stays as it is: the one of %(name)s with the "
                "service as long as it says, the one of the new owner without it. Have it recalled or return it first "
                "where its figures would be counted twice or not at all."
            )
            % {"name": owner.name},
            _("Pledges of %(name)s that name the service stay until it revises them.") % {"name": owner.name},
            _(
                "What %(name)s has recorded of practices that it uses on the service stays its own; the new owner "
                "records its own use."
            )
            % {"name": owner.name},
            _("Both members are notified. The public pages of both show the day."),
            _(
                "It can be taken back until the new owner has submitted a report for a period since. Where it "
                "already has, you are asked once more before anything is recorded."
            ),
        ],
        label=_("Hand over"),
        cancel_url=url,
        message=_("The service has changed hands."),
        next_url=url,
        nav=_NAV,
        parent_title=owner.name,
    )
    form_class: Any = partial(TransferForm, members=possible_owners(request.actor, service))

    def act(organisation: Organisation, on: date, *, final: bool, seen: str | None) -> object:
        return transfer_service(request.actor, service, organisation, on=on, final=final, seen=seen)

    return confirm(request, page, act, form_class, {"seen": str(owners[-1].pk)})


def service_take_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Page of consequences before a change of hands is taken back; it says why where that is not possible."""
    service, owners, url = _service(request, pk)
    present, earlier = owners[-1], owners[-2] if len(owners) > 1 else None
    owner = present.organisation
    facts = {"name": owner.name, "day": format_date(present.starts_on)}
    page = Confirmation(
        rule="service.transfer",
        subject=service,
        heading=_("Take back the change of hands of %(service)s") % {"service": service.name},
        title=_("What will happen"),
        items=[
            _("%(name)s is no longer its owner, nor was it since %(day)s.") % facts,
            _("%(name)s has it as if nothing had happened.")
            % {"name": earlier.organisation.name if earlier else ""},
            _("Both members are notified."),
        ],
        label=_("Take back"),
        cancel_url=url,
        message=_("The change of hands is taken back."),
        next_url=url,
        nav=_NAV,
        parent_title=owner.name,
        refusal=take_back_refusal(present, earlier),
    )

    def act(*, seen: str | None) -> object:
        return take_back_transfer(request.actor, service, seen=seen)

    return confirm(request, page, act, SeenForm, {"seen": str(present.pk)})
