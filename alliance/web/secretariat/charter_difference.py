"""Two versions of a charter side by side; of a version and the one before it also what happens to pledges."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.charter_file.texts import LANGUAGES
from alliance.enums import CharterChange
from alliance.models import Charter
from alliance.queries.charter_problems import is_fixed
from alliance.queries.charter_sides import ItemSide, item_sides
from alliance.queries.charter_signatures import signature_outlook
from alliance.queries.charter_versions import (
    ComparedItem,
    VersionComparison,
    compare_versions,
    compare_with_earlier,
    other_versions,
)
from alliance.queries.supersession import Passage
from alliance.queries.supersession_members import ConcernedMembers, concerned_members
from alliance.queries.supersession_outlook import counts_of_pledges
from alliance.web.forms.charters import MappingForm
from alliance.web.objects import get_charter, get_other_version
from alliance.web.secretariat.row_limits import most_rows
from alliance.workflows import CHARTER
from portal.kernel.text import reader_language
from portal.kernel.web import ActorRequest, paginate

_NAV = "secretariat:charter-list"


@dataclass(frozen=True)
class DifferenceRow:
    """One difference as the page shows it."""

    compared: ComparedItem
    earlier: Sequence[ItemSide]
    later: Sequence[ItemSide]


@dataclass(frozen=True)
class MappingConflict:
    """What a mapping was changed to while somebody edited it: who did it, in a sentence; what is stored, by key."""

    cause: str
    stored: Sequence[tuple[str, str]]


@require_safe
def charter_difference(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """One version against the one before it, or against `?from=`: every change in the charter's order, by kind of
    change if one is chosen.

    `?change=` is one of `CharterChange` or empty for all but what is unchanged; `?language=` the language of the texts.
    """
    charter = get_charter(request.actor, key, version)
    return render_difference(request, charter, _comparison(request, charter))


def _comparison(request: ActorRequest, charter: Charter) -> VersionComparison | None:
    """Against the version that the address names; None for a first version, where it names none."""
    named = request.GET.get("from", "")
    if not named:
        return compare_with_earlier(request.actor, charter)
    return compare_versions(request.actor, get_other_version(request.actor, charter, named), charter)


def render_difference(
    request: ActorRequest,
    charter: Charter,
    comparison: VersionComparison | None,
    *,
    edited: ComparedItem | None = None,
    form: MappingForm | None = None,
    conflict: MappingConflict | None = None,
) -> HttpResponse:
    """The page; with the form of one item open in its place, then with that item alone."""
    language = request.GET.get("language", "")
    language = language if language in LANGUAGES else reader_language()
    context: dict[str, Any] = {
        "nav": _NAV,
        "charter": charter,
        "comparison": comparison,
        "language": language,
        "languages": LANGUAGES,
        "form": form,
        "conflict": conflict,
        "others": other_versions(request.actor, charter),
        "may_edit": (
            comparison is not None
            and comparison.is_next
            and CHARTER.is_available(request.actor, charter, "edit_mapping")
            and not is_fixed(charter)
        ),
    }
    if comparison is not None:
        context["outlook"] = signature_outlook(request.actor, charter) if comparison.is_next else None
        context["concerned"] = _concerned(request, comparison)
        context |= _rows(request, comparison)
        shown = [edited] if edited is not None else context["page"].object_list
        context["rows"] = [_row(item, language) for item in shown]
    status = 409 if conflict else 422 if form is not None and form.is_bound else 200
    return render(request, "alliance/secretariat/charter_difference.html", context, status=status)


def _concerned(request: ActorRequest, comparison: VersionComparison) -> list[ConcernedMembers]:
    """The members that a draft concerns beside the version that it would supersede; of others none."""
    supersession = comparison.supersession
    if supersession is None:
        return []
    passage = Passage(supersession.superseded, supersession.charter, supersession.mapping)
    return concerned_members(request.actor, passage, counts_of_pledges(supersession), most_rows(request))


def _rows(request: ActorRequest, comparison: VersionComparison) -> dict[str, Any]:
    """The tabs with their counts, and a page of the differences that the chosen one names."""
    chosen = request.GET.get("change", "")
    changes = [change for change in CharterChange if comparison.difference.counts[change]]
    rows = (
        [item for item in comparison.items if item.difference.change == chosen]
        if chosen in changes
        else [item for item in comparison.items if item.difference.is_changed]
    )
    counts = comparison.difference.counts
    return {
        "tabs": [("", None, len(comparison.difference.changed))]
        + [(str(change), change.label, counts[change]) for change in changes],
        "chosen": chosen if chosen in changes else "",
        "page": paginate(rows, request),
    }


def _row(compared: ComparedItem, language: str) -> DifferenceRow:
    return DifferenceRow(compared, *item_sides(compared.difference, language))
