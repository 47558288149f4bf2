"""The form that takes files of practices: single ones, a zip, or a folder where the browser can send one."""

import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portal.kernel.text import whole_number
from portal.kernel.web import StrictForm, refuse_unlisted_fields
from practices.enums import PermittedUse, PracticeKind, PracticeStage
from practices.queries import taxonomy


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
        help_text=_(
            "Policies (.md) with their test sets, scores, signals and licence, or a zip of them: at most 200 files "
            "and 60 MB, unpacked."
        ),
        required=False,
        widget=_SeveralFiles(attrs={"multiple": True}),
    )
    folder = _FilesField(
        label=_("Or a folder"),
        help_text=_("If your browser supports it. Files that the portal does not read are listed."),
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


class BulkForm(forms.Form):
    """What is set for the ticked policies at once, where their files say nothing of it."""

    only_narrows = True

    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("Not chosen")), *PracticeKind.choices]
    )
    harms = forms.MultipleChoiceField(label=_("Kinds of harm"), required=False, choices=())
    stage = forms.ChoiceField(
        label=_("Stage"), required=False, choices=[("", _("Not chosen")), *PracticeStage.choices]
    )
    permitted_use = forms.ChoiceField(
        label=_("Permitted use"), required=False, choices=[("", _("Not chosen")), *PermittedUse.choices]
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["harms"].choices = [(key, harm.title) for key, harm in taxonomy.harms().items()]
        fields["harms"].widget.attrs["size"] = 4


class ChoicesForm:
    """What was chosen for each file, by its position: `choice-3`, `of-3`, `as-3`, and the ticks `pick`.

    `translates-3` is the position of the file that the third one translates, `address-3` a practice in its place.

    `class-3-2` is the verdict on the second class that a policy names, `unknown-3-2` on the second that it lacks.
    """

    _NAME = re.compile(r"(choice|of|as|translates|address|unknown|class)-([0-9]{1,3})(?:-([0-9]{1,2}))?")
    _SUGGESTION = re.compile(r"suggest:([0-9]{1,3}):([a-z_]+):(.+)")

    def __init__(self, data: QueryDict) -> None:
        self._data = data
        self.choices: dict[int, str] = {}
        self.answers: dict[int, dict[str, str]] = {}
        for name in data:
            match = self._NAME.fullmatch(name)
            if match and match[1] == "choice":
                self.choices[int(match[2])] = str(data[name])
            elif match:
                asked = f"{match[1]}-{match[3]}" if match[3] else match[1]
                self.answers.setdefault(int(match[2]), {})[asked] = str(data[name])

    def refuse_unlisted_fields(self) -> None:
        """Raise UnlistedFields for a field that the page does not have."""
        own = {name for name in self._data if self._NAME.fullmatch(name)}
        refuse_unlisted_fields(self._data, {*own, "pick", "act", *BulkForm.base_fields})

    @property
    def picked(self) -> set[int]:
        positions = (whole_number(value, digits=3) for value in self._data.getlist("pick"))
        return {position for position in positions if position is not None}

    @property
    def suggestion(self) -> tuple[set[int], dict[str, Any]] | None:
        """The position and the value of the suggestion that was pressed."""
        match = self._SUGGESTION.fullmatch(self._data.get("act", ""))
        if match is None:
            return None
        position, field, value = match.groups()
        return {int(position)}, {field: [value] if field == "harms" else value}


def _parse_paths(text: str) -> list[str]:
    """The paths, if it is a list of texts; a page without the script sends none."""
    try:
        paths = json.loads(text) if text else []
    except ValueError:
        return []
    return paths if isinstance(paths, list) and all(isinstance(path, str) for path in paths) else []
