"""What a report's page says of its corrections: what was and is, why, who agreed, who objected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from alliance.enums import CorrectionFinder, CorrectionSubject, VerdictValue
from alliance.queries.public.correction_rows import CorrectionRow, correction_rows
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.queries.public.texts import in_reader_language
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.publishing import Publication

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CorrectionStep:
    """Who did what on the way, and when."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class UpheldVerdict:
    """A verdict that was looked at again after a figure under it was corrected, and stays."""

    title: str
    anchor: str
    value: str


@dataclass(frozen=True, slots=True)
class CorrectionBlock:
    """One correction as the page shows it."""

    revision: int
    rows: Sequence[CorrectionRow]
    reason: str
    finder: str
    steps: Sequence[CorrectionStep]
    objection: str
    decision: str
    has_second_reviewer: bool
    commitments: frozenset[str]  # with a corrected value, for the index of the page
    # of the revision after it that says that its verdicts were looked at again and stay
    upheld: Sequence[UpheldVerdict] = ()
    upheld_reason: str = ""
    upheld_in: int | None = None
    published_at: datetime | None = None

    @property
    def changes_words(self) -> bool:
        """Whether a text or a verdict was corrected, and not the numbers of figures alone."""
        return any(row.is_text or row.is_verdict or row.parts for row in self.rows)


def correction_blocks(
    words: CorrectionWords, document: Content, revisions: Sequence[Publication]
) -> list[CorrectionBlock]:
    """The corrections of a document, the latest first. `revisions` say when each was published.

    That verdicts stay after a correction stands with that correction.
    """
    published = {row.revision: row.published_at for row in revisions}
    numbers = {row.revision: row.number for row in revisions}
    blocks: dict[int | None, CorrectionBlock] = {}  # by the number of the publication
    for entry in document.get("corrections", ()):
        at = published.get(entry["revision"])
        if "upheld" not in entry:
            number = entry["publication"] or numbers.get(entry["revision"])
            blocks[number] = _block(words, entry, at)
        elif corrected := blocks.get(entry["of_publication"]):
            blocks[entry["of_publication"]] = _upheld(words, corrected, entry, at)
    return list(blocks.values())[::-1]


def _upheld(
    words: CorrectionWords, block: CorrectionBlock, entry: Content, published_at: datetime | None
) -> CorrectionBlock:
    verdicts = [
        UpheldVerdict(words.title(place), words.anchor(place), str(VerdictValue(row["value"]).label))
        for row in entry["upheld"]
        for place in (CorrectionPlace(CorrectionSubject.VERDICT, row["commitment"], row["measure"]),)
    ]
    at = published_at or datetime.fromisoformat(entry["proposed"]["at"])
    return replace(
        block,
        upheld=verdicts,
        upheld_reason=in_reader_language(entry["reason"]),
        upheld_in=entry["revision"],
        steps=[
            *block.steps,
            CorrectionStep(at, _("The secretariat looked at the verdicts again: they stay")),
        ],
    )


def _block(words: CorrectionWords, entry: Content, published_at: datetime | None) -> CorrectionBlock:
    places = [CorrectionPlace.of_item(item) for item in entry["items"]]
    keys = {words.commitment_key(place) for place in places}
    return CorrectionBlock(
        revision=entry["revision"],
        rows=correction_rows(words, entry),
        reason=in_reader_language(entry["reason"]),
        finder=str(CorrectionFinder(entry["finder"]).label),
        steps=_steps(entry, published_at),
        objection=(entry["answer"] or {}).get("objection", ""),
        decision=entry["decision"],
        has_second_reviewer=entry["second_reviewer"],
        commitments=frozenset(keys),
        published_at=published_at,
    )


def _steps(entry: Content, published_at: datetime | None) -> list[CorrectionStep]:
    """From the proposal to the publication; that the other side did not answer, or could not, stands there too."""
    by_member, answer = entry["proposed"]["side"] == "member", entry["answer"]
    proposed = _("Proposed by the member") if by_member else _("Proposed by the secretariat")
    steps = [CorrectionStep(datetime.fromisoformat(entry["proposed"]["at"]), proposed)]
    if answer is not None:
        steps.append(CorrectionStep(datetime.fromisoformat(answer["at"]), _answer_text(answer)))
    if published_at is not None:
        text = _("Published by the secretariat")
        text = text if answer is not None else f"{text}; {_silence(entry)}"
        steps.append(CorrectionStep(published_at, text))
    return steps


def _silence(entry: Content) -> str:
    """Why there is no answer of the other side."""
    if entry.get("without_access"):
        return _("nobody who could answer for the member had access to the portal")
    is_by_member = entry["proposed"]["side"] == "member"
    return _("the secretariat did not answer") if is_by_member else _("the member did not answer")


def _answer_text(answer: Content) -> str:
    name = ", ".join(filter(None, (answer["name"], answer["office"]))) or _("the secretariat")
    sentence = _("Agreed: %(name)s") if answer["agreed"] else _("Objected: %(name)s")
    return sentence % {"name": name}
