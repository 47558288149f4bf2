"""What a button of components/conflict.html has chosen, and of which of the conflicts that its page had shown."""

from dataclasses import dataclass

from django.http import QueryDict

_CHOICES = ("sent", "stored", "join")


@dataclass(frozen=True, slots=True)
class ConflictChoice:
    """One of two texts, or both as one: `choice` is sent, stored or join, empty where nothing was chosen.

    A button names the conflict that it decides: what stands in another one on the same page is not decided with it. A
    page that was opened before its buttons did so decides all of them.
    """

    choice: str
    decided: frozenset[str]
    undecided: frozenset[str]

    @classmethod
    def of(cls, posted: QueryDict) -> "ConflictChoice":
        choice, colon, prefix = posted.get("resolve", "").partition(":")
        conflicts = frozenset(posted.getlist("conflict"))
        if choice not in _CHOICES:
            return cls("", frozenset(), conflicts)
        decided = conflicts & {prefix} if colon else conflicts
        return cls(choice, decided, conflicts - decided)
