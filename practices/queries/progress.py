"""How far a working copy has come: what each group says, and what is still missing before it is handed on."""

from collections.abc import Sequence
from dataclasses import dataclass

from practices.content import missing_fields
from practices.enums import PracticeKind
from practices.fields import GROUP_TITLES, Field, FieldGroup, fields_of
from practices.models import Draft, Practice


@dataclass(frozen=True, slots=True)
class GroupProgress:
    """A group with its fields: which of them say something, and which are needed and empty."""

    group: FieldGroup
    is_filled: Sequence[bool]
    missing: Sequence[Field]

    @property
    def title(self) -> str:
        return str(GROUP_TITLES[self.group])

    @property
    def filled_count(self) -> int:
        return sum(self.is_filled)


def progress_of(draft: Draft) -> list[GroupProgress]:
    """Every group in its order."""
    missing = missing_fields(draft.content)
    return [
        GroupProgress(
            group,
            [bool(draft.content.get(field.key)) for field in fields_of(group)],
            [field for field in missing if field.group == group],
        )
        for group in FieldGroup
    ]


def lacks_expiry(practice: Practice, draft: Draft) -> bool:
    """Whether it is an alert without a last day, or one whose last day is over."""
    return draft.content.get("kind") == PracticeKind.ALERT and (
        practice.expires_on is None or practice.has_expired
    )


def lacks_readers(practice: Practice) -> bool:
    """Whether its label asks for names, and there are none."""
    return practice.is_named and not (
        practice.reader_people or practice.reader_organisations or practice.reader_groups
    )
