"""What is filled in about organisations and their services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.enums import NameCase, OrganisationKind, OrganisationState
from alliance.models.name_forms import DECLINED_IN
from alliance.queries.local_dates import today
from alliance.queries.organisations import OrganisationFilter
from alliance.web.forms.days import DayField
from alliance.web.forms.languages import text_fields
from alliance.web.forms.reason_fields import PublicReasonField
from alliance.web.forms.renewable import SeenValuesForm
from alliance.web.forms.sorting import order_field
from portal.kernel.web import StrictForm

_ADDED_KINDS = [choice for choice in OrganisationKind.choices if choice[0] != OrganisationKind.SECRETARIAT]
_ANY = ("", _("All"))
_NAME = _("Name")


class OrganisationFilterForm(forms.Form):
    """What the list of organisations is narrowed to."""

    only_narrows = True  # all of it is optional: its fields need no mark

    words = forms.CharField(label=_NAME, required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[_ANY, *OrganisationKind.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[_ANY, *OrganisationState.choices])
    sort = order_field(
        pgettext_lazy("order of a list", "By name"),
        {
            "name": pgettext_lazy("order of a list", "By name"),
            "kind": pgettext_lazy("order of a list", "By kind"),
            "state": pgettext_lazy("order of a list", "By state"),
            "since": pgettext_lazy("order of a list", "By day on which it joined"),
            "people": pgettext_lazy("order of a list", "By number of people"),
        },
    )

    def filters(self) -> OrganisationFilter:
        """What was chosen; an invalid field narrows nothing."""
        self.is_valid()
        kind, state, text, sort = (
            self.cleaned_data.get(name, "") for name in ("kind", "state", "words", "sort")
        )
        return OrganisationFilter(kind=kind, state=state, text=text, sort=sort)


class WebsiteField(forms.URLField):
    """An address of the web, with https taken for granted."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Website"), required=False, max_length=200, assume_scheme="https", **kwargs)


class OrganisationAddForm(StrictForm):
    """A new organisation; it is an applicant until it is admitted."""

    kind = forms.ChoiceField(label=_("Kind"), choices=_ADDED_KINDS)
    slug = forms.SlugField(
        label=_("Address"),
        required=False,
        max_length=60,
        help_text=_(
            "The last part of the public address; it never changes. If left empty, it is made from "
            "the English name."
        ),
    )
    website = WebsiteField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(text_fields("name", _NAME))
        self.fields.update(text_fields("sector", _("What it does"), required=False, max_length=120))
        self.order_fields([name for name in self.fields if name.startswith("name_")])


class OrganisationRenameForm(SeenValuesForm):
    """The new name in every language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(text_fields("name", _NAME))


class OrganisationDescribeForm(SeenValuesForm):
    """What it does, where it is found, how it signs, and its Russian name in each case."""

    also_posted = ("preview",)

    website = WebsiteField()
    four_eyes = forms.BooleanField(
        label=_("Four-eyes rule: the person who asks for sign-off cannot submit the report"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(text_fields("sector", _("What it does"), required=False, max_length=120))
        self.order_fields([name for name in self.fields if name.startswith("sector_")])
        for case in NameCase:
            self.fields[f"form_{case.value}"] = forms.CharField(
                label=case.label,
                required=False,
                max_length=200,
                widget=forms.TextInput(attrs={"lang": DECLINED_IN}),
            )

    def plain_fields(self) -> list[forms.BoundField]:
        """The fields above those of the cases."""
        return [field for field in self if not field.name.startswith("form_")]

    def case_fields(self) -> list[forms.BoundField]:
        """One field for each case."""
        return [field for field in self if field.name.startswith("form_")]

    def name_forms(self) -> dict[str, str]:
        """What was filled in, by case."""
        return {case.value: self.cleaned_data[f"form_{case.value}"] for case in NameCase}


class OrganisationStepForm(StrictForm):
    """The reason of a step, which is published; needed by whatever takes something away."""

    reason = PublicReasonField(
        label=_("Reason (published)"),
        max_length=2000,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needs_reason


class ServiceForm(StrictForm):
    """A new service and the day from which the organisation owns it."""

    starts_on = DayField(label=_("From which day"), initial=today)
    slug = forms.SlugField(
        label=_("Address"),
        required=False,
        max_length=60,
        help_text=_(
            "The last part of the public address; it never changes. If left empty, it is made from "
            "the English name."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(text_fields("name", _NAME, max_length=120))
        self.fields.update(
            text_fields(
                "sort", _("Kind of service, for example “video site”"), required=False, max_length=120
            )
        )
        self.order_fields(
            [name for name in self.fields if name.startswith("name_")]
            + [name for name in self.fields if name.startswith("sort_")]
        )
