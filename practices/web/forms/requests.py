"""The forms of the request board: a sentence with blanks and its readers, and an offer."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.conf import global_settings
from django.utils.translation import gettext_lazy as _

from portal.kernel.alphabet import alphabet_key
from practices.enums import ContentType, Encryption, ServiceKind
from practices.models import Practice
from practices.queries import taxonomy
from practices.services.requests import RequestDraft, title_of_question
from practices.services.texts import MAX_LENGTH
from practices.web.forms.readers import ReadersForm
from practices.web.forms.shown_readers import ShownReadersForm

_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# one blank each in the sentence, though a request keeps several
BLANK_FIELDS = ("harms", "service_kinds", "content_types", "languages")


def _choices_with_any(choices: Iterable[tuple[str, Any]], anything: Any) -> list[tuple[str, Any]]:
    return [("", anything), *choices]


class RequestForm(ReadersForm):
    """“Does anyone have a way to … against … on … for … in …?”, more about it, and who may read it."""

    also_posted = ("conflict", "find", "resolve", "started_from", "words")

    title = forms.CharField(
        label=_("What you are looking for"),
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": _("tell a child from an adult by voice")}),
    )
    harms = forms.ChoiceField(label=_("Harm"), required=False)
    service_kinds = forms.ChoiceField(
        label=_("Kind of service"),
        required=False,
        choices=_choices_with_any(ServiceKind.choices, _("any service")),
    )
    content_types = forms.ChoiceField(
        label=_("Content type"),
        required=False,
        choices=_choices_with_any(ContentType.choices, _("any content")),
    )
    encryption = forms.ChoiceField(
        label=_("End-to-end encryption"),
        required=False,
        choices=_choices_with_any(Encryption.choices, _("encrypted or not")),
    )
    languages = forms.ChoiceField(label=_("Language"), required=False)
    text = forms.CharField(
        label=_("Details"),
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What you have tried, how often it occurs, what an answer must withstand."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0, min_value=0)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offered: Any = self.fields
        harms = [(key, harm.title) for key, harm in taxonomy.harms().items()]
        offered["harms"].choices = _choices_with_any(
            _with_stored(harms, self._stored_value("harms")), _("any harm")
        )
        names = [(code, taxonomy.language_name(code)) for code, _name in global_settings.LANGUAGES]
        names.sort(key=lambda pair: alphabet_key(pair[1]))
        offered["languages"].choices = _choices_with_any(
            _with_stored(names, self._stored_value("languages")), _("any language")
        )

    def _stored_value(self, name: str) -> str:
        """The request's present values, even if they are unknown by now."""
        return str(self.initial.get(name, "") or "")

    def draft(self, language: str) -> RequestDraft:
        """What was filled in, for the service."""
        cleaned = self.cleaned_data
        lists = {name: [cleaned[name]] if cleaned[name] else [] for name in BLANK_FIELDS}
        return RequestDraft(
            title=title_of_question(cleaned["title"]),
            text=cleaned["text"],
            encryption=cleaned["encryption"],
            language=language,
            **lists,
        )


def _with_stored(choices: list[tuple[str, Any]], stored: str) -> list[tuple[str, Any]]:
    known = {key for key, _words in choices}
    return choices if not stored or stored in known else [*choices, (stored, stored)]


def initial_of_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """What a request says, for changing it; its readers and its version are given apart."""
    lists = {name: next(iter(content[name]), "") for name in BLANK_FIELDS}
    return {**{name: content[name] for name in ("title", "text", "encryption")}, **lists}


class OfferForm(ShownReadersForm):
    """An answer in words, and with it perhaps a practice."""

    text = forms.CharField(
        label=_("Your offer"),
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Everybody who may read the request sees this."),
    )
    practice = forms.ChoiceField(
        label=_("Practice"),
        required=False,
        help_text=_("Its title is shown only to those who may read it."),
    )
    address = forms.CharField(
        label=_("or its address"),
        required=False,
        max_length=300,
    )

    def __init__(self, *args: Any, practices: Sequence[tuple[Practice, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = self.fields["practice"]
        assert isinstance(chosen, forms.ChoiceField)
        named = [(str(row.key), f"{row.get_label_display()}  {title}") for row, title in practices]
        chosen.choices = [("", _("None")), *named]
        if not named:
            del self.fields["practice"]
            self.fields["address"].label = _("Address of a practice")

    def clean_address(self) -> UUID | None:
        """The key in the address of a practice."""
        address = self.cleaned_data["address"].strip()
        match = _KEY.search(address)
        if address and match is None:
            raise forms.ValidationError(_("This is not the address of a practice."))
        return UUID(match[0]) if match else None

    @property
    def practice_key(self) -> UUID | None:
        cleaned = self.cleaned_data
        return UUID(cleaned["practice"]) if cleaned.get("practice") else cleaned["address"]
