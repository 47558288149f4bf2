"""What the public pages read of practices: rows derived from publications alone."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from alliance.models import Organisation
from portal.kernel.publishing import Projection
from practices.enums import EvidenceGrade, Label, PracticeKind, PracticeStage, PublicState

SEARCH_CONFIG = "portal_words"  # stems both languages


def _keys() -> ArrayField:
    return ArrayField(models.CharField(max_length=60), default=list)


_CURRENT = models.Q(valid_to__isnull=True)


class PublishedPractice(Projection):
    """A practice as one publication says it: a version shared with the world, its end, or its withdrawal.

    The current row is its present state; those before it are its earlier versions. No row of a withdrawal has
    content: what was withdrawn stays in the rows and publications before it.
    """

    label = Label.CLEAR  # nothing else is ever here; pages ask each record for its label

    record = models.UUIDField()  # the practice's key
    state = models.CharField(max_length=9, choices=PublicState.choices)
    reason = models.TextField(blank=True, default="")  # of its end or withdrawal, for everybody to read
    at = models.DateTimeField()  # of the publication
    # none where the practice asks that its source is not named
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, related_name="+")
    number = models.PositiveIntegerField()  # of the version
    note = models.CharField(max_length=500, blank=True, default="")
    shared_at = models.DateTimeField()  # the version was
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=200)
    authors = models.JSONField(
        default=list
    )  # [{"name", "organisation": {"slug", "kind", "name": {"en", "ru"}}}]
    content = models.JSONField(default=dict)  # by the keys of practices.fields
    relations = models.JSONField(default=list)  # [{"kind", "practice", "title"}]
    files = models.JSONField(default=list)  # [{"title", "name", "media_type", "bytes", "sha256"}]
    expires_on = models.DateField(null=True)
    # what the list is narrowed by
    kind = models.CharField(max_length=10, choices=PracticeKind.choices, blank=True, default="")
    stage = models.CharField(max_length=10, choices=PracticeStage.choices, blank=True, default="")
    grade = models.CharField(max_length=10, choices=EvidenceGrade.choices, blank=True, default="")
    harms = _keys()
    service_kinds = _keys()
    measures = _keys()
    # read by 0.1.0 alone, which may run beside this version; the search asks SearchDocument
    search = SearchVectorField(null=True, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["record"], condition=_CURRENT, name="published_practice_current"),
        )
        indexes = (
            models.Index(fields=["record", "-valid_from"], name="published_practice_history"),
            models.Index(fields=["-shared_at"], condition=_CURRENT, name="published_practice_latest"),
            models.Index(fields=["organisation"], condition=_CURRENT, name="published_practice_source"),
            GinIndex(fields=["search"], name="published_practice_search"),
            GinIndex(fields=["measures"], name="published_practice_measures"),
            GinIndex(fields=["relations"], opclasses=["jsonb_path_ops"], name="published_practice_relations"),
        )

    def __str__(self) -> str:
        return f"practice {self.record} by No. {self.valid_from}"

    def get_label_display(self) -> str:
        return self.label.label

    @property
    def is_public(self) -> bool:
        """Whether it is public still; a retired one is."""
        return self.state != PublicState.WITHDRAWN
