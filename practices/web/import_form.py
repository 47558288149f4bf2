"""The form that takes files of practices: single ones, a zip, or a folder where the browser can send one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Any number of files, as a list."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(_FilesField, self).clean(one, initial) for one in given if one]


class ImportForm(forms.Form):
    """Files or a folder; one of the two is enough."""

    only_narrows = True  # neither is called optional

    upload = _FilesField(
        label=_("Files"),
        help_text=_("Markdown files (.md), or a zip of them: at most 200 files and 20 MB."),
        required=False,
        widget=_SeveralFiles(attrs={"accept": ".md,.markdown,.zip", "multiple": True}),
    )
    folder = _FilesField(
        label=_("Or a folder"),
        help_text=_("Where your browser can send one. What is no Markdown in it is left out."),
        required=False,
        widget=_SeveralFiles(attrs={"webkitdirectory": True, "multiple": True}),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and not (given.get("upload") or given.get("folder")):
            self.add_error("upload", _("Choose at least one file."))
        return given

    @property
    def sent(self) -> list[Any]:
        """Everything that was chosen."""
        return [*self.cleaned_data["upload"], *self.cleaned_data["folder"]]
