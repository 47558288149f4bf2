"""One's own data: the archive, and erasure."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliance.models import Person
from alliance.queries.actors import actor_without_organisation
from alliance.queries.personal_archives import latest_personal_data
from alliance.services.erasure import check_erasure, erase_person
from alliance.services.personal_data import request_personal_data
from alliance.web.area import posted_data
from alliance.web.downloads import document_attachment
from alliance.web.step_up import reauthenticate
from portal.kernel.documents import Document, DocumentState, record_download
from portal.kernel.errors import DomainError
from portal.kernel.web import ActorRequest, StrictForm, lists_fields, refusals_on


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@lists_fields()
def personal_data(request: ActorRequest) -> HttpResponse:
    """Page of one's personal data archive, and its progress; requesting and downloading require reauthentication."""
    if request.method == "POST":
        if (again := reauthenticate(request)) is not None:
            return again
        request_personal_data(_person(request))
        return redirect("personal-data")
    return render(request, "account/personal_data.html", _context(request))


@never_cache
@login_required
@require_safe
def personal_data_progress(request: ActorRequest) -> HttpResponse:
    """Progress of one's personal data archive, as a fragment for HTMX."""
    return render(request, "account/_personal_data.html", _context(request))


@never_cache
@login_required
@require_safe
def personal_data_file(request: ActorRequest) -> HttpResponseBase:
    """Download of one's finished personal data archive, after reauthentication; every download is journalled."""
    if (again := reauthenticate(request)) is not None:
        return again
    document = latest_personal_data(_person(request).pk)
    if document is None or document.state != DocumentState.READY:
        raise Http404
    record_download(actor_without_organisation(_person(request)), document)
    return document_attachment(document)


class EraseForm(StrictForm):
    """The password once more: a window that somebody has left open erases nobody.

    Whoever has none has reauthenticated before, at their identity provider or with a passkey.
    """

    password = forms.CharField(
        label=gettext_lazy("Current password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *arguments: Any, person: Person, **others: Any) -> None:
        super().__init__(*arguments, **others)
        self._person = person
        if not person.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> str:
        """Wrong ones are counted as they are where a password is asked for again."""
        password: str = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self._person, password):
            raise forms.ValidationError(_("Wrong password. Enter it again."))
        return password


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def personal_data_erase(request: ActorRequest) -> HttpResponse:
    """Form to erase one's own data: what is erased and what stays; then the person is signed out."""
    person = _person(request)
    if not person.has_usable_password() and (again := reauthenticate(request)) is not None:
        return again
    form = EraseForm(posted_data(request), person=person)
    if form.is_valid():
        with refusals_on(form):
            erase_person(actor_without_organisation(person), person)
        if form.is_valid():
            logout(request)
            return redirect("personal-data-erased")
    context = {"form": form, "blocked": erasure_blocking_reason(person)}
    status = 422 if form.is_bound else 200
    return render(request, "account/personal_data_erase.html", context, status=status)


@require_safe
def personal_data_erased(request: HttpRequest) -> HttpResponse:
    """Page shown after one's data has been erased; open to everybody, as the account no longer exists."""
    return render(request, "account/personal_data_erased.html")


def erasure_blocking_reason(person: Person) -> str:
    """Why the person cannot be erased yet; empty when they can."""
    try:
        check_erasure(person)
    except DomainError as refusal:
        return str(refusal)
    return ""


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)  # the views are for people who are signed in
    return request.user


def _context(request: HttpRequest) -> dict[str, object]:
    document: Document | None = latest_personal_data(_person(request).pk)
    state = ""
    if document is not None:
        state = "running" if document.state == DocumentState.BUILDING else document.state
    return {"document": document, "state": state}
