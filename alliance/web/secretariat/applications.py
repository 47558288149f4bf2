"""The secretariat's pages of applications for membership: the list, one of them, ask back, admit, decline, take up."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import REPORTING_KINDS
from alliance.models import MembershipApplication
from alliance.queries.applications import (
    VIEWS,
    application_counts,
    applications,
    entries_of,
    namesakes,
    other_applications,
    shown_application,
)
from alliance.services import applications as services
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.applications import AdmitForm, ApplicationQuestionForm, DeclineForm
from alliance.web.forms.languages import texts_of
from alliance.web.forms.renewable import SeenForm
from alliance.workflows import APPLICATION
from portal.kernel.access import Actor
from portal.kernel.text import reader_language
from portal.kernel.web import ActorRequest, get_visible_or_404, paginate, requires

_NAV = "secretariat:member-list"


@require_safe
@requires("application.read")
def application_list(request: ActorRequest) -> HttpResponse:
    """List of applications: those that wait, the longest first; `?show=` lists the others."""
    view = request.GET.get("show", "waiting")
    view = view if view in VIEWS else "waiting"
    counts = application_counts(request.actor)
    labels = {
        "waiting": _("Waiting"),
        "declined": _("Declined or withdrawn"),
        "admitted": _("Admitted"),
        "unconfirmed": _("Not confirmed"),
    }
    context = {
        "page": paginate(applications(request.actor, view), request),
        "view": view,
        "views": [(name, label, counts[name]) for name, label in labels.items()],
        "nav": _NAV,
    }
    return render(request, "alliance/secretariat/application_list.html", context)


def _application(request: ActorRequest, pk: int, rule: str = "") -> MembershipApplication:
    application: MembershipApplication = get_visible_or_404(
        MembershipApplication.objects, request.actor, rule=rule, pk=pk
    )
    return application


@require_safe
@requires("application.read")
def application(request: ActorRequest, pk: int) -> HttpResponse:
    """One application: what it says, what was asked and answered, whether the name is known, the possible steps."""
    row = _application(request, pk)
    steps = [
        (each.step, reverse("secretariat:application-step", args=[pk, each.step.action]))
        for each in APPLICATION.available(request.actor, row)
        if each.step.action in _PAGES
    ]
    context = {
        "application": row,
        "entries": entries_of(request.actor, row),
        "namesakes": namesakes(request.actor, row),
        "others": other_applications(request.actor, row),
        "steps": steps,
        "nav": _NAV,
    }
    return render(request, "alliance/secretariat/application.html", context)


def application_step(request: ActorRequest, pk: int, action: str) -> HttpResponse:
    """Confirmation page before a step of an application: what happens, what the applicant is sent, and the form."""
    if action not in _PAGES:
        raise Http404
    row = _application(request, pk, APPLICATION.rule(action))
    form_class, act = _PAGES[action]
    page = _confirmation(request.actor, row, action)
    return confirm(
        request,
        page,
        lambda **values: act(request.actor, row, values),
        form_class,
        _initial(row, action) | {"seen": shown_application(request.actor, row)},
    )


def _ask(actor: Actor, row: MembershipApplication, values: dict[str, Any]) -> object:
    return services.ask_applicant(actor, row, values["text"], values["language"], seen=values["seen"])


def _admit(actor: Actor, row: MembershipApplication, values: dict[str, Any]) -> object:
    return services.admit_application(
        actor,
        row,
        names=texts_of(values, "name"),
        slug=values["slug"],
        sectors=texts_of(values, "sector"),
        seen=values["seen"],
    )


def _decline(actor: Actor, row: MembershipApplication, values: dict[str, Any]) -> object:
    return services.decline_application(actor, row, values["reason"], seen=values["seen"])


def _reopen(actor: Actor, row: MembershipApplication, values: dict[str, Any]) -> object:
    return services.reopen_application(actor, row, seen=values["seen"])


_Act = Callable[[Actor, MembershipApplication, dict[str, Any]], object]
_PAGES: dict[str, tuple[type[forms.Form], _Act]] = {
    "ask": (ApplicationQuestionForm, _ask),
    "admit": (AdmitForm, _admit),
    "decline": (DeclineForm, _decline),
    "reopen": (SeenForm, _reopen),
}


def _initial(row: MembershipApplication, action: str) -> dict[str, object]:
    """What a page begins with: the applicant's language for a question; the names for an admitted organisation."""
    if action == "ask":
        return {"language": row.language}
    if action != "admit":
        return {}
    names = {f"name_{language}": row.name for language in ("en", "ru")}
    return {**names, f"sector_{row.language}": row.sector, "slug": slugify(row.name)[:60]}


def _invitation(row: MembershipApplication) -> str:
    sentence = (
        _("%(person)s is invited as its first signatory and administrator, at %(email)s.")
        if row.kind in REPORTING_KINDS
        else _("%(person)s is invited as its first administrator, at %(email)s.")
    )
    return sentence % {"person": row.applicant_name, "email": row.email}


def _applicant_language(row: MembershipApplication) -> list[str]:
    """Where it is not the reader's: the words go out in a letter that is in this language."""
    if row.language == reader_language():
        return []
    language = dict(settings.LANGUAGES)[row.language]
    return [
        _("The applicant reads the portal in this language: %(language)s. Write in it.")
        % {"language": language}
    ]


def _confirmation(actor: Actor, row: MembershipApplication, action: str) -> Confirmation:
    url, name = reverse("secretariat:application", args=[row.pk]), row.name
    words = {
        "ask": (
            [_("The question is sent to %(email)s, with a link to answer.") % {"email": row.email},
             *_applicant_language(row),
             _("The application waits for the applicant until the answer is here.")],
            _("The question was sent."),
        ),
        "admit": (
            [_("%(name)s takes part from today; this is published in the public record.") % {"name": name},
             _invitation(row),
             _("Its services are added by its people, with the day from which each is theirs.")],
            _("%(name)s is admitted; the invitation was sent.") % {"name": name},
        ),
        "decline": (
            [_("The reason is sent to %(email)s. Nothing is published.") % {"email": row.email},
             *_applicant_language(row),
             _("It can be taken up again for a year, then it is deleted.")],
            _("The application is declined; the applicant was sent the reason."),
        ),
        "reopen": (
            [_("The applicant is notified that the secretariat deals with it again.")],
            _("The application waits for a decision again."),
        ),
    }  # fmt: skip
    items, message = words[action]
    label = str(APPLICATION.steps[action].label)
    return Confirmation(
        rule=f"application.{action}",
        subject=row,
        heading=f"{label}: {name}",
        title=_("What will happen"),
        items=items,
        label=label,
        cancel_url=url,
        message=message,
        next_url=url,
        nav=_NAV,
        kind="danger" if action == "decline" else "primary",
        parent_title=name,
        refusal=APPLICATION.refusal(actor, row, action),
    )
