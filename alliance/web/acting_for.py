"""For which of their organisations somebody acts, and for which one the page was made that they send something from.

Each form of the signed-in areas names its organisation in a hidden field, each request of a script in a header. What is
sent from a page of another organisation than the one that its reader acts for by then does nothing.
"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from alliance.models import Organisation
from alliance.queries.actors import actor_from
from alliance.queries.identity_providers import required_provider_for
from portal.kernel.access import set_context
from portal.kernel.text import split_address, whole_number
from portal.kernel.web import PAGE_TENANT, SWITCH_TENANT, page_of_another_tenant, referring_path

ORGANISATION_KEY = "organisation"  # of the session
LANGUAGE_KEY = "language"  # of a session that may not change the account: its own
HEADER = "Acting-For"
_STOP_POLLING = 286  # of htmx: the content is shown, and what was fetched at intervals is fetched no more
_NOTE = "#other-organisation"
_NOTE_HEADERS = {"HX-Retarget": _NOTE, "HX-Reselect": _NOTE, "HX-Reswap": "outerHTML", "HX-Push-Url": "false"}


def act_for(request: Any, organisation_id: int) -> None:
    """Act for this one of one's organisations, from this request on."""
    request.session[ORGANISATION_KEY] = organisation_id
    request.actor = actor_from(request.person_memberships, organisation_id)
    set_context(request.actor)


def may_change_account(request: Any) -> bool:
    """Whether what holds in all of the person's organisations may be changed, such as their name.

    Not through the provider of one of several, unless they can sign in nowhere else. A query for such a session alone.
    """
    return request.person_memberships.reaches_all or required_provider_for(request.user.email) is not None


def refuse_page_of_another_organisation(request: Any) -> HttpResponse | None:
    """The answer to what was sent from a page of another organisation; None where it is the one that is acted for.

    Where the form asks for it, and its sender still belongs there, the session is switched back instead.
    """
    made_for = _page_organisation(request)
    if made_for is None or made_for == request.actor.tenant_id:
        return None
    own = {row.organisation_id: row.organisation for row in request.person_memberships.memberships}
    if made_for not in own and made_for not in request.person_memberships.conflicts:
        return None  # no page was made for them there: nobody learns from this which addresses there are
    if made_for in own and request.method == "POST" and SWITCH_TENANT in request.POST:
        act_for(request, made_for)
        return None
    names = {
        "made_for": _name(own.get(made_for)),
        "acting_for": _name(own.get(request.actor.tenant_id)),
        "switch": f"{reverse('session-organisation')}?{urlencode({'next': referring_path(request)})}",
    }
    return page_of_another_tenant(request, **names) if request.method == "POST" else _note(request, names)


def _page_organisation(request: Any) -> int | None:
    """The organisation that the page was made for, as the page says; None for what comes from no page."""
    named = request.headers.get(HEADER) or (request.POST.get(PAGE_TENANT) if request.method == "POST" else "")
    return whole_number(named or "")


def _note(request: Any, names: dict[str, str]) -> HttpResponse:
    """The answer to a script that fetches: a list that it narrows is fetched as a whole, elsewhere a note says why.

    The note has a place of its own on the page.
    """
    if request.headers.get("HX-Request") != "true":
        return _uncached(HttpResponse(status=409))
    current = split_address(request.headers.get("HX-Current-URL", "")).path
    if current == request.path and request.GET:
        return _uncached(HttpResponse(status=409, headers={"HX-Refresh": "true"}))
    return note_on_page(request, names)


def note_on_page(request: Any, context: dict[str, str]) -> HttpResponse:
    """A note in its place above the page, which stays as it is, and asks at intervals no more."""
    response = render(request, "base/_other_organisation.html", context, status=_STOP_POLLING)
    for header, value in _NOTE_HEADERS.items():
        response[header] = value
    return _uncached(response)


def _uncached(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


def _name(organisation: Organisation | None) -> str:
    return organisation.name if organisation else ""
