"""The settings page: what the portal is called, its logo, its time zone, who its letters come from, its texts."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.conf import settings as django_settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.queries.local_dates import time_zone
from alliance.queries.site import latest_mail_tests, load_site, read_site, sender_text
from alliance.queries.texts import current_texts, missing_languages
from alliance.services import site as services
from alliance.web.area import posted_data
from alliance.web.forms.languages import texts_in, texts_of
from alliance.web.forms.site import NamesForm, SenderForm
from portal.kernel.errors import Conflict
from portal.kernel.web import ActorRequest, permissions, refusals_on, requires

_NAME_FIELDS = ("name", "short_name", "headline", "banner")


@require_safe
def settings(request: ActorRequest) -> HttpResponse:
    """Overview of all settings, with links to change them for those who may."""
    names, texts = dict(django_settings.LANGUAGES), []
    for text in current_texts(request.actor):
        missing_names = ", ".join(str(names[code]) for code in missing_languages(text))
        texts.append((text, missing_names))
    context = {
        "zone": time_zone(),
        "current_time": timezone.now(),
        "sender": sender_text(),
        "reply_to": read_site().reply_to,
        "tests": latest_mail_tests(request.actor),
        "texts": texts,
        **permissions(request.actor, may_change="site.change", may_test="site.test_mail"),
    }
    return settings_page(request, "settings", context)


@requires("site.change")
def settings_names(request: ActorRequest) -> HttpResponse:
    """Form for the names, headline, banner and contact address of the site."""
    site = load_site()
    initial = {"contact": site.contact}
    for stem in _NAME_FIELDS:
        initial |= texts_in(site, stem)

    def save(data: Mapping[str, Any]) -> None:
        services.rename_site(
            request.actor,
            expected_version=data["expected_version"],
            names=texts_of(data, "name"),
            short_names=texts_of(data, "short_name"),
            headlines=texts_of(data, "headline"),
            banners=texts_of(data, "banner"),
            contact=data["contact"],
        )

    form = NamesForm(posted_data(request), initial={**initial, "expected_version": site.version})
    return _save_or_show(request, "settings_names", form, save, {})


@requires("site.change")
def settings_sender(request: ActorRequest) -> HttpResponse:
    """Form for the sender and reply address of e-mails."""
    site = load_site()

    def save(data: Mapping[str, Any]) -> None:
        services.set_sender(
            request.actor,
            expected_version=data["expected_version"],
            names=texts_of(data, "sender_name"),
            address=data["sender_address"],
            reply_to=data["reply_to"],
        )

    initial = {
        "sender_address": site.sender_address,
        "reply_to": site.reply_to,
        "expected_version": site.version,
    }
    form = SenderForm(posted_data(request), initial={**initial, **texts_in(site, "sender_name")})
    return _save_or_show(
        request, "settings_sender", form, save, {"of_the_file": django_settings.DEFAULT_FROM_EMAIL}
    )


def _save_or_show(
    request: ActorRequest,
    template: str,
    form: forms.Form,
    save: Callable[[Mapping[str, Any]], None],
    context: dict[str, Any],
) -> HttpResponse:
    """The page of the form, or back to the settings once it is saved; on a conflict, both versions."""
    status = 422 if form.is_bound else 200
    if form.is_valid():
        with refusals_on(form):
            try:
                save(form.cleaned_data)
            except Conflict as conflict:
                context["stored"], status = _conflicting_values(conflict.stored, form), 409
                raise
        if form.is_valid():
            messages.success(request, _("Saved. Pages show it within two seconds."))
            return redirect("secretariat:settings")
    if status == 409:
        rebase_form(form, load_site().version)
    return settings_page(request, template, {"form": form, **context}, status)


def _conflicting_values(site: Any, form: forms.Form) -> list[tuple[str, str]]:
    """What the other person saved, where it differs from the form."""
    return [
        (str(form.fields[name].label), getattr(site, name) or "")
        for name, value in form.cleaned_data.items()
        if name != "expected_version" and (getattr(site, name) or "") != value
    ]


def rebase_form(form: forms.Form, version: int) -> None:
    """The writer has the other one's words before them now: what they save next goes over those."""
    form.data = {**form.data.dict(), "expected_version": str(version)}  # type: ignore[attr-defined]  # what was posted


def settings_page(
    request: ActorRequest, name: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page of the settings; `set` is the site as it is set."""
    shared = {"nav": "secretariat:settings", "set": load_site()}
    return render(request, f"alliance/secretariat/{name}.html", {**shared, **context}, status=status)
