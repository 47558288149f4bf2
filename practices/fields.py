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
    Grade,
    Kind,
    PermittedUse,
    ServiceKind,
    Stage,
)


class Type(StrEnum):
    """What a field holds, in plain data."""

    LINE = "line"  # one line of text
    TEXT = "text"  # Markdown
    ONE = "one"  # one of its choices
    SOME = "some"  # a list of its choices
    KEYS = "keys"  # a list of keys of something outside: harms, measures, languages
    DATE = "date"  # 2026-08-14
    NUMBER = "number"  # a decimal, as a string
    SHARE = "share"  # a decimal from 0 to 1, as a string
    STEPS = "steps"  # a list of {"text", "by"}
    EFFECTS = "effects"  # a list of {"what", "unit", "before", "after"}


class Group(StrEnum):
    """The groups in which a record is written and read, in order."""

    IDENTITY = "identity"
    PROBLEM = "problem"
    METHOD = "method"
    POLICY = "policy"
    RESULTS = "results"
    RISKS = "risks"
    HANDLING = "handling"
    LINKS = "links"


GROUP_TITLES: Mapping[Group, str | Promise] = {
    Group.IDENTITY: _("What it is"),
    Group.PROBLEM: _("What it is for"),
    Group.METHOD: _("How it works"),
    Group.POLICY: _("Policy text"),
    Group.RESULTS: _("Results"),
    Group.RISKS: _("Risks"),
    Group.HANDLING: _("Handling"),
    Group.LINKS: _("Measures served"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its key in data and files, its words, and what it holds. `most`: characters, or entries of a list."""

    key: str
    group: Group
    title: str | Promise
    holds: Type
    most: int = 0
    choices: type[TextChoices] | None = None
    needed: bool = False  # without it the record is not shared

    @property
    def is_list(self) -> bool:
        return self.holds in (Type.SOME, Type.KEYS, Type.STEPS, Type.EFFECTS)


FIELDS: tuple[Field, ...] = (
    Field("title", Group.IDENTITY, _("Title"), Type.LINE, 200, needed=True),
    Field("kind", Group.IDENTITY, _("Kind"), Type.ONE, choices=Kind, needed=True),
    Field("stage", Group.IDENTITY, _("Stage"), Type.ONE, choices=Stage, needed=True),
    Field("licence", Group.IDENTITY, _("Licence"), Type.LINE, 120),
    Field("harms", Group.PROBLEM, _("Kinds of harm"), Type.KEYS, 12, needed=True),
    Field("content_types", Group.PROBLEM, _("Content types"), Type.SOME, choices=ContentType),
    Field("service_kinds", Group.PROBLEM, _("Kinds of service"), Type.SOME, choices=ServiceKind),
    Field("encryption", Group.PROBLEM, _("End-to-end encryption"), Type.ONE, choices=Encryption),
    Field("languages", Group.PROBLEM, _("Languages"), Type.KEYS, 40),
    Field("age_bands", Group.PROBLEM, _("Ages"), Type.SOME, choices=AgeBand),
    Field("summary", Group.METHOD, _("Summary"), Type.TEXT, 1200, needed=True),
    Field("triggers", Group.METHOD, _("Trigger"), Type.TEXT, 2000),
    Field("steps", Group.METHOD, _("Steps"), Type.STEPS, 40),
    Field("person_decides", Group.METHOD, _("Where a person decides"), Type.TEXT, 2000),
    Field("limits", Group.METHOD, _("Limits"), Type.TEXT, 2000),
    Field("forbidden_uses", Group.METHOD, _("Not to be used for"), Type.TEXT, 2000),
    Field("goal", Group.POLICY, _("Goal"), Type.TEXT, 4000),
    Field("definitions", Group.POLICY, _("Definitions"), Type.TEXT, 20000),
    Field("allowed", Group.POLICY, _("Allowed, for example"), Type.TEXT, 20000),
    Field("violating", Group.POLICY, _("Not allowed, for example"), Type.TEXT, 20000),
    Field("grade", Group.RESULTS, _("Evidence"), Type.ONE, choices=Grade),
    Field("grade_reason", Group.RESULTS, _("Reason for the grade"), Type.TEXT, 2000),
    Field("test_set", Group.RESULTS, _("Test data"), Type.TEXT, 2000),
    Field("sample_size", Group.RESULTS, _("Size of the test"), Type.NUMBER),
    Field("tested_on", Group.RESULTS, _("Date of the test"), Type.DATE),
    Field("precision", Group.RESULTS, _("Precision"), Type.SHARE),
    Field("recall", Group.RESULTS, _("Recall (share found)"), Type.SHARE),
    Field("false_positive_rate", Group.RESULTS, _("False-positive rate"), Type.SHARE),
    Field("effects", Group.RESULTS, _("Before and after"), Type.EFFECTS, 20),
    Field("false_alarms", Group.RISKS, _("Known false alarms"), Type.TEXT, 4000),
    Field("ways_round", Group.RISKS, _("Ways round it"), Type.TEXT, 4000),
    Field("rights", Group.RISKS, _("Effect on rights"), Type.TEXT, 4000),
    Field("safeguards", Group.RISKS, _("Safeguards"), Type.TEXT, 4000),
    Field("permitted_use", Group.HANDLING, _("Permitted use"), Type.ONE, choices=PermittedUse, needed=True),
    Field("attribution", Group.HANDLING, _("Attribution"), Type.ONE, choices=Attribution),
    Field("measures", Group.LINKS, _("Measures served"), Type.KEYS, 40),
)

FIELD: Mapping[str, Field] = {field.key: field for field in FIELDS}


def fields_of(group: Group) -> list[Field]:
    return [field for field in FIELDS if field.group == group]
