"""The corrections that a published document names, as a list or a document shows each: where, why, what it changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from alliance.queries.public.correction_rows import CorrectionRow, correction_rows
from alliance.queries.public.correction_wording import (
    CorrectionWords,
    upheld_sentence,
    without_access_sentence,
)
from alliance.queries.public.texts import in_reader_language


@dataclass(frozen=True, slots=True)
class MadeCorrection:
    """One correction; `reason` says too what became of it: nobody could answer it, or its objection and the decision
    follow as paragraphs, or verdicts stay after it.
    """

    number: int  # of the publication that made it
    of_publication: int  # which that one corrects; of a reply it is the report's
    reason: str
    rows: Sequence[CorrectionRow]

    @property
    def publication(self) -> str:
        """Its publication, as a document names it."""
        return _("Publication No. %(number)d") % {"number": self.number}


def made_corrections(
    words: CorrectionWords | None, document: Mapping[str, Any], number: int
) -> list[MadeCorrection]:
    """The corrections of a document, the first one first; without words, without their rows.

    `number` is that of the document: its last correction is that publication itself, and does not know it.
    """
    entries = document.get("corrections", ())
    upheld = {
        entry["of_publication"]: upheld_sentence(in_reader_language(entry["reason"]))
        for entry in entries
        if "upheld" in entry
    }
    return [
        MadeCorrection(
            made_by := entry["publication"] or number,
            entry["of_publication"],
            " ".join(filter(None, (_reason(entry), upheld.get(made_by, "")))),
            correction_rows(words, entry) if words else (),
        )
        for entry in entries
        if "upheld" not in entry
    ]


def reason_of_publication(document: Mapping[str, Any], number: int) -> str:
    """Why a document was published, a correction or that verdicts stay after one; empty of any other.

    `number` is that of its publication.
    """
    for entry in document.get("corrections", ()):
        if (entry["publication"] or number) == number:
            return (
                _reason(entry)
                if "upheld" not in entry
                else upheld_sentence(in_reader_language(entry["reason"]))
            )
    return ""


def _reason(entry: Mapping[str, Any]) -> str:
    reason = in_reader_language(entry["reason"])
    if entry.get("without_access"):
        reason = f"{reason} {without_access_sentence()}"
    answer = entry.get("answer") or {}
    statements = (
        (_("The objection"), answer.get("objection")),
        (_("Why the secretariat decided so"), entry.get("decision")),
    )
    return "\n\n".join((reason, *(f"{title}: {words}" for title, words in statements if words)))
