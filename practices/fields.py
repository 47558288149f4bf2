"""What a practice says, field by field: the one table that forms, diffs, files and documents all read."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from practices.enums import (
    AgeBand,
    Attribution,
    ContentType,
    Encryption,
    EvidenceGrade,
    PermittedUse,
    PracticeKind,
    PracticeStage,
    ServiceKind,
)


class FieldType(StrEnum):
    """What a field holds, in plain data."""

    LINE = "line"  # one line of text
    TEXT = "text"  # Markdown
    CHOICE = "one"  # one of its choices
    CHOICES = "some"  # a list of its choices
    KEYS = "keys"  # a list of keys of something outside: harms, measures, languages
    DATE = "date"  # 2026-08-14
    NUMBER = "number"  # a decimal, as a string
    SHARE = "share"  # a decimal from 0 to 1, as a string
    STEPS = "steps"  # a list of {"text", "by"}
    EFFECTS = "effects"  # a list of {"what", "unit", "before", "after"}
    CLASSES = (
        "classes"  # a list of {"key", "title", "outcome", "meaning", "follows"}; the first that holds counts
    )
    EXAMPLES = "examples"  # a list of {"class", "text"}
    SCORES = "scores"  # a list of {"name", "class", "precision", "recall", "rows", "on", "by"}, as they were stated


# The parts of each row, in their order.
ROW_KEYS: Mapping[FieldType, tuple[str, ...]] = {
    FieldType.STEPS: ("text", "by"),
    FieldType.EFFECTS: ("what", "unit", "before", "after"),
    FieldType.CLASSES: ("key", "title", "outcome", "meaning", "follows"),
    FieldType.EXAMPLES: ("class", "text"),
    FieldType.SCORES: ("name", "class", "precision", "recall", "rows", "on", "by"),
}


class FieldGroup(StrEnum):
    """The groups in which a record is written and read, in order."""

    IDENTITY = "identity"
    PROBLEM = "problem"
    METHOD = "method"
    POLICY = "policy"
    RESULTS = "results"
    RISKS = "risks"
    HANDLING = "handling"
    LINKS = "links"


GROUP_TITLES: Mapping[FieldGroup, str | Promise] = {
    FieldGroup.IDENTITY: _("What it is"),
    FieldGroup.PROBLEM: _("What it is for"),
    FieldGroup.METHOD: _("How it works"),
    FieldGroup.POLICY: _("Policy text"),
    FieldGroup.RESULTS: _("Results"),
    FieldGroup.RISKS: _("Risks"),
    FieldGroup.HANDLING: _("Handling"),
    FieldGroup.LINKS: _("Measures it helps with"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its key in data and files, its words, and what it holds. `limit`: characters, or entries of a list."""

    key: str
    group: FieldGroup
    title: str | Promise
    field_type: FieldType
    limit: int = 0
    choices: type[TextChoices] | None = None
    required: bool = False  # without it the record is not shared

    @property
    def is_list(self) -> bool:
        return self.field_type in (FieldType.CHOICES, FieldType.KEYS, *ROW_KEYS)


FIELDS: tuple[Field, ...] = (
    Field("title", FieldGroup.IDENTITY, _("Title"), FieldType.LINE, 200, required=True),
    Field("kind", FieldGroup.IDENTITY, _("Kind"), FieldType.CHOICE, choices=PracticeKind, required=True),
    Field("stage", FieldGroup.IDENTITY, _("Stage"), FieldType.CHOICE, choices=PracticeStage, required=True),
    Field("licence", FieldGroup.IDENTITY, _("Licence"), FieldType.LINE, 120),
    Field("harms", FieldGroup.PROBLEM, _("Kinds of harm"), FieldType.KEYS, 12, required=True),
    Field("content_types", FieldGroup.PROBLEM, _("Content types"), FieldType.CHOICES, choices=ContentType),
    Field("service_kinds", FieldGroup.PROBLEM, _("Kinds of service"), FieldType.CHOICES, choices=ServiceKind),
    Field("encryption", FieldGroup.PROBLEM, _("End-to-end encryption"), FieldType.CHOICE, choices=Encryption),
    Field("languages", FieldGroup.PROBLEM, _("Languages"), FieldType.KEYS, 40),
    Field("age_bands", FieldGroup.PROBLEM, _("Ages"), FieldType.CHOICES, choices=AgeBand),
    Field("summary", FieldGroup.METHOD, _("Summary"), FieldType.TEXT, 1200, required=True),
    Field("triggers", FieldGroup.METHOD, _("Trigger"), FieldType.TEXT, 2000),
    Field("steps", FieldGroup.METHOD, _("Steps"), FieldType.STEPS, 40),
    Field("person_decides", FieldGroup.METHOD, _("Where a person decides"), FieldType.TEXT, 2000),
    Field("limits", FieldGroup.METHOD, _("Limits"), FieldType.TEXT, 2000),
    Field("forbidden_uses", FieldGroup.METHOD, _("Not to be used for"), FieldType.TEXT, 2000),
    Field("goal", FieldGroup.POLICY, _("Goal"), FieldType.TEXT, 4000),
    Field("definitions", FieldGroup.POLICY, _("Definitions"), FieldType.TEXT, 20000),
    Field("classes", FieldGroup.POLICY, _("Classes"), FieldType.CLASSES, 20),
    Field("examples", FieldGroup.POLICY, _("Examples by class"), FieldType.EXAMPLES, 100),
    Field("allowed", FieldGroup.POLICY, _("Allowed, for example"), FieldType.TEXT, 20000),
    Field("violating", FieldGroup.POLICY, _("Not allowed, for example"), FieldType.TEXT, 20000),
    Field("prompt", FieldGroup.POLICY, _("Prompt for a model"), FieldType.TEXT, 20000),
    Field("grade", FieldGroup.RESULTS, _("Evidence"), FieldType.CHOICE, choices=EvidenceGrade),
    Field("grade_reason", FieldGroup.RESULTS, _("Reason for the grade"), FieldType.TEXT, 2000),
    Field("test_set", FieldGroup.RESULTS, _("Test data"), FieldType.TEXT, 2000),
    Field("sample_size", FieldGroup.RESULTS, _("Size of the test"), FieldType.NUMBER),
    Field("tested_on", FieldGroup.RESULTS, _("Date of the test"), FieldType.DATE),
    Field("precision", FieldGroup.RESULTS, _("Precision"), FieldType.SHARE),
    Field("recall", FieldGroup.RESULTS, _("Recall (share found)"), FieldType.SHARE),
    Field("false_positive_rate", FieldGroup.RESULTS, _("False-positive rate"), FieldType.SHARE),
    Field("scores", FieldGroup.RESULTS, _("Scores stated by the source"), FieldType.SCORES, 60),
    Field("effects", FieldGroup.RESULTS, _("Before and after"), FieldType.EFFECTS, 20),
    Field("false_alarms", FieldGroup.RISKS, _("Known false alarms"), FieldType.TEXT, 4000),
    Field("ways_round", FieldGroup.RISKS, _("Ways round it"), FieldType.TEXT, 4000),
    Field("rights", FieldGroup.RISKS, _("Effect on rights"), FieldType.TEXT, 4000),
    Field("safeguards", FieldGroup.RISKS, _("Safeguards"), FieldType.TEXT, 4000),
    Field(
        "permitted_use",
        FieldGroup.HANDLING,
        _("Permitted use"),
        FieldType.CHOICE,
        choices=PermittedUse,
        required=True,
    ),
    Field("attribution", FieldGroup.HANDLING, _("Attribution"), FieldType.CHOICE, choices=Attribution),
    Field("measures", FieldGroup.LINKS, _("Measures it helps with"), FieldType.KEYS, 40),
)

FIELDS_BY_KEY: Mapping[str, Field] = {field.key: field for field in FIELDS}


def fields_of(group: FieldGroup) -> list[Field]:
    return [field for field in FIELDS if field.group == group]
