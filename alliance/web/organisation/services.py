"""Pages about the services of an organisation, in both areas: renamed, ended, and what was a mistake put right."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from alliance.models import Organisation, Ownership
from alliance.queries.local_dates import today
from alliance.queries.service_changes import (
    announced_refusal,
    end_consequences,
    ended_refusal,
    first_day_of_name,
    ownership_of,
    remove_refusal,
    resume_consequences,
    resume_refusal,
    start_consequences,
    start_refusal,
)
from alliance.services.service_changes import (
    change_service,
    correct_service_start,
    end_service,
    remove_service,
    resume_service,
    service_values,
)
from alliance.web.area import area_of, posted_data
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.languages import texts_in, texts_of
from alliance.web.forms.reasons import EmptyForm
from alliance.web.forms.services import ServiceChangeForm, ServiceEndForm, ServiceStartForm
from alliance.web.organisation.people import area_page, back_to_people, organisation_of
from portal.kernel.text import format_date
from portal.kernel.web import ActorRequest


def _ownership(request: ActorRequest, pk: int | None, service: int, rule: str) -> Ownership:
    """The organisation's own service, of the organisation that the address names or else one's own."""
    organisation = organisation_of(request, pk, rule)
    ownership = ownership_of(organisation, service)
    if ownership is None:
        raise Http404
    return ownership


def service_change(request: ActorRequest, service: int, pk: int | None = None) -> HttpResponse:
    """Form to give a service another name from a day on, another kind, or another published number of users."""
    ownership = _ownership(request, pk, service, "service.change")
    if request.method != "POST" and (refusal := ended_refusal(ownership)):
        messages.error(request, refusal)
        return redirect(area_of(request.actor).people_url(ownership.organisation))
    initial = {
        **texts_in(ownership.service, "name"),
        **texts_in(ownership.service, "sort"),
        "monthly_users": ownership.service.monthly_users,
        "on": max(today(), ownership.starts_on),
    }
    since = first_day_of_name(ownership.service)
    name_since = since if since >= ownership.starts_on else None
    form = ServiceChangeForm(
        posted_data(request),
        initial=initial,
        name_since=name_since,
        record_values=service_values(ownership.service),
    )
    if form.is_valid():
        with form.refusals():
            change_service(
                request.actor,
                ownership.organisation,
                ownership.service,
                names=texts_of(form.cleaned_data, "name"),
                sorts=texts_of(form.cleaned_data, "sort"),
                on=form.cleaned_data["on"],
                monthly_users=form.cleaned_data["monthly_users"],
                seen=form.cleaned_data["seen"],
            )
        if form.is_valid():
            return back_to_people(request, ownership.organisation, _("Saved"))
    return area_page(request, "service_change", ownership.organisation, form=form, service=ownership.service)


def service_start(request: ActorRequest, service: int, pk: int | None = None) -> HttpResponse:
    """Form and page of consequences before the first day of a service is put right."""
    ownership = _ownership(request, pk, service, "service.correct_start")
    day = format_date(ownership.starts_on)
    items = [
        *start_consequences(request.actor, ownership),
        _("The public page shows the new day at once, in place of %(day)s.") % {"day": day},
        _("The journal keeps both days and the reason. The secretariat is notified."),
    ]
    page = _page(
        request,
        ownership,
        rule="service.correct_start",
        heading=_("Put the first day of %(service)s right") % {"service": ownership.service.name},
        items=items,
        label=_("Put the first day right"),
        message=_("The first day of the service is put right."),
        refusal=start_refusal(ownership),
    )

    def act(on: date, reason: str, seen: str | None) -> object:
        return correct_service_start(
            request.actor, ownership.organisation, ownership.service, on=on, reason=reason, seen=seen
        )

    initial: dict[str, object] = {"on": ownership.starts_on, "seen": ownership.starts_on.isoformat()}
    return confirm(request, page, act, ServiceStartForm, initial)


def service_end(request: ActorRequest, service: int, pk: int | None = None) -> HttpResponse:
    """Form and page of consequences before a service ends: what becomes of its figures, series and pledges."""
    ownership = _ownership(request, pk, service, "service.end")
    items = [
        *end_consequences(request.actor, ownership),
        _("The public page shows the last day and your reason. The secretariat is notified."),
        _("It can be taken back."),
    ]
    page = _page(
        request,
        ownership,
        rule="service.end",
        heading=_("End %(service)s") % {"service": ownership.service.name},
        items=items,
        label=_("End the service"),
        message=_("The last day of the service is recorded."),
        refusal=ended_refusal(ownership) or announced_refusal(ownership),
    )

    def act(on: date, reason: str) -> object:
        return end_service(request.actor, ownership.organisation, ownership.service, on=on, reason=reason)

    return confirm(request, page, act, ServiceEndForm)


def service_resume(request: ActorRequest, service: int, pk: int | None = None) -> HttpResponse:
    """Page of consequences before the end of a service is taken back; it says why where that is not possible."""
    ownership = _ownership(request, pk, service, "service.resume")
    refusal = resume_refusal(ownership)
    page = _page(
        request,
        ownership,
        rule="service.resume",
        heading=_("Take back the end of %(service)s") % {"service": ownership.service.name},
        items=[] if refusal else [*resume_consequences(ownership), _("The secretariat is notified.")],
        label=_("Take back"),
        message=_("The end of the service is taken back."),
        refusal=refusal,
    )
    return confirm(
        request,
        page,
        lambda: resume_service(request.actor, ownership.organisation, ownership.service),
        EmptyForm,
    )


def service_remove(request: ActorRequest, service: int, pk: int | None = None) -> HttpResponse:
    """Page of consequences before the addition of a service is taken back; it says why where that is not possible."""
    ownership = _ownership(request, pk, service, "service.remove")
    page = _page(
        request,
        ownership,
        rule="service.remove",
        heading=_("Take back the addition of %(service)s") % {"service": ownership.service.name},
        items=[
            _("The service disappears from your list, from the public page and from running reports."),
            _("Its address becomes free again."),
            _("The journal keeps that it was added and taken back. The secretariat is notified."),
        ],
        label=_("Take back"),
        message=_("The addition of the service is taken back."),
        refusal=remove_refusal(request.actor, ownership),
    )
    return confirm(
        request,
        page,
        lambda: remove_service(request.actor, ownership.organisation, ownership.service),
        EmptyForm,
    )


def _page(
    request: ActorRequest,
    ownership: Ownership,
    *,
    rule: str,
    heading: str,
    items: list[str],
    label: str,
    message: str,
    refusal: str,
) -> Confirmation:
    """A page before an act on a service; it leads back to the people and services of its owner."""
    organisation: Organisation = ownership.organisation
    url = area_of(request.actor).people_url(organisation)
    return Confirmation(
        rule=rule,
        subject=organisation,
        heading=heading,
        title=_("What will happen"),
        items=items,
        label=label,
        cancel_url=url,
        message=message,
        next_url=url,
        nav=f"{area_of(request.actor).namespace}:{'member-list' if request.actor.is_host else 'people'}",
        parent_title=organisation.name if request.actor.is_host else _("People"),
        refusal=refusal,
    )
