"""What the pages of imports of supporters call."""

from math import ceil

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from alliance.enums import ImportRowOutcome
from alliance.models import SupporterImport, SupporterImportRow
from alliance.web.supporter_wording import fault_text, heading_of
from portal.kernel import clock
from portal.kernel.text import format_figure

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
def check_words(upload: SupporterImport) -> str:
    """How many rows were read, in which time, and with how many entries they were compared."""
    seconds, rows = upload.check_seconds, row_count(upload)
    time = ngettext("in %(count)s second", "in %(count)s seconds", seconds) % {
        "count": format_figure(seconds)
    }
    if seconds > 90:
        minutes = ceil(seconds / 60)
        time = ngettext("in %(count)s minute", "in %(count)s minutes", minutes) % {"count": minutes}
    read = ngettext("%(count)s row read %(time)s", "%(count)s rows read %(time)s", rows)
    words = read % {"count": format_figure(rows), "time": time}
    if not upload.compared_with:
        return f"{words}."
    entries = upload.compared_with
    compared = ngettext("compared with %(count)s supporter", "compared with %(count)s supporters", entries)
    return f"{words}, {compared % {'count': format_figure(entries)}}."


@register.filter
def time_left(upload: SupporterImport) -> str:
    """About how long the work in progress still takes, by what it has done; empty where that cannot be said."""
    if upload.begun_at is None or not 0 < upload.rows_done < upload.rows_total:
        return ""
    so_far = (clock.now() - upload.begun_at).total_seconds()
    left = ceil(so_far * (upload.rows_total - upload.rows_done) / upload.rows_done)
    if left <= 60:
        seconds = max(5, ceil(left / 5) * 5)
        words = ngettext("about %(count)s second more", "about %(count)s seconds more", seconds)
        return words % {"count": seconds}
    minutes = ceil(left / 60)
    return ngettext("about %(count)s minute more", "about %(count)s minutes more", minutes) % {
        "count": minutes
    }


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
