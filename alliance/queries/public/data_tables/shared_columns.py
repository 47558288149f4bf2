"""What several tables have in common: their columns, and how a cell that is withheld is written."""

from django.db.models import Case, Expression, TextField, Value, When
from django.utils.translation import gettext_lazy as _

from alliance.queries.public.data_tables.columns import ColumnType, DataColumn

INTEGER, DECIMAL, FLAG, DATE, MOMENT = (
    ColumnType.INTEGER,
    ColumnType.DECIMAL,
    ColumnType.FLAG,
    ColumnType.DATE,
    ColumnType.MOMENT,
)
WITHHELD = "withheld"

MEMBER = DataColumn("member", _("Slug of the member, as in its address"), "aurora-video")
CYCLE = DataColumn("cycle", _("Slug of the reporting cycle"), "2026-h1")
STARTS_ON = DataColumn("starts_on", _("First day of the period"), "2026-01-01", DATE)
ENDS_ON = DataColumn("ends_on", _("Last day of the period"), "2026-06-30", DATE)
PUBLICATION = DataColumn(
    "publication", _("Number of the publication that says so"), "101", INTEGER, is_trace=True
)
CORRECTED_IN = DataColumn(
    "corrected_in",
    _("Number of the publication that corrected it last"),
    "101",
    INTEGER,
    _("unless corrected"),
)
LANGUAGE = DataColumn(
    "language", _("Language of the texts of this row"), "en", empty=_("where it is not known")
)
# the place of a row in the charter
CHARTER = DataColumn("charter", _("Key of the charter"), "alliance")
CHARTER_VERSION = DataColumn("charter_version", _("Version of the charter of the cycle"), "1", INTEGER)


def unless_withheld(cell: Expression) -> Expression:
    """Nothing of a row that is withheld, whatever the row holds."""
    return Case(When(withheld=True, then=Value(None)), default=cell, output_field=TextField())
