"""Charters: chapters, commitments, measures, indicators; harms; how versions map onto one another."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import (
    Aggregation,
    CharterState,
    Direction,
    Disclosure,
    IndicatorScope,
    IndicatorType,
    Period,
    PeriodAggregation,
    SignatureRule,
    Unit,
    ValueType,
)
from alliance.models.charter_triggers import charter_fixed_in_force, part_fixed_in_force
from alliance.models.people import Person
from portal.kernel import clock
from portal.kernel.access import visible_by


class Charter(models.Model):
    """A named, versioned text. Immutable once in force."""

    key = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=CharterState.choices, default=CharterState.DRAFT)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True, default="")
    # every page marks a text that its alliance has not adopted
    working_text = models.BooleanField(default=False)
    note = models.TextField(blank=True, default="")
    # the statement that signatories sign; empty for the portal's own sentence
    statement = models.TextField(blank=True, default="")
    sources = models.JSONField(default=list)
    # breakdown dimensions: [{"key", "title": {"en", "ru"}, "cells": [{"key", "title": {…}}]}]; the parts of a category
    # follow it as cells `category/part`
    breakdowns = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)  # of its file's content; comments and layout do not count
    # the earlier version whose keys the mappings name; the one before where it does not say
    supersedes = models.PositiveSmallIntegerField(null=True)
    # what its signatories agree to about later versions; days in which they can object where signatures carry over
    later_signatures = models.CharField(
        max_length=26, choices=SignatureRule.choices, default=SignatureRule.SIGN_ANEW
    )
    notice_days = models.PositiveSmallIntegerField(null=True)
    # of a draft that was announced: since when, how signatures carry over to it, and the last day of objections
    announced_at = models.DateTimeField(null=True)
    signatures = models.CharField(max_length=26, choices=SignatureRule.choices, blank=True, default="")
    objections_until = models.DateField(null=True)
    # of a draft: the day on which a job puts it in force
    planned_on = models.DateField(null=True)
    in_force_on = models.DateField(null=True)
    loaded_at = models.DateTimeField(db_default=Now(), editable=False)
    # text or mapping, of a draft
    edited_at = models.DateTimeField(db_default=Now(), editable=False)
    # the last dry run of putting it in force, and what it found: {"problems": […], "following", "returning", …}
    checked_at = models.DateTimeField(null=True)
    check_result = models.JSONField(default=dict)

    objects = visible_by(access.charters).as_manager()

    class Meta:
        ordering = ("key", "-version")
        constraints = (models.UniqueConstraint(fields=["key", "version"], name="charter_version"),)
        triggers = charter_fixed_in_force(
            ("title", "summary", "note", "statement"),
            {"sources": ["$[*].url"], "breakdowns": ["$[*].key", "$[*].cells[*].key"]},
        )

    def __str__(self) -> str:
        return f"{self.title} ({self.version})"


class Harm(models.Model):
    """One entry of the charter's short list of harms, with the identifiers that others use for it."""

    charter = models.ForeignKey(Charter, on_delete=models.CASCADE, related_name="harms")
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    note = models.TextField(blank=True, default="")
    identifiers = models.JSONField(default=list)  # [{"scheme", "id"}]

    objects = visible_by(access.charter_parts).as_manager()

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=["charter", "key"], name="harm_key"),)
        triggers = part_fixed_in_force(("title", "note"))

    def __str__(self) -> str:
        return self.title


class Chapter(models.Model):
    """Groups commitments, no more."""

    charter = models.ForeignKey(Charter, on_delete=models.CASCADE, related_name="chapters")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)

    objects = visible_by(access.charter_parts).as_manager()

    class Meta:
        ordering = ("position",)
        triggers = part_fixed_in_force(("title",))

    def __str__(self) -> str:
        return self.title


class Commitment(models.Model):
    """What the signatories promise; addresses, pledges and series follow the key, people read the code."""

    charter = models.ForeignKey(Charter, on_delete=models.CASCADE, related_name="commitments")
    chapter = models.ForeignKey(Chapter, on_delete=models.CASCADE, related_name="commitments")
    key = models.SlugField(max_length=60)
    code = models.CharField(max_length=12)
    position = models.PositiveSmallIntegerField()
    short = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    text = models.TextField()

    objects = visible_by(access.charter_parts).as_manager()

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=["charter", "key"], name="commitment_key"),)
        triggers = part_fixed_in_force(("short", "title", "text"))

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Measure(models.Model):
    """What is done for a commitment. Core measures are required of every member, others of those who pledge them."""

    charter = models.ForeignKey(Charter, on_delete=models.CASCADE, related_name="measures")
    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="measures")
    key = models.SlugField(max_length=60)
    code = models.CharField(max_length=12)
    position = models.PositiveSmallIntegerField()
    core = models.BooleanField(default=True)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True, default="")

    objects = visible_by(access.charter_parts).as_manager()

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=["charter", "key"], name="measure_key"),)
        triggers = part_fixed_in_force(("title", "text"))

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Indicator(models.Model):
    """What a measure asks: a narrative, or a typed figure."""

    charter = models.ForeignKey(Charter, on_delete=models.CASCADE, related_name="indicators")
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="indicators")
    key = models.SlugField(max_length=60)
    code = models.CharField(max_length=12)
    position = models.PositiveSmallIntegerField()
    type = models.CharField(max_length=9, choices=IndicatorType.choices)
    title = models.CharField(max_length=200)
    guidance = models.TextField(blank=True, default="")  # for the person who fills it in
    explanation = models.TextField(blank=True, default="")  # for readers: what the figure or the text is
    limit = models.PositiveIntegerField(default=2000)  # characters of a narrative
    value = models.CharField(max_length=8, choices=ValueType.choices, blank=True, default="")
    choices = models.JSONField(default=list)  # [{"key", "title": {"en", "ru"}}]
    unit = models.CharField(max_length=13, choices=Unit.choices, blank=True, default="")
    direction = models.CharField(max_length=7, choices=Direction.choices, default=Direction.NEUTRAL)
    scope = models.CharField(max_length=12, choices=IndicatorScope.choices, default=IndicatorScope.SERVICE)
    breakdowns = ArrayField(
        models.SlugField(max_length=60), default=list, size=2
    )  # keys of Charter.breakdowns
    exclusive = models.BooleanField(default=False)
    # asked for by the months or quarters of the cycle too, and how their total is worked out
    period = models.CharField(max_length=7, choices=Period.choices, blank=True, default="")
    period_aggregation = models.CharField(
        max_length=7, choices=PeriodAggregation.choices, blank=True, default=""
    )
    aggregation = models.CharField(max_length=7, choices=Aggregation.choices, default=Aggregation.NONE)
    disclosure = models.CharField(max_length=11, choices=Disclosure.choices, default=Disclosure.PUBLIC)
    minimum = models.DecimalField(max_digits=30, decimal_places=6, null=True)
    maximum = models.DecimalField(max_digits=30, decimal_places=6, null=True)
    # the figure that this one cannot exceed, by its key in the same charter
    part_of = models.SlugField(max_length=60, blank=True, default="")

    objects = visible_by(access.charter_parts).as_manager()

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=["charter", "key"], name="indicator_key"),)
        triggers = part_fixed_in_force(("title", "guidance", "explanation"), {"choices": ["$[*].key"]})
        verbose_name = _("Indicator")

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def meaning(self) -> str:
        """What it is, in words for readers; where the charter has none, what it asks of members."""
        return self.explanation or self.guidance

    @property
    def decides_targets(self) -> bool:
        """Whether its figure can be as good as a value that is pledged: a number of which one side is the better."""
        return self.value not in ("", ValueType.CHOICE) and self.direction != Direction.NEUTRAL

    def get_unit_display(self) -> str:  # type: ignore[no-redef]  # in the place of Django's
        """The unit in words, as Django gives it, without its copy of all choices for each row of a large table."""
        return str(Unit(self.unit).label) if self.unit else ""


class KeyMapping(models.Model):
    """A key of an earlier version becomes a key of this one; many to many. A split or merge breaks the series.

    Without `key` it is still to be decided what became of the earlier one, and its other rows are proposals. A row with
    a reason breaks the series too, although one key became one: the reason stands where charts break.
    """

    charter = models.ForeignKey(Charter, on_delete=models.CASCADE, related_name="mappings")
    earlier_key = models.SlugField(max_length=60)
    key = models.SlugField(max_length=60, blank=True, default="")
    reason = models.TextField(blank=True, default="")

    objects = visible_by(access.charter_parts).as_manager()

    class Meta:
        triggers = part_fixed_in_force(("reason",))

    def __str__(self) -> str:
        return f"{self.earlier_key} → {self.key or '?'}"


class CharterUpload(models.Model):
    """A charter file that a manager has sent to be looked at: what it would bring, before it is loaded or deleted."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)  # of the file
    content = models.BinaryField()
    sent_at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.secretariat_only).as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("Charter file")

    def __str__(self) -> str:
        return f"charter file {self.pk}"
