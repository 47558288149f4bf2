"""A practice as its readers see it: the record, and around it the sections that other modules give."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from alliance.web.desk import desk_of
from portal.kernel.web import ActorRequest
from practices.enums import PracticeState
from practices.models import Practice, Version
from practices.queries.practices import find_practice
from practices.services.openings import open_practice
from practices.web import page_parts
from practices.web.reading import Reading
from practices.web.shown import Shown
from practices.web.talk import talk_of


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: its template, and the context that it adds for this actor and practice."""

    template: str
    context: Callable[[Shown], dict[str, Any]]
    of_drafts: bool = True  # whether it says anything before the practice has readers


_UNREAD = (PracticeState.DRAFT, PracticeState.IN_MODERATION)
# below what the practice says
MATTER: tuple[Section, ...] = (
    Section("practices/_uses.html", page_parts.uses, of_drafts=False),
    Section("practices/_talk.html", page_parts.nothing, of_drafts=False),
)
# beside it, from the top
ASIDE: tuple[Section, ...] = (
    Section("practices/_steps.html", page_parts.steps),
    Section("practices/_own_use.html", page_parts.own_use, of_drafts=False),
    Section("practices/_follow.html", page_parts.following, of_drafts=False),
    Section("practices/_evidence.html", page_parts.nothing),
    Section("practices/_fits.html", page_parts.nothing),
    Section("practices/_reactions.html", page_parts.reactions, of_drafts=False),
    Section("practices/_family.html", page_parts.family),
    Section("practices/_handling.html", page_parts.handling),
    Section("practices/_take_away.html", page_parts.nothing),
)


@require_safe
def practice(request: ActorRequest, key: UUID) -> HttpResponse:
    """One practice: what it says, who uses it, what is asked about it. Opening it is logged for its source."""
    found = find_practice(request.actor, key)
    open_practice(request.actor, found, "page")
    shown = Shown(request.actor, found)
    context = said_by(shown)
    matter, aside = (_sections(found, all_of) for all_of in (MATTER, ASIDE))
    context["matter"] = [section.template for section in matter]
    context["aside"] = [section.template for section in aside]
    for section in (*matter, *aside):
        context |= section.context(shown)
    if found.state not in _UNREAD:
        context["talk"] = talk_of(request.actor, found, request.GET)
    return render(request, "practices/practice.html", context)


def _sections(practice: Practice, sections: tuple[Section, ...]) -> list[Section]:
    """Those that have something to say of the practice now."""
    return [section for section in sections if section.of_drafts or practice.state not in _UNREAD]


def said_by(shown: Shown, version: Version | None = None) -> dict[str, Any]:
    """What every page about one practice shows: where one is, its label, and what the version says, or the latest."""
    found, version = shown.practice, version or shown.latest
    desk = desk_of(shown.actor)
    return {
        "base": desk.base,
        "face": desk.namespace,
        "nav": f"{desk.namespace}:practice-list",
        "library_url": _url(f"{desk.namespace}:practice-list"),
        "practice": found,
        "version": version,
        "reading": Reading(version.content if version else found.draft.content),
        "files": files_of(found, version.attachments if version else [], desk.namespace),
        **page_parts.standing(shown),
    }


def files_of(practice: Practice, listed: Iterable[Mapping[str, Any]], face: str) -> list[dict[str, Any]]:
    """Attachments as versions list them, each with the address where this face gives it out."""
    return [{**file, "url": _url(f"{face}:practice-file", practice.key, file["key"])} for file in listed]


def _url(name: str, *args: object) -> str:
    """The address of a page, where the face has one of that name."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
