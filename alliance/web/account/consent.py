"""The page between signing in and work: the current consent, for people who have not agreed to it yet."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from alliance.enums import TextKind
from alliance.queries.texts import agreement_of, current_text, displayed_language, text_for_reader
from alliance.services.texts import agree_to_consent
from alliance.web.account.session import is_own_path
from alliance.web.area import posted_data
from alliance.web.forms.site import ConsentForm
from alliance.web.middleware import MUST_CONSENT_KEY
from portal.kernel.web import ActorRequest, refusals_on


@never_cache
@login_required
def consent(request: ActorRequest) -> HttpResponse:
    """Form to read and accept the current consent text; a person who has accepted sees when."""
    text = current_text(TextKind.CONSENT)
    form = ConsentForm(posted_data(request), initial={"expected_version": text.revision})
    if form.is_valid():
        with refusals_on(form):
            agree_to_consent(request.actor, expected_revision=form.cleaned_data["expected_version"])
        if form.is_valid():
            request.session.pop(MUST_CONSENT_KEY, None)
            return redirect(_next(request))
    context = {
        "form": form,
        "body": text_for_reader(text),
        "language": displayed_language(text),
        "text": text,
        "agreement": agreement_of(request.actor, text) if text.pk else None,
        "must_agree": MUST_CONSENT_KEY in request.session,
        "next": _next(request),
    }
    return render(request, "account/consent.html", context, status=422 if form.is_bound else 200)


def _next(request: ActorRequest) -> str:
    """The page to go on to; only of this site."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if is_own_path(request, target) else "/session/start/"
