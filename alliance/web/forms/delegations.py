"""What is filled in when a section is given to colleagues, and when one writes to them beside a measure."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from alliance.models import Delegation, Person
from alliance.models.delegations import COMMENT_LENGTH, NOTE_LENGTH
from alliance.queries.delegations import OpenWorkCount
from alliance.queries.measure_comments import Colleague
from alliance.web.forms.days import DayField
from alliance.web.forms.renewable import RenewableForm
from portal.kernel.text import whole_number
from portal.kernel.web import StrictForm, set_choices


class SectionsField(forms.MultipleChoiceField):
    """The ticked sections; the table of the page has the boxes, which may have gone from it since."""

    def valid_value(self, value: str) -> bool:
        return value[:1] in ("c", "m") and whole_number(value[1:]) is not None


def _note_field() -> forms.CharField:
    return forms.CharField(label=_("Word to go with it"), max_length=NOTE_LENGTH, required=False)


class DelegateForm(RenewableForm):
    """Which sections go to whom until when; `seen`: the newest delegation that the page knew."""

    sections = SectionsField(error_messages={"required": _("Choose at least one section.")})
    assignees = forms.TypedMultipleChoiceField(
        label=_("Give to"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one colleague."),
            "invalid_choice": _("Choose colleagues who can write the report."),
        },
    )
    due_on = DayField(label=_("Due inside the organisation"), error_messages={"required": _("Choose a day.")})
    note = _note_field()
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(
        self, data: Any, *, people: Sequence[Person], counts: Mapping[int, OpenWorkCount], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        set_choices(self, "assignees", [(person.pk, _with_count(person, counts)) for person in people])


def _with_count(person: Person, counts: Mapping[int, OpenWorkCount]) -> str:
    n = counts.get(person.pk, OpenWorkCount()).open
    if not n:
        return person.name
    return ngettext("%(name)s, %(n)d section", "%(name)s, %(n)d sections", n) % {"name": person.name, "n": n}


class DelegationForm(RenewableForm):
    """Who has a section, until when, with which word."""

    assignee = forms.TypedChoiceField(
        label=_("Given to"),
        coerce=int,
        error_messages={"invalid_choice": _("Choose a colleague who can write the report.")},
    )
    due_on = DayField(label=_("Due inside the organisation"), error_messages={"required": _("Choose a day.")})
    note = _note_field()
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, delegation: Delegation, people: Sequence[Person]) -> None:
        initial = {
            "assignee": delegation.assignee_id,
            "due_on": delegation.due_on,
            "note": delegation.note,
            "version": delegation.version,
        }
        super().__init__(data, initial=initial)
        names = {person.pk: person.name for person in people}
        names.setdefault(delegation.assignee_id, delegation.assignee.name)
        set_choices(self, "assignee", names.items())


class SettleForm(StrictForm):
    """How far a conversation had come as the page has shown it (`LastShown`)."""

    number = forms.IntegerField(min_value=1)
    edited_at = forms.DateTimeField(required=False)


class CommentForm(RenewableForm):
    """A message to colleagues, whom it mentions, and which message it answers."""

    text = forms.CharField(
        label=_("Message"),
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Markdown: lists, **bold**, links"),
        error_messages={"required": _("Enter a text.")},
    )
    mention = forms.TypedMultipleChoiceField(
        label=_("Mention"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _(
                "Somebody whom you chose can no longer be notified. Look at the list again, then send."
            )
        },
    )
    parent = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, people: Sequence[Colleague] = (), **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        set_choices(self, "mention", [(each.person_id, each.name) for each in people if not each.left_out])
