"""What the pages of imports of supporters call."""

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

from alliance.enums import ImportRowOutcome
from alliance.models import SupporterImport, SupporterImportRow
from alliance.web.supporter_wording import fault_text, heading_of

register = template.Library()
register.filter("fault_text", fault_text)
register.filter("heading_of", heading_of)


@register.filter
def outcome_counts(upload: SupporterImport) -> list[tuple[str, str, int]]:
    """Each outcome with its label and how many rows have it."""
    return [(value, str(label), upload.counts.get(value, 0)) for value, label in ImportRowOutcome.choices]


@register.filter
def row_count(upload: SupporterImport) -> int:
    """The rows of the file: what the counts come to."""
    return sum(upload.counts.values())


@register.filter
def faulty_cell(row: SupporterImportRow) -> str:
    """The cell that is wrong, as it stands in the file."""
    return str(row.values.get(row.fault_column, ""))


@register.filter
def bulk_fields(form: forms.Form) -> list[BoundField]:
    """The fields of a form of corrections that concern many rows."""
    return [form[name] for name in form.fields if not name.startswith(("cell_", "shown_"))]


@register.simple_tag
def field_of(form: forms.Form, stem: str, number: int, column: str = "") -> SafeString:
    """The field of one row, or of one cell of it, with its label for screen readers; to others the table says it."""
    field = form[f"{stem}_{number}_{column}" if column else f"{stem}_{number}"]
    return format_html('<label class="hidden" for="{}">{}</label>{}', field.id_for_label, field.label, field)
