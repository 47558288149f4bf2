"""Files with answers in JSON: how far the reading is, what a file would change in the report, and deciding about it."""

from decimal import Decimal
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alliance.enums import UploadKind, UploadStage, UploadState
from alliance.models import Pledge, ReportUpload
from alliance.queries.report_frame import RequestedFigure
from alliance.queries.upload_differences import Choice, Difference, DifferenceKind, UploadDifferences
from alliance.queries.working_copy import working_copy
from portal.kernel.api import StrictSerializer, TextField, UTCDateTimeField, VersionField
from portal.kernel.text import plain_decimal

MOST_CHOICES = 5000
_SHOWN = (UploadState.READY, UploadState.SAVED)  # of the others there is nothing to compare


class UploadInputSerializer(StrictSerializer):
    """The form of the report as XLSX, or figures as CSV."""

    file = serializers.FileField()


class RefusedCellSerializer(StrictSerializer):
    """One cell that cannot be taken."""

    field = serializers.CharField(
        help_text="What it would have been of the answer: `value`, `status`, `text`, …"
    )
    address = serializers.CharField(help_text="Where it stands: `D5`, in a workbook `Sheet!D5`.")
    text = serializers.CharField(help_text="What it holds.")
    reason = serializers.CharField()


class ChangedFieldSerializer(StrictSerializer):
    """One field of an answer, in the report and as it would be."""

    field = serializers.CharField()
    before = serializers.CharField(allow_null=True)
    after = serializers.CharField(allow_null=True)


class DifferenceSerializer(StrictSerializer):
    """One answer of the file that would change the report, or cannot be taken."""

    number = serializers.IntegerField(help_text="Its number in the file, by which it is chosen.")
    kind = serializers.ChoiceField(
        choices=[kind.value for kind in DifferenceKind if kind != DifferenceKind.UNCHANGED],
        help_text="`conflict`: someone has changed the answer in the report since the file was made.",
    )
    address = serializers.CharField(source="proposal.address", help_text="The first cell to look at.")
    where = serializers.SerializerMethodField(help_text="The place in words.")
    indicator = serializers.SerializerMethodField()
    service = serializers.SerializerMethodField()
    cell = serializers.SerializerMethodField(help_text="Of a figure's part.")
    pledge = serializers.SerializerMethodField()
    changes = serializers.SerializerMethodField()
    refusals = RefusedCellSerializer(many=True)
    warnings = serializers.ListField(
        child=serializers.CharField(), help_text="What would need a note before sign-off."
    )
    hidden = serializers.BooleanField(source="proposal.is_hidden", help_text="The row is hidden in the file.")
    choice = serializers.ChoiceField(
        choices=[choice.value for choice in Choice],
        help_text="What becomes of it when the file is saved. Unless somebody chooses otherwise, `leave` for "
        "conflicts, hidden rows and what brings a warning without a note, `take` for all else.",
    )

    def get_where(self, row: Difference) -> str:
        if row.proposal.place:
            return str(self.context["copy"].frame.words_of(row.proposal.place))
        if isinstance(row.target, Pledge):
            return row.target.title
        return row.indicator.title if row.indicator else str(row.proposal.label)

    @extend_schema_field({"type": ["string", "null"]})
    def get_indicator(self, row: Difference) -> str | None:
        place = row.proposal.place
        return (place.indicator if place else row.proposal.narrative) or None

    @extend_schema_field({"type": ["string", "null"]})
    def get_service(self, row: Difference) -> str | None:
        return row.proposal.place.service if row.proposal.place else None

    def get_cell(self, row: Difference) -> str:
        return row.proposal.place.cell if row.proposal.place else ""

    @extend_schema_field({"type": ["string", "null"]})
    def get_pledge(self, row: Difference) -> str | None:
        return row.proposal.pledge or None

    @extend_schema_field(ChangedFieldSerializer(many=True))
    def get_changes(self, row: Difference) -> list[dict[str, str | None]]:
        if not row.is_decidable:
            return []
        if isinstance(row.target, RequestedFigure):
            assert row.values is not None, "of figures that the file changes"
            return [
                _change(name, getattr(row.stored_values, name), getattr(row.values, name))
                for name in row.values.changed_from(row.stored_values)
            ]
        return [_change("text", row.stored_text, row.text)]


def _change(name: str, before: Any, after: Any) -> dict[str, str | None]:
    return {"field": name, "before": _plain(before), "after": _plain(after)}


def _plain(value: Any) -> str | None:
    """A value as CSV has it."""
    if isinstance(value, Decimal):
        return plain_decimal(value)
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


class UploadSerializer(StrictSerializer):
    """A file with answers to a report. Nothing of it is saved before it is asked for."""

    id = serializers.IntegerField(source="pk")
    report = serializers.IntegerField(source="report_id")
    kind = serializers.ChoiceField(choices=[kind.value for kind in UploadKind])
    state = serializers.ChoiceField(choices=[state.value for state in UploadState])
    name = serializers.CharField()
    sha256 = serializers.CharField(help_text="Of the file as it is read, in UTF-8.")
    stage = serializers.ChoiceField(choices=[stage.value for stage in UploadStage])
    rows_done = serializers.IntegerField()
    rows_total = serializers.IntegerField()
    refusal = serializers.CharField(
        source="refusal_sentence", help_text="Why the whole file cannot be taken; empty otherwise."
    )
    remarks = serializers.ListField(
        source="remark_sentences",
        child=serializers.CharField(),
        help_text="What was passed over in the file.",
    )
    left_empty = serializers.IntegerField(help_text="Rows without an answer: nothing happens with them.")
    uploaded_at = UTCDateTimeField()
    expires_at = UTCDateTimeField(help_text="When it is deleted unless somebody has decided.")
    saved_at = UTCDateTimeField(allow_null=True)
    saved_count = serializers.IntegerField()


class SentUploadSerializer(UploadSerializer):
    """A file with answers that was sent."""

    is_new = serializers.BooleanField(
        help_text="Not where the same file waits already: then it is for whoever has sent it first to decide."
    )


class UploadDifferencesSerializer(UploadSerializer):
    """A file with what it would change in the report; once it is saved, with what was refused."""

    digest = serializers.CharField(
        help_text="Send it with what you decide. It changes with the report and with what anybody decides; empty while "
        "there is nothing to decide."
    )
    unchanged = serializers.IntegerField(help_text="Answers that are already so in the report.")
    differences = DifferenceSerializer(many=True)


def upload_data(upload: ReportUpload) -> dict[str, Any]:
    """A file in JSON, compared with the report as it is now."""
    data = dict(UploadSerializer(upload).data)
    if upload.state not in _SHOWN:
        return {**data, "digest": "", "unchanged": 0, "differences": []}
    copy = working_copy(upload.report)
    differences = UploadDifferences(upload, copy)
    rows = [row for row in differences.rows if row.kind != DifferenceKind.UNCHANGED]
    is_ready = upload.state == UploadState.READY
    return {
        **data,
        "digest": differences.digest_beside() if is_ready else "",
        "unchanged": differences.counts[DifferenceKind.UNCHANGED] if is_ready else 0,
        "differences": DifferenceSerializer(
            [row for row in rows if is_ready or row.refusals], many=True, context={"copy": copy}
        ).data,
    }


# --- Deciding --------------------------------------------------------------------------------


class ChoiceInputSerializer(StrictSerializer):
    """What to do with one answer: take the file's, leave the report's, or of two texts keep both."""

    number = VersionField()
    choice = serializers.ChoiceField(choices=[choice.value for choice in Choice])


class ChoicesInputSerializer(StrictSerializer):
    """Choices about answers of the file as it was read with this digest."""

    example: ClassVar[Any] = {"digest": "5f0e2c1b", "choices": [{"number": 3, "choice": "take"}]}

    digest = TextField(max_length=80)
    choices = ChoiceInputSerializer(many=True, max_length=MOST_CHOICES)


class SaveInputSerializer(StrictSerializer):
    """The digest of what you have read: if anything is otherwise by now, nothing is saved."""

    example: ClassVar[Any] = {"digest": "5f0e2c1b"}

    digest = TextField(max_length=80)
