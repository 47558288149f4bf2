"""What a version says, as pages show it: choices in words, keys by their titles, nothing that is empty."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.charts import Change, ChangeChart
from practices.enums import AgeBand, ClassOutcome, EvidenceGrade, StepBy
from practices.fields import FIELDS, FIELDS_BY_KEY, Field, FieldGroup, FieldType, fields_of
from practices.queries import taxonomy
from practices.translated_texts import with_languages


@dataclass(frozen=True, slots=True)
class MethodStep:
    """One step of a method: `by` is the code of who takes it, `by_label` the word for that."""

    text: str
    by: str
    by_label: str


@dataclass(frozen=True, slots=True)
class Effect:
    """A number before and after."""

    what: str
    unit: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class PolicyClass:
    """A class of a policy: the first one that holds is the answer."""

    key: str
    title: str
    outcome: ClassOutcome
    meaning: str
    follows: str


@dataclass(frozen=True, slots=True)
class StatedScore:
    """What somebody says that a model reached; the portal has not computed it."""

    name: str
    class_key: str
    precision: Decimal | None
    recall: Decimal | None
    rows: Decimal | None
    tested_on: date | None
    by: str


@dataclass(frozen=True, slots=True)
class ClassExample:
    """An example with the class that it bears."""

    class_key: str
    text: str


@dataclass(frozen=True, slots=True)
class NamedKey:
    """A key with its title in the charters in force; the key itself where they do not have it."""

    key: str
    title: str
    code: str = ""
    commitment: str = ""  # the key of a measure's commitment


_TEST = ("test_set", "sample_size", "tested_on", "precision", "recall", "false_positive_rate", "scores")


@dataclass(frozen=True)
class ContentView:
    """The content of a version for templates: `reading.values.limits`, `reading.has_group.policy`.

    Each text knows its language (`reading.values.limits.language`): that of the content, or of the translation, whose
    texts are named.
    """

    content: Mapping[str, Any]
    language: str = ""
    translated: Collection[str] = ()
    translated_language: str = ""

    @cached_property
    def _written(self) -> Mapping[str, Any]:
        return with_languages(self.content, self.language, self.translated, self.translated_language)

    @cached_property
    def values(self) -> dict[str, Any]:
        """By field, as people read it; what is empty is not there."""
        return {
            field.key: _DISPLAY_VALUES[field.field_type](field, self._written[field.key])
            for field in FIELDS
            if self._written.get(field.key)
        }

    @cached_property
    def has_group(self) -> dict[str, bool]:
        """By group, whether any of its fields is filled in."""
        return {
            group.value: any(field.key in self.values for field in fields_of(group)) for group in FieldGroup
        }

    @property
    def method_beyond_summary(self) -> bool:
        """Whether the method is described beyond the summary, which is shown apart."""
        return any(
            field.key in self.values for field in fields_of(FieldGroup.METHOD) if field.key != "summary"
        )

    @property
    def has_test(self) -> bool:
        """Whether a test is described besides the grade."""
        return any(key in self.values for key in _TEST)

    @cached_property
    def charts(self) -> list[ChangeChart]:
        """What was measured before and after, on one scale for each unit."""
        effects: list[Effect] = self.values.get("effects", [])
        units = dict.fromkeys(effect.unit for effect in effects)
        return [
            _chart(place, unit, [effect for effect in effects if effect.unit == unit])
            for place, unit in enumerate(units, start=1)
        ]

    @cached_property
    def bars(self) -> list[bool]:
        """The five bars of the evidence grade, the filled ones first."""
        grades = list(EvidenceGrade)
        filled = grades.index(self.values["grade"]) + 1 if "grade" in self.values else 0
        return [place < filled for place in range(len(grades))]

    @cached_property
    def ages(self) -> str:
        """Age bands in years; neighbours are one span."""
        bands = list(AgeBand)
        places = [bands.index(band) for band in self.values.get("age_bands", [])]
        spans: list[list[int]] = []
        for place in places:
            if spans and spans[-1][1] == place - 1:
                spans[-1][1] = place
            else:
                spans.append([place, place])
        texts = []
        for first, last in spans:
            youngest, oldest = bands[first].value.partition("-")[0], bands[last].value.partition("-")[2]
            texts.append(str(bands[first].label) if first == last else f"{youngest}–{oldest}")
        return ", ".join(texts)

    @cached_property
    def examples_by_outcome(self) -> dict[str, list[ClassExample]]:
        """The examples of what is not allowed and of what is, each with its class, in the order of the classes."""
        by_outcome: dict[str, list[ClassExample]] = {}
        rows = self._written.get("examples", [])
        for policy_class in self.values.get("classes", []):
            by_outcome.setdefault(policy_class.outcome.value, []).extend(
                ClassExample(policy_class.key, row["text"])
                for row in rows
                if row["class"] == policy_class.key
            )
        return by_outcome

    def filled_fields(self, *keys: str) -> list[tuple[Field, str]]:
        """The fields of these that say something, each with its text."""
        return [(FIELDS_BY_KEY[key], self.values[key]) for key in keys if key in self.values]


def _chart(position: int, unit: str, effects: list[Effect]) -> ChangeChart:
    return ChangeChart(
        name=f"effects-{position}",
        title=_("Before and after"),
        unit=unit,
        changes=[Change(effect.what, effect.before, effect.after) for effect in effects],
    )


def _unchanged(field: Field, value: Any) -> Any:
    del field
    return value


def _choice(field: Field, value: str) -> Any:
    assert field.choices is not None
    return field.choices(value)  # compares as its code, reads as its label


def _named_keys(field: Field, keys: list[str]) -> list[NamedKey]:
    if field.key == "harms":
        harms = taxonomy.harms()
        return [NamedKey(key, harms[key].title if key in harms else key) for key in keys]
    if field.key == "languages":
        return [NamedKey(key, taxonomy.language_name(key)) for key in keys]
    measures = taxonomy.measures()
    named_keys = []
    for key in keys:
        measure = measures.get(key)
        if measure is None:
            named_keys.append(NamedKey(key, key))
        else:
            named_keys.append(NamedKey(key, measure.title, measure.code, measure.commitment.key))
    return named_keys


def _steps(field: Field, rows: list[Mapping[str, str]]) -> list[MethodStep]:
    del field
    return [MethodStep(row["text"], row["by"], str(StepBy(row["by"]).label)) for row in rows]


def _effects(field: Field, rows: list[Mapping[str, str]]) -> list[Effect]:
    del field
    return [
        Effect(row["what"], row.get("unit", ""), Decimal(row["before"]), Decimal(row["after"]))
        for row in rows
    ]


def _classes(field: Field, rows: list[Mapping[str, str]]) -> list[PolicyClass]:
    del field
    return [
        PolicyClass(
            row["key"],
            row["title"],
            ClassOutcome(row["outcome"]),
            row.get("meaning", ""),
            row.get("follows", ""),
        )
        for row in rows
    ]


def _scores(field: Field, rows: list[Mapping[str, str]]) -> list[StatedScore]:
    del field
    return [
        StatedScore(
            row["name"],
            row.get("class", ""),
            Decimal(row["precision"]) if row.get("precision") else None,
            Decimal(row["recall"]) if row.get("recall") else None,
            Decimal(row["rows"]) if row.get("rows") else None,
            date.fromisoformat(row["on"]) if row.get("on") else None,
            row.get("by", ""),
        )
        for row in rows
    ]


_DISPLAY_VALUES: Mapping[FieldType, Callable[[Field, Any], Any]] = {
    FieldType.LINE: _unchanged,
    FieldType.TEXT: _unchanged,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: lambda field, values: [_choice(field, value) for value in values],
    FieldType.KEYS: _named_keys,
    FieldType.DATE: lambda field, value: date.fromisoformat(value),
    FieldType.NUMBER: lambda field, value: Decimal(value),
    FieldType.SHARE: lambda field, value: Decimal(value),
    FieldType.STEPS: _steps,
    FieldType.EFFECTS: _effects,
    FieldType.CLASSES: _classes,
    FieldType.EXAMPLES: _unchanged,
    FieldType.SCORES: _scores,
}


def key_labeller() -> Callable[[Field, str], str]:
    """How a comparison calls keys: each taxonomy is read once, and only where it is needed."""
    known: dict[str, Mapping[str, Any]] = {}

    def name(field: Field, value: str) -> str:
        if field.key == "languages":
            return taxonomy.language_name(value)
        if field.key not in ("harms", "measures"):
            return value
        if field.key not in known:
            known[field.key] = taxonomy.harms() if field.key == "harms" else taxonomy.measures()
        row = known[field.key].get(value)
        if row is None:
            return value
        return str(row.title) if field.key == "harms" else f"{row.code} {row.title}"

    return name
