"""Feeds of changes: what came after the cursor that a program has stored, in one order that stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from portal.kernel.api.fields import StrictSerializer
from portal.kernel.api.pagination import MAX_PAGE_SIZE, PAGE_SIZE
from portal.kernel.api.problems import Fault, Problem
from portal.kernel.api.views import DetailView
from portal.kernel.text import whole_number

FEED_PARAMETERS = [
    OpenApiParameter("since", str, description="The `cursor` of the page before; left out, the feed begins."),
    OpenApiParameter(
        "limit", int, description=f"At most so many rows: 1 to {MAX_PAGE_SIZE}, {PAGE_SIZE} by default."
    ),
]
_LONGEST_CURSOR = 200


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Rows in the order of the feed, and where the next page begins."""

    results: Sequence[Any]
    cursor: str
    has_more: bool


class FeedSerializer(StrictSerializer):
    """Base of a page of a feed; a feed adds `results`."""

    cursor = serializers.CharField(
        help_text="Store it with what you have read, and send it as `since` next time; an empty page has one too."
    )
    has_more = serializers.BooleanField(help_text="Whether there is more to read at once.")


class FeedView(DetailView):
    """Base of a feed; `changes_after` reads a page of it."""

    can_be_withdrawn = True  # a cursor that leads nowhere answers 410

    def changes_after(self, cursor: str, limit: int) -> FeedPage:
        """The page after this cursor, empty for the beginning. Raises what `malformed`, `unknown_cursor` give."""
        raise NotImplementedError  # each feed has its own

    def parameters(self) -> set[str]:
        return {parameter.name for parameter in FEED_PARAMETERS}

    def get_object(self) -> FeedPage:
        cursor = self.request.query_params.get("since", "")
        if len(cursor) > _LONGEST_CURSOR or not cursor.isascii():
            raise malformed_cursor()
        return self.changes_after(cursor, self._limit())

    def _limit(self) -> int:
        text = self.request.query_params.get("limit", str(PAGE_SIZE))
        limit = whole_number(text, digits=3) or 0
        if 1 <= limit <= MAX_PAGE_SIZE:
            return limit
        fault = Fault("limit", _("A whole number from 1 to %(most)s.") % {"most": MAX_PAGE_SIZE})
        raise Problem("malformed", errors=[fault])


def malformed_cursor() -> Problem:
    """The refusal of what cannot be a cursor of the feed."""
    fault = Fault("since", _("Use the “cursor” of an earlier page unchanged, or leave it out."))
    return Problem("malformed", errors=[fault])


def unknown_cursor() -> Problem:
    """The refusal of a cursor from which the feed does not go on any more."""
    return Problem("cursor-unknown")
