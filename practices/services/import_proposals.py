"""A file of an import with what it was taken for, what is proposed, and what else it may become."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from practices.enums import NOT_IMPORTED, ImportChoice
from practices.files import Handling
from practices.files.archives import ImportEntry
from practices.services.import_reports import part_report, refusal_report


@dataclass
class PlannedFile:
    """A file with its report, the choice that is proposed, and those that there are.

    `is_policy`: it was read as a policy, whether or not that went well; `content` and `handling` are what it says then,
    `is_in_other_language` that it bears the key of an own practice and is no text of that. `is_needed`: its bytes are,
    though it becomes nothing itself.
    """

    entry: ImportEntry
    position: int
    report: dict[str, Any] = field(default_factory=dict)
    choice: str = ImportChoice.LEAVE_OUT
    choices: Sequence[str] = (ImportChoice.LEAVE_OUT,)
    settings: dict[str, Any] = field(default_factory=dict)
    is_policy: bool = False
    is_needed: bool = False
    content: Mapping[str, Any] = field(default_factory=dict)
    handling: Handling = field(default_factory=Handling)
    is_in_other_language: bool = False

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def raw(self) -> bytes:
        return self.entry.raw

    @property
    def short_name(self) -> str:
        return PurePosixPath(self.entry.name).name

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.entry.name).suffix.lower()

    @property
    def folder(self) -> str:
        return str(PurePosixPath(self.entry.name).parent)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.entry.raw).hexdigest()

    @property
    def is_stored(self) -> bool:
        """Whether its bytes are kept: not of what can become nothing."""
        return self.is_needed or any(choice not in NOT_IMPORTED for choice in self.choices)

    def propose(self, choice: str, *others: str) -> None:
        """Propose a choice before those that there are besides; leaving it out is always one of them."""
        self.choice, self.choices = choice, (choice, *others, ImportChoice.LEAVE_OUT)

    def offer(self, *choices: str) -> None:
        """Offer choices besides, before that of leaving it out."""
        others = [choice for choice in self.choices if choice != ImportChoice.LEAVE_OUT]
        self.choices = (*others, *choices, ImportChoice.LEAVE_OUT)

    def leave_out(self, message: str) -> None:
        """There is nothing that it can become, and this is why."""
        self.report = part_report("other", self.short_name)
        self.note(message)

    def refuse(self, *faults: tuple[int, str]) -> None:
        """Each fault with its line, 0 for the file as a whole."""
        self.report = {**refusal_report([(line, "", message) for line, message in faults]), "role": "refused"}
        self.settings = {}
        self.choice, self.choices = ImportChoice.REFUSED, (ImportChoice.REFUSED,)

    def note(self, message: str) -> None:
        """Say something of it, whatever is chosen."""
        self.report["notes"] = [*self.report["notes"], {"line": 0, "field": "", "message": message}]


def nothing_in_it() -> str:
    """Why a file can become nothing of a practice."""
    return _("There is nothing in it that a practice takes.")
