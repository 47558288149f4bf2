"""A practice as its readers see it: the record, and around it the sections that other modules give."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from alliance.web.area import area_of
from portal.kernel.web import ActorRequest
from practices.enums import UNRELEASED_STATES
from practices.models import Practice, Version
from practices.services.access_log import log_access
from practices.web.collaboration.discussion_panel import discussion_of
from practices.web.objects import get_practice
from practices.web.practice import sections
from practices.web.practice.content_view import ContentView
from practices.web.practice.pack_view import pack_context
from practices.web.practice.page import PracticePage


@dataclass(frozen=True, slots=True)
class PageSection:
    """A part of the page: its template, and the context that it adds for this actor and practice."""

    template: str
    context: Callable[[PracticePage], dict[str, Any]]
    in_drafts: bool = True  # whether it says anything before the practice has readers


# below what the practice says
MAIN_SECTIONS: tuple[PageSection, ...] = (
    PageSection("practices/_test_set.html", sections.no_context),
    PageSection("practices/_scores.html", sections.no_context),
    PageSection("practices/_take_away.html", sections.no_context),
    PageSection("practices/_uses.html", sections.uses_section, in_drafts=False),
    PageSection("practices/_discussion.html", sections.no_context, in_drafts=False),
)
# in the side column, from the top
SIDE_SECTIONS: tuple[PageSection, ...] = (
    PageSection("practices/_steps.html", sections.steps_section),
    PageSection("practices/_own_use.html", sections.own_use_section, in_drafts=False),
    PageSection("practices/_follow.html", sections.following_section, in_drafts=False),
    PageSection("practices/_pack_versions.html", sections.no_context),
    PageSection("practices/_evidence.html", sections.no_context),
    PageSection("practices/_applicability.html", sections.no_context),
    PageSection("practices/_reactions.html", sections.reactions_section, in_drafts=False),
    PageSection("practices/_translations.html", sections.translations_section),
    PageSection("practices/_relations.html", sections.relations_section),
    PageSection("practices/_handling.html", sections.handling_section),
    PageSection("practices/_exports.html", sections.no_context),
)


@require_safe
def practice(request: ActorRequest, key: UUID) -> HttpResponse:
    """One practice: its content, uses and discussion. The access is logged for its source."""
    practice = get_practice(request.actor, key)
    if request.method == "HEAD":  # it is asked whether the page can be opened, and nobody has read it
        return HttpResponse()
    log_access(request.actor, practice, "page")
    practice_page = PracticePage(request.actor, practice)
    context = version_context(practice_page, translated="original" not in request.GET)
    is_released = practice.state not in UNRELEASED_STATES
    matter = [section for section in MAIN_SECTIONS if section.in_drafts or is_released]
    aside = [section for section in SIDE_SECTIONS if section.in_drafts or is_released]
    context["matter"] = [section.template for section in matter]
    context["aside"] = [section.template for section in aside]
    for section in (*matter, *aside):
        context |= section.context(practice_page)
    context |= pack_context(practice_page, request.GET)
    if is_released:
        context["discussion"] = discussion_of(request.actor, practice, request.GET)
    return render(request, "practices/practice.html", context)


def version_context(
    page: PracticePage, version: Version | None = None, *, translated: bool = False
) -> dict[str, Any]:
    """What every page about one practice shows: where one is, its label, and what the version says, or the latest.

    Where it is to be `translated`, the texts are those of the translation into the reader's language, if there is one.
    """
    practice, version = page.practice, version or page.latest
    area = area_of(page.actor)
    content = version.content if version else practice.draft.content
    other = page.translation if translated and version == page.latest else None
    return {
        "translation": other,
        "translation_is_behind": bool(other and version and other.version_number < version.number),
        "base": area.base,
        "area": area.namespace,
        "nav": f"{area.namespace}:practice-list",
        "library_url": _url(f"{area.namespace}:practice-list"),
        "practice": practice,
        "version": version,
        "reading": ContentView(
            page.translated_content, practice.language, page.translated_texts, other.language
        )
        if other
        else ContentView(content, practice.language),
        "files": files_of(practice, version.attachments if version else [], area.namespace),
        **sections.status_section(page),
    }


def files_of(practice: Practice, listed: Iterable[Mapping[str, Any]], area: str) -> list[dict[str, Any]]:
    """Attachments as versions list them, each with the address where this interface serves it."""
    return [{**file, "url": _url(f"{area}:practice-file", practice.key, file["key"])} for file in listed]


def _url(name: str, *args: object) -> str:
    """The URL of a page, where this interface has one of that name."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
