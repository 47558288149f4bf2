"""Practices as the rows of a list: what one needs to know before opening one, in the reader's words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString

from alliance.models import Harm
from alliance.queries.public.wording import excerpt
from portal.kernel.search import Findings, Passage
from portal.kernel.text import to_plain
from practices.enums import AdoptionState
from practices.models import PublishedPractice
from practices.queries import public as reads
from practices.queries import taxonomy
from practices.web.practice.content_view import ContentView, Effect

_SUMMARY_LENGTH = 220  # characters


@dataclass(frozen=True)
class PublicPracticeRow:
    """A practice of a list: the row of the record, the harms by key, and its uses by state."""

    practice: PublishedPractice
    harms: Mapping[str, Harm]
    uses: Mapping[str, int]
    marked_title: SafeString | None = None  # with the words that were looked for
    passage: Passage | None = None  # the part of it that has them

    @cached_property
    def summary(self) -> str:
        return excerpt(to_plain(self.practice.content.get("summary", "")), _SUMMARY_LENGTH)

    @cached_property
    def tags(self) -> list[str]:
        """What it is for, where it fits, how far it is."""
        harms = [self.harms[key].title if key in self.harms else key for key in self.practice.harms]
        return [*harms, *(str(word) for word in self._tags)]

    @property
    def _tags(self) -> list[str]:
        values = ContentView(
            {key: self.practice.content.get(key) for key in ("service_kinds", "stage")}
        ).values
        kinds = [kind.label for kind in values.get("service_kinds", [])]
        return [*kinds, values["stage"].label] if "stage" in values else kinds

    @property
    def bars(self) -> list[bool]:
        """The evidence grade as five bars, the filled ones first."""
        return ContentView({"grade": self.practice.grade}).bars

    @property
    def effect(self) -> Effect | None:
        """The first number that it changed."""
        content = {"effects": self.practice.content.get("effects")}
        effects = ContentView(content, self.practice.language).values.get("effects")
        return effects[0] if effects else None

    @cached_property
    def use_text(self) -> str:
        """Who says to the world that they use it, in numbers; empty when nobody does."""
        return ", ".join(
            f"{AdoptionState(state).label}: {count}"
            for state in (AdoptionState.IN_USE, AdoptionState.TRIAL)
            if (count := self.uses.get(state))
        )


def public_practice_rows(
    practices: Iterable[PublishedPractice], findings: Findings | None = None
) -> list[PublicPracticeRow]:
    """The rows, in their order; the words that were found are marked. Four queries at most, whatever their number."""
    listed = list(practices)
    harms = taxonomy.harms() if listed else {}
    uses = reads.public_uses([row.record for row in listed])
    marked = reads.marked_practices(listed, findings) if listed and findings else {}
    return [
        _row(row, harms, uses.get(row.record, {}), *marked.get(row.record, (None, None))) for row in listed
    ]


def _row(
    practice: PublishedPractice,
    harms: Mapping[str, Harm],
    uses: Mapping[str, int],
    title: Passage | None,
    passage: Passage | None,
) -> PublicPracticeRow:
    is_marked = passage is not None and passage.is_marked  # else it is found by what it is filed under
    return PublicPracticeRow(
        practice, harms, uses, title.html if title else None, passage if is_marked else None
    )
