"""Whatever of a value a correction may change: what it was and what it is are never worded the same."""

from typing import Any

import pytest
from django.utils.translation import override

from alliance.enums import ValueType
from alliance.figure_fields import FIELDS, FigureValues
from alliance.models import Charter, Indicator
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.queries.public.readings import Reading, reading_after_break
from alliance.queries.public.value_differences import total_difference, value_difference
from alliance.queries.public.wording import text_before_correction
from alliance.queries.published_states import (
    STANDING_FIELDS,
    TARGET_FIELDS,
    VERDICT_FIELDS,
)
from alliance.validators.corrections import CorrectionPlace
from tests.factories import read_charter
from tests.support.corrections import LIVE

pytestmark = pytest.mark.django_db

FIGURE: dict[str, Any] = {
    **FigureValues().to_document(), "value": "394", "lower": "300", "upper": "450", "method": "By hand.",
}  # fmt: skip
VERDICT = {"value": "limited", "reason": "Nights are missing.", "difference": "They weigh most."}
DECISION = {"state": "missed", "reason": {"en": "Late.", "ru": "Поздно."}, "decided_on": "2026-01-02"}
TARGET = {"text": "Faster.", "due_on": "2025-12-31", "value": "600", "indicator": "x", "decision": DECISION}
# what is changed alone, and how both sides read then
FIGURES: dict[str, tuple[Any, str, str]] = {
    "status": ("not_measured", "394", "Not measured"),
    "value": ("349", "394", "349"),
    "choice": ("second", "First way", "Second way"),
    "numerator": ("2", "25 % (1 of 4)", "25 % (2 of 4)"),
    "denominator": ("5", "25 % (1 of 4)", "25 % (1 of 5)"),
    "lower": (None, "394 (300–450)", "394 (…–450)"),
    "upper": ("460", "394 (300–450)", "394 (300–460)"),
    "estimate": (True, "394", "≈ 394"),
    "method": ("By machine.", "394; How it was counted: By hand.", "394; How it was counted: By machine."),
    "note": ("Twice.", "394", "394; Note: Twice."),
    "reason": ("A law.", "394", "394; Reason: A law."),
    "definition_changed": (True, "394", "394 (definition changed)"),
    "definition_note": ("Broadcasts too.", "394", "394; Why it changed: Broadcasts too."),
}
VERDICTS = {
    "value": ("complete", "Limited", "Complete"),
    "reason": (
        "Days too.",
        "Limited; Reason for the verdict: Nights are missing.",
        "Limited; Reason for the verdict: Days too.",
    ),
    "difference": ("", "Limited; Why it differs from the measures: They weigh most.", "Limited"),
}
TARGETS: dict[str, Any] = {
    "text": "Slower.",
    "due_on": "2026-12-31",
    "value": "700",
    "decision": {**DECISION, "reason": {"en": "Late.", "ru": "Совсем поздно."}},
}


@pytest.fixture
def charter() -> Charter:
    """One indicator asks for a choice."""
    choices = [{"key": key, "title": {"en": f"{key.title()} way"}} for key in ("first", "second")]
    Indicator.objects.filter(key="hash-matching").update(value=ValueType.CHOICE, choices=choices)
    return read_charter()


@pytest.fixture
def words(charter: Charter) -> CorrectionWords:
    return CorrectionWords(charter, {"services": [], "pledges": []})


def in_words(words: CorrectionWords, place: CorrectionPlace, old: Any, new: Any) -> tuple[str, str]:
    was, is_now = value_difference(words, place, old, new).in_words
    return was.replace("\u00a0", " "), is_now.replace("\u00a0", " ")


def test_every_field_of_a_figure(words: CorrectionWords) -> None:
    indicators = {
        "choice": "hash-matching",
        "numerator": "found-proactively",
        "denominator": "found-proactively",
    }
    of_share = {"value": "25", "numerator": "1", "denominator": "4", "lower": None, "upper": None}
    special = {"choice": {"value": None, "choice": "first", "lower": None, "upper": None}}
    texts_by_name = {}
    for name, (new, _was, _is) in FIGURES.items():
        key = indicators.get(name, LIVE.indicator)
        old = {**FIGURE, **special.get(name, of_share if key == "found-proactively" else {})}
        place = CorrectionPlace("figure", indicator=key)
        texts_by_name[name] = in_words(words, place, old, {**old, name: new})

    assert set(FIGURES) == set(FIELDS)
    assert texts_by_name == {
        name: texts for name, (_new, *sides) in FIGURES.items() for texts in (tuple(sides),)
    }


def test_a_share_that_is_rounded_to_the_same(words: CorrectionWords) -> None:
    place, old = (
        CorrectionPlace("figure", indicator="found-proactively"),
        {**FIGURE, "lower": None, "upper": None},
    )

    texts = in_words(words, place, {**old, "value": "12.341"}, {**old, "value": "12.344"})

    assert texts == ("12.341 %", "12.344 %")


def test_every_field_of_a_verdict_a_target_and_a_filing(words: CorrectionWords) -> None:
    verdict, target, filing = (
        CorrectionPlace("verdict", "find"),
        CorrectionPlace.of_target("x", 1),
        CorrectionPlace.of_standing(),
    )
    texts_by_name = {
        name: in_words(words, verdict, VERDICT, {**VERDICT, name: new})
        for name, (new, *_sides) in VERDICTS.items()
    }
    exempt = {"standing": "exempt", "reason": "Merged."}

    assert (set(VERDICTS), set(TARGETS)) == (set(VERDICT_FIELDS), set(TARGET_FIELDS))
    assert texts_by_name == {name: tuple(sides) for name, (_new, *sides) in VERDICTS.items()}
    for language in ("en", "ru"):  # each reads one of the two reasons
        with override(language):
            for name, new in TARGETS.items():
                was, is_now = in_words(words, target, TARGET, {**TARGET, name: new})
                assert was != is_now, (name, language)
    for name in STANDING_FIELDS:
        other = {"standing": "not_filed", "reason": "Sold."}[name]
        was, is_now = in_words(words, filing, exempt, {**exempt, name: other})
        assert was != is_now, name


def test_a_total_over_other_services(words: CorrectionWords) -> None:
    total = {"value": "12", "withheld": False, "parts": 2, "of": 3}

    assert total_difference(words, LIVE.indicator, total, {**total, "parts": 3}).in_words == (
        "12 (2 of 3 services)",
        "12 (3 of 3 services)",
    )


def test_the_mark_of_bounds_and_of_a_broken_series(charter: Charter) -> None:
    indicator = Indicator.objects.get(charter=charter, key=LIVE.indicator)

    def before(**was: Any) -> str:
        now = Reading(value=FigureValues.from_document(FIGURE).value, corrected_in=2, was={**FIGURE, **was})
        return text_before_correction(indicator, now, now.before_correction)

    assert before() == "394 (300–450)"
    assert before(lower=None, upper=None) == ""
    assert before(lower=None, upper=None, definition_changed=True) == "394 (definition changed)"
    now = reading_after_break(
        Reading(value=FigureValues.from_document(FIGURE).value, was={**FIGURE, "value": "1"})
    )
    assert (
        text_before_correction(indicator, now, now.before_correction) == "1 (300–450)"
    )  # the break is the charter's
