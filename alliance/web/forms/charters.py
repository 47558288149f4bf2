"""What is filled in about charters: the file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kernel.web import StrictForm


class CharterFileForm(StrictForm):
    """A charter file."""

    file = forms.FileField(
        label=_("Charter file"),
        help_text=_("YAML in UTF-8, up to 2 MB: English and Russian side by side."),
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml"}),
    )
