"""Imports of supporters in JSON: how far one is, what its file would bring, row by row, and deciding about it."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from alliance.enums import ImportRowOutcome, TwinDecision
from alliance.models import SupporterImport
from alliance.queries.supporter_imports import faulty_rows, unclear_by_decision
from alliance.services.supporter_file import HEADINGS
from alliance.services.supporter_imports import importable_rows, shown_rows, waits_until
from portal.kernel.api import StrictBooleanField, StrictSerializer, TextField, UTCDateTimeField, VersionField

MOST_DECISIONS = 5000
STAGES = ("checking", "waiting", "importing", "imported", "taken_back", "cancelled")
_COUNTS = {
    "type": "object",
    "properties": {outcome: {"type": "integer"} for outcome in ImportRowOutcome.values},
    "required": list(ImportRowOutcome.values),
    "additionalProperties": False,
}


class SupporterFileInputSerializer(StrictSerializer):
    """Supporters as XLSX or CSV, with headings in the first row."""

    file = serializers.FileField()


@extend_schema_serializer(component_name="SupporterImport")
class SupporterImportSerializer(StrictSerializer):
    """A file of supporters: checked by a worker, then taken over whole or not at all."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField(help_text="Of the file.")
    sha256 = serializers.CharField(help_text="Of the file as it is read, in UTF-8.")
    size = serializers.IntegerField()
    sent_by = serializers.CharField(source="person.name")
    charter = serializers.SlugField(source="charter.key")
    charter_version = serializers.IntegerField(source="charter.version")
    stage = serializers.SerializerMethodField()
    rows_done = serializers.IntegerField(help_text="Of the check or the import that runs or has run last.")
    rows_total = serializers.IntegerField(help_text="0 where the file does not tell.")
    counts = serializers.SerializerMethodField(help_text="The rows by what they would become.")
    left_columns = serializers.ListField(
        child=serializers.CharField(), help_text="Headings that were not recognised."
    )
    refusal = serializers.CharField(help_text="Why the whole file cannot be taken; empty otherwise.")
    is_public_at_once = serializers.BooleanField(
        help_text="Else each organisation is asked by e-mail to confirm. False until it is confirmed."
    )
    sent_at = UTCDateTimeField()
    checked_at = UTCDateTimeField(allow_null=True)
    confirmed_at = UTCDateTimeField(allow_null=True)
    imported_at = UTCDateTimeField(allow_null=True)
    cancelled_at = UTCDateTimeField(allow_null=True)
    taken_back_at = UTCDateTimeField(allow_null=True)
    waits_until = serializers.SerializerMethodField(
        help_text="The last day on which somebody can decide; null once somebody has."
    )

    @extend_schema_field(serializers.ChoiceField(choices=STAGES))
    def get_stage(self, upload: SupporterImport) -> str:
        if upload.taken_back_at:
            return "taken_back"
        if upload.cancelled_at:
            return "cancelled"
        if upload.imported_at:
            return "imported"
        if upload.confirmed_at:
            return "importing"
        return "waiting" if upload.checked_at else "checking"

    @extend_schema_field(_COUNTS)
    def get_counts(self, upload: SupporterImport) -> dict[str, int]:
        return {outcome: upload.counts.get(outcome, 0) for outcome in ImportRowOutcome.values}

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_waits_until(self, upload: SupporterImport) -> str | None:
        return waits_until(upload).isoformat() if upload.is_checking or upload.is_waiting else None


class FaultCountSerializer(StrictSerializer):
    """How many rows have the same fault in the same column."""

    column = serializers.CharField()
    fault = serializers.CharField()
    rows = serializers.IntegerField()


@extend_schema_serializer(component_name="OneSupporterImport")
class SupporterImportDetailSerializer(SupporterImportSerializer):
    """An import with what it would bring now."""

    importable = serializers.SerializerMethodField(
        help_text="The entries that it would make: new rows, and unclear ones that were decided to be `apart`."
    )
    undecided = serializers.SerializerMethodField(
        help_text="Unclear rows of which nobody has decided: they stay out."
    )
    faults = serializers.SerializerMethodField()
    shown = serializers.SerializerMethodField(
        help_text="Send it with the confirmation. It changes with each check and decision that changes what would be "
        "imported; empty while there is nothing to confirm."
    )

    def get_importable(self, upload: SupporterImport) -> int:
        return importable_rows(upload) if upload.is_waiting else 0

    def get_undecided(self, upload: SupporterImport) -> int:
        if not upload.is_waiting:
            return 0
        return unclear_by_decision(self.context["view"].actor, upload).get("", 0)

    @extend_schema_field(FaultCountSerializer(many=True))
    def get_faults(self, upload: SupporterImport) -> list[dict[str, Any]]:
        if not upload.is_waiting:
            return []
        return [
            {"column": column, "fault": fault, "rows": rows}
            for column, fault, rows in faulty_rows(self.context["view"].actor, upload).by_fault
        ]

    def get_shown(self, upload: SupporterImport) -> str:
        return shown_rows(upload) if upload.is_waiting else ""


@extend_schema_serializer(component_name="SupporterImportRow")
class SupporterImportRowSerializer(StrictSerializer):
    """One row of the file."""

    number = serializers.IntegerField(help_text="As a spreadsheet numbers it; the headings are row 1.")
    outcome = serializers.ChoiceField(choices=ImportRowOutcome.values)
    values = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        help_text=f"By column: {', '.join(f'`{column}`' for column in HEADINGS)}. Of a faulty row as they stand in "
        "the file, else as they would be stored.",
    )
    fault_column = serializers.CharField(help_text="Of a faulty row; else empty.")
    fault = serializers.CharField(
        help_text="What is wrong there: `empty`, `too-long`, `letters` (of two alphabets, or one that nobody sees), "
        "`kind`, `website`, `email`, `date`, `date-order` (day or month first?), `future`."
    )
    twin = serializers.IntegerField(
        source="twin_id", allow_null=True, help_text="The supporter that it is, or may be."
    )
    twin_row = serializers.IntegerField(
        allow_null=True, help_text="The earlier row of the file that it may be the same as."
    )
    likeness = serializers.IntegerField(
        allow_null=True, help_text="Of both names, in per cent; null where something else was alike."
    )
    is_likely = serializers.BooleanField(
        help_text="Of one place with one name, or with one e-mail and names that are nearly the same."
    )
    decision = serializers.ChoiceField(choices=["", *TwinDecision.values])


# --- Deciding ----------------------------------------------------------------------------------


class TwinDecisionInputSerializer(StrictSerializer):
    """What an unclear row is."""

    number = VersionField()
    decision = serializers.ChoiceField(
        choices=["", *TwinDecision.values],
        help_text="`apart`: another organisation, which is imported; `same`, `out`: it stays out; empty: undecided.",
    )
    seen = serializers.ChoiceField(
        choices=["", *TwinDecision.values],
        help_text="The decision that you have read of it. With another one by now the row stays as it is.",
    )


class TwinDecisionsInputSerializer(StrictSerializer):
    """What unclear rows are; those that are not named stay as they are."""

    example: ClassVar[Any] = {"decisions": [{"number": 17, "decision": "same", "seen": ""}]}

    decisions = TwinDecisionInputSerializer(many=True, allow_empty=False, max_length=MOST_DECISIONS)


class StandingDecisionSerializer(StrictSerializer):
    """A row that somebody else has decided otherwise meanwhile."""

    number = serializers.IntegerField()
    decision = serializers.ChoiceField(
        source="standing", choices=["", *TwinDecision.values], help_text="The one that stands."
    )


@extend_schema_serializer(component_name="DecidedSupporterImport")
class DecidedImportSerializer(SupporterImportDetailSerializer):
    """The import after decisions, with the rows of which they were not stored."""

    refused = StandingDecisionSerializer(many=True)


class ConfirmImportInputSerializer(StrictSerializer):
    """How the new entries come into the directory, and what you have read."""

    example: ClassVar[Any] = {"is_public_at_once": False, "shown": "1:4180"}

    is_public_at_once = StrictBooleanField(
        help_text="True: whoever sends the file vouches in writing for each. False: each is asked by e-mail to "
        "confirm, by a link of 30 days, and is not public before."
    )
    shown = TextField(max_length=40)
