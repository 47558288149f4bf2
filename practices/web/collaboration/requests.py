"""The request board in both areas: the list, one request, asking, editing, closing, reopening."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.models import Harm
from alliance.web.area import area_of, posted_data
from alliance.web.change_pages import number_in
from alliance.web.confirm import Confirmation
from portal.kernel.alphabet import alphabet_key
from portal.kernel.errors import Conflict
from portal.kernel.web import ActorRequest, paginate, permissions, posts, refusals_on, requires
from practices.access import is_person_token
from practices.enums import ContentType, Label, RequestState, ServiceKind
from practices.models import Request
from practices.queries import taxonomy
from practices.queries.directory import community_organisations, find_people, groups_to_name, people_named
from practices.queries.following import follower_counts
from practices.queries.request_history import version_at
from practices.queries.requests import offers_for, requests, with_followers
from practices.services.audiences import audience_of
from practices.services.requests import ask_request, close_request, content_of, edit_request, reopen_request
from practices.web.collaboration.discussion import area_context
from practices.web.collaboration.discussion_panel import discussion_of
from practices.web.collaboration.following import follow_button
from practices.web.collaboration.request_merge import conflict_context, merge_requests
from practices.web.forms.readers import LABEL_DESCRIPTIONS
from practices.web.forms.requests import RequestForm, initial_of_content
from practices.web.labelled_confirm import confirm_labelled
from practices.web.objects import get_request
from practices.workflows import REQUEST

_NO_VERSION = 0  # of no request: so that a colleague's version comes back
_TABS = ("open", "answered", "closed", "mine")


@require_safe
def request_list(request: ActorRequest) -> HttpResponse:
    """List of requests: by state (open by default) or one's own organisation's; filters by harm and kind of service."""
    query = {name: request.GET.get(name, "") for name in ("harm", "service")}
    show = request.GET.get("show", "open")
    show = show if show in _TABS else "open"
    page = paginate(requests(request.actor, tab=show, **query), request)
    harms = taxonomy.harms()
    context = {
        **area_context(request),
        "show": show,
        "query": query,
        "page": page,
        "rows": [
            {
                "practice_request": row.request,
                "follower_count": row.follower_count,
                "tags": tags_of(row.request, harms),
            }
            for row in with_followers(list(page.object_list))
        ],
        "harms": [(key, harm.title) for key, harm in harms.items()],
        "services": ServiceKind.choices,
        **permissions(request.actor, may_ask="request.ask"),
    }
    return render(request, "practices/request_list.html", context)


@require_safe
def request(request: ActorRequest, key: UUID) -> HttpResponse:
    """One request: its text, its offers, its discussion."""
    actor, request_on_board = request.actor, get_request(request.actor, key)
    followers = follower_counts("request", [request_on_board.pk]).get(request_on_board.pk, 0)
    context = {
        **area_context(request),
        "practice_request": request_on_board,
        "tags": tags_of(request_on_board, taxonomy.harms() if request_on_board.harms else {}),
        "offers": offers_for(actor, request_on_board),
        "discussion": discussion_of(actor, request_on_board, request.GET),
        "following": follow_button(actor, request_on_board),
        "others": max(0, followers - 1),
        "steps": [step.step for step in REQUEST.available(actor, request_on_board)],
        "may_edit": REQUEST.is_available(actor, request_on_board, "edit"),
        "may_accept": REQUEST.is_available(actor, request_on_board, "answer"),
        **permissions(actor, request_on_board, has_history="request.edit"),
    }
    if request_on_board.state != RequestState.CLOSED:
        context |= permissions(actor, request_on_board, may_offer="offer.make", may_draft="practice.draft")
    return render(request, "practices/request.html", context)


def tags_of(request_on_board: Request, harms: Mapping[str, Harm]) -> list[str]:
    """What a request is about, in the reader's words; `harms` are those of the charters in force."""
    services, contents = dict(ServiceKind.choices), dict(ContentType.choices)
    return [
        *(harms[key].title if key in harms else key for key in request_on_board.harms),
        *(str(services.get(key, key)) for key in request_on_board.service_kinds),
        *(str(contents.get(key, key)) for key in request_on_board.content_types),
        *([request_on_board.get_encryption_display()] if request_on_board.encryption else []),
        *map(capfirst, taxonomy.language_names(request_on_board.languages)),
    ]


# --- Asking ----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@requires("request.ask")
def request_ask(request: ActorRequest) -> HttpResponse:
    """Form to post a request."""
    form = _form(request, None)
    if "find" not in request.POST and form.is_valid():
        new_request = None
        with refusals_on(form):
            new_request = ask_request(request.actor, form.draft(get_language() or "en"), form.audience())
        if form.is_valid() and new_request is not None:
            messages.success(request, _("Posted. Those who may have an answer are notified."))
            return redirect(area_of(request.actor).url("request", new_request.key))
    return _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def request_edit(request: ActorRequest, key: UUID) -> HttpResponse:
    """Form to change a request; a conflict shows both texts."""
    request_on_board = get_request(request.actor, key, "request.edit")
    request_page = redirect(area_of(request.actor).url("request", key))
    if request.POST.get("resolve") == "stored":
        return request_page
    form, conflict = _form(request, request_on_board), None
    if "find" not in request.POST and form.is_valid():
        with refusals_on(form):
            conflict = _save(request, request_on_board, form)
        if conflict is None and form.is_valid():
            messages.success(request, _("Saved"))
            return request_page
    if conflict is not None:
        return _conflict_page(request, form, conflict)
    if (
        "conflict" in request.POST
    ):  # a fault, or people were looked for: the conflict comes back with the next save
        _set_version(form, _started(request))
    return _form_page(request, form, request_on_board)


def _save(request: ActorRequest, request_on_board: Request, form: RequestForm) -> Conflict | None:
    """Save; a conflict is handed back, since it has a page of its own. One that nobody has settled stays one."""
    resolve = request.POST.get("resolve", "")
    is_open = resolve == "join" or ("conflict" in request.POST and resolve != "sent")
    version = _NO_VERSION if is_open else form.cleaned_data["version"]
    draft = form.draft(request_on_board.language)
    try:
        edit_request(request.actor, request_on_board, draft, form.audience(), version=version)
    except Conflict as conflict:
        return conflict
    return None


def _conflict_page(request: ActorRequest, form: RequestForm, conflict: Conflict) -> HttpResponse:
    """The form with both versions, or with both as one where that was asked for: then with the readers as saved."""
    stored, sent, started = (
        _stored(conflict),
        content_of(form.draft(_stored(conflict).language)),
        _started(request),
    )
    if request.POST.get("resolve") != "join":
        _set_version(form, stored.version)
        context = conflict_context(request.actor, stored, sent, form.audience(), started)
        return _form_page(request, form, stored, conflict=context)
    theirs = content_of(stored)
    merged = merge_requests(version_at(request.actor, stored, started), theirs, sent)
    initial = initial_of_content(merged.content) | {"version": stored.version}
    is_of_other_readers = form.audience() != audience_of(stored).effective
    context = {
        "overlaps": merged.overlaps,
        "stored_values": merged.stored_values(theirs),
        "sent_readers": form.audience_in_words() if is_of_other_readers else "",
    }
    return _form_page(request, _form(request, stored, initial), stored, **context)


def _stored(conflict: Conflict) -> Request:
    stored: Any = conflict.stored
    request_on_board: Request = stored
    return request_on_board


def _set_version(form: RequestForm, version: int) -> None:
    """Let the form, as it was posted, go on from this version."""
    posted: Any = form.data
    form.data = posted.copy()
    form.data["version"] = str(version)  # type: ignore[index]  # a copy of a QueryDict can be written


def _started(request: ActorRequest) -> int:
    """The version that the sender had when they began to write; 0 where the page of a conflict does not say."""
    return number_in(request, "started_from" if {"conflict", "resolve"} & request.POST.keys() else "version")


def _form(
    request: ActorRequest, request_on_board: Request | None, merged: Mapping[str, Any] | None = None
) -> RequestForm:
    """The form with whom it may name: organisations, groups, and the people who are ticked or were looked for.

    With `merged`, the values of a merge, it is not bound to what was posted.
    """
    posted = posted_data(request)
    data = posted if merged is None else None
    now = audience_of(request_on_board) if request_on_board else None
    ticked = posted.getlist("people") if posted is not None else []
    people = {
        person.key: person
        for person in people_named([*(now.people if now else ()), *filter(is_person_token, ticked)])
    }
    if "find" in request.POST:
        people |= {person.key: person for person in find_people(request.POST.get("words", ""))}
    if merged is not None:
        initial = dict(merged)
    elif request_on_board:
        initial = initial_of_content(content_of(request_on_board)) | {"version": request_on_board.version}
    else:
        # the address may fill in some of it: `?harms=grooming&service_kinds=messenger`
        names = ("title", "harms", "service_kinds", "encryption")
        initial = {name: request.GET[name] for name in names if request.GET.get(name)}
        initial["label"] = Label.GREEN
    return RequestForm(
        data,
        organisations=list(community_organisations().exclude(pk=request.actor.tenant_id)),
        groups=groups_to_name(request.actor, now.groups if now else ()),
        people=sorted(people.values(), key=lambda person: alphabet_key(person.name)),
        readers=now,
        initial=initial,
    )


def _form_page(
    request: ActorRequest,
    form: RequestForm,
    request_on_board: Request | None,
    **more: Any,
) -> HttpResponse:
    """The page of the form; `more`: both versions of a conflict, or what a merge could not settle."""
    searching = "find" in request.POST
    area = area_of(request.actor)
    context: dict[str, Any] = {
        **area_context(request),
        "form": form,
        "practice_request": request_on_board,
        "labels": [(label, LABEL_DESCRIPTIONS[label]) for label in Label],
        "chosen": form["label"].value(),
        "search_text": request.POST.get("words", ""),
        "has_searched": searching,
        "cancel_url": area.url("request", request_on_board.key)
        if request_on_board
        else area.url("request-list"),
        **more,
    }
    wrong = form.is_bound and not searching
    return render(
        request, "practices/request_form.html", context, status=409 if more else 422 if wrong else 200
    )


# --- Its end ---------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def request_close(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before a request is closed."""
    request_on_board = get_request(request.actor, key)
    request_url = area_of(request.actor).url("request", key)
    page = Confirmation(
        rule="request.close",
        subject=request_on_board,
        heading=_("Close the request"),
        title=_("Request closed"),
        items=(
            _("It stays among the closed requests for those who could read it."),
            _("No more offers or messages are accepted. Followers are notified."),
            _("You can reopen it."),
        ),
        label=_("Close"),
        cancel_url=request_url,
        message=_("Closed"),
        next_url=request_url,
        nav=f"{area_of(request.actor).namespace}:practice-list",
        refusal=REQUEST.refusal(request.actor, request_on_board, "close"),
    )
    return confirm_labelled(request, page, lambda: close_request(request.actor, request_on_board))


@posts()
def request_reopen(request: ActorRequest, key: UUID) -> HttpResponse:
    """Reopen a request."""
    request_on_board = get_request(request.actor, key)
    reopen_request(request.actor, request_on_board)
    messages.success(request, _("Request reopened"))
    return redirect(area_of(request.actor).url("request", key))
