"""Packs in JSON: test sets and signals for the working copy, and runs with their scores."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from portal.kernel.api import DayField, StrictSerializer, TextField, UTCDateTimeField
from practices.api.serializers.labels import LabelledSerializer, TlpField
from practices.enums import SIGNAL_KINDS, HashAlgorithm, RunKind
from practices.models import Attachment, ModelRun
from practices.packs.scoring import Share, precision, recall


class TestSetInputSerializer(StrictSerializer):
    """A test set for the policy of the working copy; it takes the place of the one that is there."""

    file = serializers.FileField(
        help_text="CSV or JSONL, up to 60 MB: `id`, `text`, `class`, and `language` if it is known."
    )
    title = TextField(column=(Attachment, "title"), allow_blank=True, default="")
    hold_back = serializers.IntegerField(
        min_value=0,
        max_value=90,
        allow_null=True,
        default=None,
        help_text="Of a hundred rows so many are given to nobody; null: those that are held back already.",
    )
    labelled_by = TextField(max_length=200, allow_blank=True, default="")
    made_from = TextField(max_length=200, allow_blank=True, default="")
    leave_out_unknown = serializers.BooleanField(
        default=False, help_text="Leaves out rows of classes that the policy does not have."
    )


class SignalsInputSerializer(StrictSerializer):
    """Signals for the working copy. A hash list has digests alone; content may never be sent."""

    file = serializers.FileField(help_text="A digest or a word on each line; Sigma rules as YAML.")
    kind = serializers.ChoiceField(choices=[kind.value for kind in SIGNAL_KINDS])
    title = TextField(column=(Attachment, "title"), allow_blank=True, default="")
    algorithm = serializers.ChoiceField(
        choices=["", *HashAlgorithm.values], default="", help_text="Of a hash list."
    )


class RunInputSerializer(StrictSerializer):
    """The answers of a run, and who gave them. The portal counts the scores; none is sent."""

    file = serializers.FileField(help_text="CSV, on each line `id,class`; or JSONL of both.")
    kind = serializers.ChoiceField(choices=RunKind.values, default=RunKind.MODEL.value)
    name = TextField(column=(ModelRun, "name"), help_text="Name and version.")
    setting = TextField(
        column=(ModelRun, "setting"), allow_blank=True, default="", help_text="How it was asked."
    )
    ran_on = DayField()
    test_set = serializers.UUIDField(
        allow_null=True,
        default=None,
        help_text="The key of the test set; null: that of the latest version, else of the working copy.",
    )


class ShareSerializer(StrictSerializer):
    """So many of so many, with the bounds between which ninety-five of a hundred such test sets lie (Wilson)."""

    hits = serializers.IntegerField()
    of = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True, help_text="From 0 to 1; null where nothing was counted.")
    low = serializers.SerializerMethodField()
    high = serializers.SerializerMethodField()

    def get_low(self, share: Share) -> float:
        return share.bounds[0]

    def get_high(self, share: Share) -> float:
        return share.bounds[1]


@extend_schema_serializer(component_name="ClassScore")
class ClassScoreSerializer(StrictSerializer):
    """How often a run was right about one class."""

    key = serializers.CharField(help_text="Of the class.")
    precision = ShareSerializer()
    recall = ShareSerializer()


@extend_schema_serializer(component_name="ModelRun")
class RunSerializer(LabelledSerializer):
    """A run on a test set of the practice, as the portal has counted it."""

    tlp = TlpField(source="handling_label")
    key = serializers.UUIDField()
    test_set = serializers.UUIDField(source="attachment.key")
    version = serializers.IntegerField(
        help_text="Of the practice when the run was added; 0 before there was one."
    )
    kind = serializers.ChoiceField(choices=RunKind.values)
    name = serializers.CharField()
    setting = serializers.CharField()
    ran_on = serializers.DateField()
    rows = serializers.IntegerField(help_text="How many rows were answered, without those held back.")
    organisation = serializers.SlugField(source="organisation.slug")
    source = serializers.CharField(help_text="Whose run it was, where a pack has brought it in; else empty.")
    added_at = UTCDateTimeField()
    scores = serializers.SerializerMethodField()
    scores_held_back = serializers.SerializerMethodField(
        help_text="On the rows that are given to nobody, where the run has answered them."
    )

    @extend_schema_field(ClassScoreSerializer(many=True))
    def get_scores(self, run: ModelRun) -> Any:
        return _scores(run.counts)

    @extend_schema_field(ClassScoreSerializer(many=True))
    def get_scores_held_back(self, run: ModelRun) -> Any:
        return _scores(run.counts_held_back)


def _scores(counts: Mapping[str, dict[str, int]]) -> Any:
    rows = [
        {"key": key, "precision": precision(counted), "recall": recall(counted)}
        for key, counted in counts.items()
    ]
    return ClassScoreSerializer(rows, many=True).data
