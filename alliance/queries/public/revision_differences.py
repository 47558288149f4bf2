"""What differs between two revisions of a published report: its values, texts, verdicts and totals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from alliance.enums import CorrectionSubject
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.queries.public.value_differences import total_difference, value_difference
from alliance.validators.corrections import CorrectionPlace, Values, values_in
from portal.kernel.text import DiffMark, DiffPiece, compare_words

Content = Mapping[str, Any]
_UNCOMPARED = {"given_at"}  # of a verdict: the moment is no part of what it says


@dataclass(frozen=True, slots=True)
class RevisionDifference:
    """One value as each revision has it; a text in pieces, each side without the words that the other alone has."""

    title: str
    anchor: str  # the part of the report's page in which it stands
    old: str
    new: str
    old_pieces: tuple[DiffPiece, ...] = ()
    new_pieces: tuple[DiffPiece, ...] = ()
    language: str = ""
    has_other_details: bool = False  # the value is the same, and what is said of it differs


@dataclass(frozen=True, slots=True)
class RevisionDifferences:
    """All that differs: values in the order of the report, and the names of other parts that are not the same."""

    rows: tuple[RevisionDifference, ...]
    other_parts: tuple[str, ...]


def revision_differences(old: CorrectionWords, new: CorrectionWords) -> RevisionDifferences:
    """Compare two revisions of one report, each with the words for its values. No queries but those of the words."""
    rows = (*_value_differences(old, new), *_total_differences(old, new), *_statement(old, new))
    parts = {"evidence": _("evidence"), "findings": _("findings")}
    names = {
        "organisation": _("the organisation’s name or kind"),
        "cycle": _("the cycle’s title or days"),
        "charter": _("the version of the charter"),
        "services": _("the list of services"),
        "references": _("counts by others"),
        "signatory": _("who signed"),
        "late": _("whether it was filed late"),
        "submission": _("the submission that it rests on"),
    }
    others = [
        *(
            name
            for key, name in parts.items()
            if _of_measures(old.document, key) != _of_measures(new.document, key)
        ),
        *(name for key, name in names.items() if old.document.get(key) != new.document.get(key)),
    ]
    return RevisionDifferences(rows, tuple(others))


def _of_measures(document: Content, key: str) -> list[Any]:
    """A part of all measures; of a finding its text and state, not the day on which that was read."""
    rows = [measure.get(key) or [] for measure in document["measures"]]
    return [
        [{name: value for name, value in row.items() if name != "as_of"} for row in part] for part in rows
    ]


def _value_differences(old: CorrectionWords, new: CorrectionWords) -> Iterator[RevisionDifference]:
    before, after = (values_in(words.document, words.document["verdicts"]) for words in (old, new))
    for place in [*after, *(place for place in before if place not in after)]:
        earlier, later = before.get(place), after.get(place)
        if _compared(earlier) == _compared(later):
            continue
        words = new if later is not None else old
        title, anchor = words.title(place), words.anchor(place)
        if place.subject == CorrectionSubject.FIGURE:
            texts = _figures(old, new, place, earlier, later)
            yield RevisionDifference(title, anchor, *texts, has_other_details=texts[0] == texts[1])
            continue
        texts = _text_of(old, place, earlier), _text_of(new, place, later)
        rows = list(_parts(place, title, anchor, texts, earlier, later))
        if not rows and earlier is not None and later is not None:
            rows = [RevisionDifference(title, anchor, *texts, has_other_details=True)]
        yield from rows


def _compared(values: Values | None) -> Values | None:
    return values and {name: value for name, value in values.items() if name not in _UNCOMPARED}


def _parts(
    place: CorrectionPlace,
    title: str,
    anchor: str,
    texts: tuple[str, str],
    earlier: Values | None,
    later: Values | None,
) -> Iterator[RevisionDifference]:
    """What differs of a verdict or of an answer, each part of it in a row."""
    if place.subject == CorrectionSubject.VERDICT:
        if texts[0] != texts[1]:
            yield RevisionDifference(title, anchor, *texts)
        reason = _("%(verdict)s: the reason") % {"verdict": title}
        difference = _("%(verdict)s: why it differs from the measures") % {"verdict": title}
        yield from _text_difference(reason, anchor, earlier, later, "reason")
        yield from _text_difference(difference, anchor, earlier, later, "difference")
    else:
        yield from _text_difference(title, anchor, earlier, later, "text")
    languages = [get_language_info(code)["name_translated"] for code in _languages(earlier, later)]
    if languages:
        yield RevisionDifference(_("%(what)s: the language") % {"what": title}, anchor, *languages)


def _languages(earlier: Values | None, later: Values | None) -> list[str]:
    """The languages in which both say it; none where they are the same, or one does not say it."""
    codes = [(values or {}).get("language") or "" for values in (earlier, later)]
    return codes if all(codes) and codes[0] != codes[1] else []


def _figures(
    old: CorrectionWords,
    new: CorrectionWords,
    place: CorrectionPlace,
    earlier: Values | None,
    later: Values | None,
) -> tuple[str, str]:
    """The figure as each revision has it, with all that differs; a dash where the revision does not have it."""
    if earlier is None or later is None or earlier.get("withheld") or later.get("withheld"):
        return _text_of(old, place, earlier), _text_of(new, place, later)
    return value_difference(new, place, earlier, later).in_words


def _text_of(words: CorrectionWords, place: CorrectionPlace, values: Values | None) -> str:
    """The value as its revision has it; a dash where the revision does not have it."""
    if values is None:
        return "–"
    return words.text(place, None if values.get("withheld") else values)


def _text_difference(
    title: str, anchor: str, earlier: Values | None, later: Values | None, key: str
) -> Iterator[RevisionDifference]:
    old, new = ("" if values is None else str(values[key] or "") for values in (earlier, later))
    if old == new:
        return
    pieces = compare_words(old, new)
    yield RevisionDifference(
        title,
        anchor,
        old,
        new,
        tuple(piece for piece in pieces if piece.mark != DiffMark.ADDED),
        tuple(piece for piece in pieces if piece.mark != DiffMark.REMOVED),
        (later or earlier or {}).get("language") or "",
    )


def _total_differences(old: CorrectionWords, new: CorrectionWords) -> Iterator[RevisionDifference]:
    before, after = (
        {(row["indicator"], row["cell"]): row for row in words.document["totals"]} for words in (old, new)
    )
    for key in [*after, *(key for key in before if key not in after)]:
        earlier, later = before.get(key), after.get(key)
        texts = (
            total_difference(new, key[0], earlier, later).in_words
            if earlier and later
            else (
                old.total_text(key[0], earlier) if earlier else "–",
                new.total_text(key[0], later) if later else "–",
            )
        )
        if texts[0] == texts[1]:
            continue
        words = new if later else old
        place = CorrectionPlace(CorrectionSubject.FIGURE, indicator=key[0])
        yield RevisionDifference(words.total_title(*key), words.anchor(place), *texts)


def _statement(old: CorrectionWords, new: CorrectionWords) -> Iterator[RevisionDifference]:
    yield from _text_difference(
        _("Statement of the signatory"), "statement-title", old.document, new.document, "statement"
    )
