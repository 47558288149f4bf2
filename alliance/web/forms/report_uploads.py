"""What is filled in to upload a file with answers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kernel.web import StrictForm


class OwnTableForm(StrictForm):
    """A table of one's own, of which is said afterwards what it holds."""

    table = forms.FileField(
        label=_("Your own table"),
        help_text=_(
            "CSV or XLSX as your system writes it: UTF-8, UTF-16 or Windows-1251, any separator, several header rows. "
            "At most 20,000 rows, 60 columns and 200,000 cells; as text 5 MB."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt"}),
    )
    own = forms.BooleanField(
        required=False, widget=forms.HiddenInput
    )  # tells the two forms of the page apart


class ReportFileForm(StrictForm):
    """A form of the report that was filled in, or a table of figures."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "The form that you took here, as XLSX; or figures as CSV: UTF-8, UTF-16 or Windows-1251, with commas or "
            "semicolons. At most 25 MB and 20,000 rows."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )
