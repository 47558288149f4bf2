"""What is filled in to upload a file with answers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kernel.web import StrictForm


class ReportFileForm(StrictForm):
    """A form of the report that was filled in, or a table of figures."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "The form that you took here, as XLSX; or figures as CSV in UTF-8. At most 25 MB and 20,000 rows."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )
