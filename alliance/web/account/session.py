"""What belongs to a session: the account menu on cached pages, where it starts, for whom it acts, its language."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliance.queries.public.record import publication
from alliance.services.people import choose_language
from alliance.services.withdrawals import can_ask_for_withdrawal
from alliance.web.account.pending_posts import read_pending_post
from alliance.web.acting_for import LANGUAGE_KEY, act_for, may_change_account
from alliance.web.step_up import confirmation_facts
from portal.kernel.idempotency import seconds_since_taken
from portal.kernel.web import (
    ActorRequest,
    fetching_language,
    fetching_path,
    page_of_pending_post,
    posts,
    referring_path,
)

YEAR = 365 * 24 * 60 * 60
MOST_ASKED = 100


@never_cache
@require_safe
def session_account_menu(request: ActorRequest) -> HttpResponse:
    """Who is signed in, as a fragment for public pages, in the language of the page that asks.

    On the page of a publication, for those of the secretariat who may, the way to withdraw it.
    """
    with translation.override(fetching_language(request)):
        context = {"home": home_of(request), "withdraw_url": _withdraw_url(request)}
        return render(request, "alliance/session/account_menu.html", context)


def _withdraw_url(request: ActorRequest) -> str:
    """Where the publication whose page asks is withdrawn; empty on other pages, and where it cannot be, or by them."""
    if not request.actor.is_host:
        return ""
    try:
        match = resolve(fetching_path(request))
    except Resolver404:
        return ""
    published = publication(match.kwargs["number"]) if match.view_name == "public:publication" else None
    if published is None or not can_ask_for_withdrawal(request.actor, published):
        return ""
    return reverse("secretariat:publication-withdraw", args=[published.number])


@never_cache
@require_safe
def session_token(request: ActorRequest) -> HttpResponse:
    """Who is signed in, if anybody, the token of their forms, and whether they are to confirm who they are.

    For a page that was opened before.
    """
    facts = {"person": request.user.pk, "token": get_token(request)}
    return JsonResponse(facts | confirmation_facts(request))


@never_cache
@login_required
@require_safe
def session_taken(request: ActorRequest) -> HttpResponse:
    """Which forms, by their keys, the portal has taken from this person, and how many seconds ago.

    For a page that was opened after a form whose answer was lost, or an error: what it keeps of it may go.
    """
    actor = getattr(request, "person_actor", request.actor)
    taken = seconds_since_taken(actor, request.GET.getlist("once")[:MOST_ASKED])
    return JsonResponse({"taken": taken})


@never_cache
@login_required
@require_safe
def pending_post(request: ActorRequest, token: str) -> HttpResponse:
    """What a form sent while its sender was signed out, with a button to send it again; for the same person alone."""
    post = read_pending_post(request, token)
    if post is None:
        return redirect("session-start")
    return page_of_pending_post(
        request, "account/post_pending.html", action=post.action, pairs=post.pairs, has_files=post.has_files
    )


def home_of(request: ActorRequest) -> str:
    """The name of the page where this actor's work begins; empty without access."""
    if not request.actor.is_person:
        return ""
    return "secretariat:home" if request.actor.is_host else "workspace:home"


@never_cache
@login_required
@require_safe
def session_start(request: ActorRequest) -> HttpResponse:
    """Redirect to one's work area after signing in; without one, explain why."""
    home = home_of(request)
    if home:
        return redirect(home)
    context = {"without_rights": request.person_memberships.without_rights}  # type: ignore[attr-defined]  # set by the middleware
    return render(request, "alliance/session/no_access.html", context)


@never_cache
@login_required
@require_safe
def session_organisation(request: ActorRequest) -> HttpResponse:
    """For which organisation one acts, and buttons to switch; from there back to the page that led here."""
    if not home_of(request):
        return redirect("session-start")
    named, referring = request.GET.get("next", ""), referring_path(request)
    back = named if is_own_path(request, named) else referring
    context = {"next": "" if back == request.path else back}
    return render(request, "alliance/session/organisation.html", context)


@login_required
@posts("organisation", "next")
def session_switch(request: ActorRequest) -> HttpResponse:
    """Switch to acting for another of one's organisations."""
    slug = request.POST.get("organisation", "")
    memberships = request.person_memberships.memberships  # type: ignore[attr-defined]  # set by the middleware
    chosen = next((row for row in memberships if row.organisation.slug == slug), None)
    if chosen is None:
        raise Http404
    act_for(request, chosen.organisation_id)
    back = request.POST.get("next", "")
    return redirect(back if is_own_path(request, back) else "session-start")


@posts("language", "next")
def set_language(request: HttpRequest) -> HttpResponse:
    """Store the chosen language with the person and in the browser, then redirect back.

    A session through the provider of one of several organisations has a language of its own.
    """
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise Http404
    if request.user.is_authenticated and may_change_account(request):
        choose_language(request.user, language)
    elif request.user.is_authenticated:
        request.session[LANGUAGE_KEY] = language
    back = request.POST.get("next", "")
    response = redirect(back if is_own_path(request, back) else "/")
    remember_language(response, language)
    return response


def remember_language(response: HttpResponse, language: str) -> None:
    """Let this browser have pages that are nobody's, such as that of signing in, in the language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=YEAR,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


def is_own_path(request: HttpRequest, path: str) -> bool:
    """Whether a form may lead there: to a page of this portal and nowhere else."""
    return path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts={request.get_host()})
