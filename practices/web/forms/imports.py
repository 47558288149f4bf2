"""The form that takes files of practices: single ones, a zip, or a folder where the browser can send one."""

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from portal.kernel.web import StrictForm


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Any number of files, as a list; an empty one among them is reported, not refused here."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_empty_file=True, **options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(_FilesField, self).clean(file, initial) for file in files if file]


class ImportForm(StrictForm):
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
        help_text=_("If your browser supports it. Other files in it are left out."),
        required=False,
        widget=_SeveralFiles(attrs={"webkitdirectory": True, "multiple": True, "data-paths": "paths"}),
    )
    # Browsers send a folder's files without their folders: a script writes the paths here, as a list in JSON.
    paths = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not (cleaned.get("upload") or cleaned.get("folder")):
            self.add_error("upload", _("Choose at least one."))
        return cleaned

    @property
    def uploads(self) -> list[tuple[str, UploadedFile]]:
        """Everything that was chosen, each with its path where it is known, else its name."""
        single = [(str(each.name), each) for each in self.cleaned_data["upload"]]
        return [*single, *self._from_folder()]

    def _from_folder(self) -> Iterator[tuple[str, UploadedFile]]:
        files, paths = self.cleaned_data["folder"], _parse_paths(self.cleaned_data["paths"])
        if len(paths) != len(files):
            paths = [""] * len(files)
        for path, file in zip(paths, files, strict=True):
            parts = PurePosixPath(path).parts
            is_path_of_file = bool(parts) and parts[-1] == file.name
            may_be_shown = path.isprintable() and not {"/", ".."} & set(parts)
            yield (path if is_path_of_file and may_be_shown else file.name), file


def _parse_paths(text: str) -> list[str]:
    """The paths, if it is a list of texts; a page without the script sends none."""
    try:
        paths = json.loads(text) if text else []
    except ValueError:
        return []
    return paths if isinstance(paths, list) and all(isinstance(path, str) for path in paths) else []
