"""The table of practices in the open data: those that are TLP:CLEAR, each as its last publication says."""

from typing import Any

from django.db.models import F, Func, QuerySet, TextField, Value
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _

from alliance.queries.public.data_tables import ColumnType, DataColumn, DataScope, DataTable
from alliance.queries.public.data_tables.columns import (
    DateText,
    FreeText,
    IntegerText,
    MomentText,
    Text,
    ready_cells,
)
from practices.enums import EvidenceGrade, PracticeKind, PracticeStage, PublicState
from practices.models import PublishedPractice

_UNLESS_GIVEN = _("unless given")
# fields of the record that stand in the table, each with what it says; long texts stand in the practice's own JSON
_TEXTS = (
    ("summary", _("Summary, Markdown"), "Compares pictures by their digests."),
    ("limits", _("What it cannot do, Markdown"), ""),
    ("forbidden_uses", _("What it is not to be used for, Markdown"), ""),
    ("false_alarms", _("Known false alarms, Markdown"), ""),
    ("grade_reason", _("Reason for the grade, Markdown"), ""),
    ("licence", _("Licence of the practice’s own texts"), "CC BY 4.0"),
)
_NUMBERS = (
    ("sample_size", _("Size of the test"), "1200"),
    ("precision", _("Precision, from 0 to 1"), "0.93"),
    ("recall", _("Recall, from 0 to 1"), "0.71"),
    ("false_positive_rate", _("False-positive rate, from 0 to 1"), "0.01"),
)

_COLUMNS = (
    DataColumn("practice", _("Key of the practice, as in its address"), "5a6f3c4e-…"),
    DataColumn("version", _("Number of the version"), "2", ColumnType.INTEGER),
    DataColumn("state", _("Whether it should still be taken up"), "shared", choices=("shared", "retired")),
    DataColumn("reason", _("Why it is retired"), "", empty=_UNLESS_GIVEN, is_free=True),
    DataColumn("label", _("Who may read it"), "TLP:CLEAR"),
    DataColumn("source", _("Slug of the organisation"), "granite-security", empty=_("where it asks not to be named")),
    DataColumn("language", _("Language of the texts of this row"), "en"),
    DataColumn("title", _("Title"), "Matching by digests", is_free=True),
    DataColumn("kind", _("Kind"), "technique", choices=PracticeKind.values, empty=_UNLESS_GIVEN),
    DataColumn("stage", _("Stage"), "in_use", choices=PracticeStage.values, empty=_UNLESS_GIVEN),
    DataColumn("grade", _("Evidence"), "measured", choices=EvidenceGrade.values, empty=_UNLESS_GIVEN),
    DataColumn("harms", _("Keys of the kinds of harm, with blanks between"), "bullying grooming", empty=_UNLESS_GIVEN),
    DataColumn("service_kinds", _("Kinds of service, with blanks between"), "messenger", empty=_UNLESS_GIVEN),
    DataColumn("measures", _("Keys of the measures it helps with, with blanks between"), "search", empty=_UNLESS_GIVEN),
    *(DataColumn(name, says, example, empty=_UNLESS_GIVEN, is_free=True) for name, says, example in _TEXTS),
    *(DataColumn(name, says, example, ColumnType.DECIMAL, _UNLESS_GIVEN) for name, says, example in _NUMBERS),
    DataColumn("note", _("What changed since the version before"), "", empty=_UNLESS_GIVEN, is_free=True),
    DataColumn("shared_at", _("When the version was shared, UTC"), "2026-10-12T09:00:00Z", ColumnType.MOMENT),
    DataColumn("expires_on", _("The day until which an alert holds"), "2026-12-31", ColumnType.DATE, _UNLESS_GIVEN),
    DataColumn("publication", _("Number of the publication that says so"), "101", ColumnType.INTEGER, is_trace=True),
)  # fmt: skip


def practices_table() -> DataTable:
    """The table, for the registry of the open data."""
    return DataTable(
        "practices", _("One practice open to everyone (TLP:CLEAR) and its evidence"), _COLUMNS, ("practice",), _rows
    )  # fmt: skip


def _rows(scope: DataScope) -> QuerySet[Any]:
    rows = PublishedPractice.objects.current().exclude(state=PublicState.WITHDRAWN)
    rows = rows.filter(**scope.lookups({"member": "organisation__slug"}))
    cells: dict[str, Any] = {
        "practice": Text("record"),
        "version": IntegerText("number"),
        "state": Text("state"),
        "reason": FreeText("reason"),
        "label": Value(PublishedPractice.label.label, output_field=TextField()),
        "source": Text("organisation__slug"),
        "language": F("language"),
        "title": FreeText("title"),
        **{name: Text(name) for name in ("kind", "stage", "grade")},
        **{name: _Joined(name) for name in ("harms", "service_kinds", "measures")},
        **{name: FreeText(KT(f"content__{name}")) for name, _says, _example in _TEXTS},
        **{name: Text(KT(f"content__{name}")) for name, _says, _example in _NUMBERS},
        "note": FreeText("note"),
        "shared_at": MomentText("shared_at"),
        "expires_on": DateText("expires_on"),
        "publication": IntegerText("valid_from"),
    }
    return ready_cells(rows, cells, ["record"])


class _Joined(Func):
    """Keys of a list, with blanks between."""

    template = "NULLIF(array_to_string(%(expressions)s, ' '), '')"
    output_field = TextField()
