"""Following a part of the public record by e-mail: the form, and the pages behind the links in letters."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from alliance.models import Subscriber, Subscription
from alliance.queries.public.followed import RECORD, WHOLE, FollowedSubject, find_subject, successor_of
from alliance.queries.subscriptions import followed_rows
from alliance.services import subscriptions as services
from alliance.services.subscription_links import (
    confirmed_subscriptions,
    subscriber_of_link,
    subscriber_token_of,
    subscription_of_link,
)
from alliance.web.area import posted_data
from alliance.web.forms.following import FollowForm, LettersForm
from alliance.web.forms.reasons import EmptyForm
from alliance.web.limits import (
    FOLLOWS_IN_ALL,
    FOLLOWS_PER_ADDRESS,
    FOLLOWS_PER_EMAIL,
    spend_per_address,
)
from alliance.web.public.link_pages import is_done, opened_by_link
from alliance.web.public.responses import public_page
from portal.kernel.limits import spend
from portal.kernel.web import Parameter, open_text, parameters, refusals_on, refuse_unlisted_fields

_METHODS = ["GET", "HEAD", "POST"]


# The form carries no token of a session, for its visitor has none; a forged post could do no more than the form itself.
@never_cache
@csrf_exempt
@require_http_methods(_METHODS)
@parameters(Parameter("kind"), open_text("key", 300))
def follow(request: HttpRequest) -> HttpResponse:
    """Form to follow a part of the record by e-mail, by default all of it; one answer whether the address is known."""
    subject = _subject(request.GET.get("kind", ""), request.GET.get("key", ""))
    form = FollowForm(posted_data(request))
    if not form.is_valid():
        return _form_page(request, form, subject)
    if form.is_spam:
        return redirect("public:follow-sent")
    spend_per_address(request, FOLLOWS_PER_ADDRESS)
    spend("everybody", FOLLOWS_IN_ALL)
    spend(form.cleaned_data["email"].lower(), FOLLOWS_PER_EMAIL)
    with refusals_on(form):
        services.ask_to_follow(form.asking(subject.kind, subject.key))
    return redirect("public:follow-sent") if form.is_valid() else _form_page(request, form, subject)


def _subject(kind: str, key: str) -> FollowedSubject:
    """What the address names. Raises Http404 for what there is not."""
    subject = find_subject(kind or RECORD, key or WHOLE)
    if subject is None:
        raise Http404
    return subject


def _form_page(request: HttpRequest, form: FollowForm, subject: FollowedSubject) -> HttpResponse:
    successor = successor_of(subject)
    context = {
        "form": form,
        "subject": successor or subject,
        "before": subject if successor else None,
    }
    response = public_page(request, "follow", context)
    response.status_code = 422 if request.method == "POST" else 200
    return response


@require_safe
def follow_sent(request: HttpRequest) -> HttpResponse:
    """Answer to the form: look into the mailbox."""
    return public_page(request, "follow_sent")


@require_safe
def follow_outdated(request: HttpRequest) -> HttpResponse:
    """Where a link that is not valid leads, whatever it was."""
    return public_page(request, "follow_outdated")


@require_safe
def follow_ended(request: HttpRequest) -> HttpResponse:
    """Answer after somebody has ended all that they followed."""
    return public_page(request, "follow_ended")


def _outdated() -> HttpResponse:
    return redirect("public:follow-outdated")


@opened_by_link(subscription_of_link, _outdated)
def follow_confirm(request: HttpRequest, token: str, subscription: Subscription) -> HttpResponse:
    """Behind the link in the first letter: a button that confirms; then on to all that the address follows."""
    form = EmptyForm(posted_data(request))
    if subscription.confirmed_at is not None or is_done(form, services.confirm_subscription, token):
        return _to_all(subscription.subscriber)
    subject = find_subject(subscription.kind, subscription.key)
    language_name = dict(settings.LANGUAGES)[subscription.language]
    context = {
        "subscription": subscription,
        "subject": subject,
        "language_name": language_name,
        "form": form,
    }
    response = public_page(request, "follow_confirm", context)
    response.status_code = 422 if form.is_bound else 200
    return response


def _to_all(subscriber: Subscriber) -> HttpResponse:
    token = subscriber_token_of(subscriber)
    return redirect("public:follow-link", token) if token else _outdated()


@opened_by_link(subscriber_of_link, _outdated)
def follow_link(request: HttpRequest, token: str, subscriber: Subscriber) -> HttpResponse:
    """All that an address follows: end each of it, or choose another language or pace."""
    chosen = {"language": subscriber.language, "pace": subscriber.pace}
    form = LettersForm(posted_data(request), initial=chosen)
    if form.is_valid() and is_done(form, services.change_letters, token, **form.cleaned_data):
        return redirect("public:follow-link", token)
    rows = followed_rows(confirmed_subscriptions(subscriber))
    context = {"followed": rows, "token": token, "form": form}
    response = public_page(request, "follow_link", context)
    response.status_code = 422 if form.is_bound else 200
    return response


@never_cache
@csrf_exempt
@require_http_methods(_METHODS)
def follow_end(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """Takes the button that ends one subscription; a GET leads to all of them."""
    if request.method == "POST":
        refuse_unlisted_fields(request.POST, ())
        services.end_subscription(token, pk)
        if subscriber_of_link(token) is None:
            return redirect("public:follow-ended")
    return redirect("public:follow-link", token)


@never_cache
@csrf_exempt
@require_http_methods(_METHODS)
def follow_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Button that ends all letters to an address; a mail program presses it by itself (RFC 8058).

    The same answer for a link that is not valid, so that twice does no harm and nobody learns of an address.
    """
    if request.method == "POST":
        # List-Unsubscribe is what a mail program posts by itself
        refuse_unlisted_fields(request.POST, ("List-Unsubscribe",))
        services.end_all_subscriptions(token)
        return public_page(request, "follow_ended")
    return public_page(request, "follow_stop", {"token": token})
