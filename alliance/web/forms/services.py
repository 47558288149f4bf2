"""What is filled in when a service changes hands, is renamed or ends."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from alliance.enums import StartReason, UserBand
from alliance.web.forms.days import DayField
from alliance.web.forms.final import FinalForm
from alliance.web.forms.languages import text_fields
from alliance.web.forms.reasons import PublicReasonForm
from alliance.web.forms.renewable import SeenForm, SeenValuesForm
from portal.kernel.text import format_date


class TransferForm(FinalForm, SeenForm):
    """Who runs the service from which day on, and the owner that the page has shown."""

    organisation: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("New owner"), queryset=None, empty_label=_("Choose one")
    )
    on = DayField(
        label=_("From which day"),
        help_text=_("The first day on which the service is the new owner’s."),
    )

    field_order = ("organisation", "on")

    def __init__(self, *args: Any, members: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = members  # type: ignore[attr-defined]  # it is such a field


class ServiceChangeForm(SeenValuesForm):
    """Another name, from which day it bears it, its kind, and how many people use it.

    `name_since` is the first day of the present name; None where another member gave it.
    """

    on = DayField(
        label=_("New name since"),
        required=False,
        help_text=_(
            "Only if the name changes. The earlier name stays on the public page with its last day, also if the "
            "service is called so again later."
        ),
    )
    monthly_users = forms.ChoiceField(
        label=_("Users in a month"),
        required=False,
        choices=[("", _("Not published")), *UserBand.choices],
        help_text=_(
            "Published at once. Counts are then also shown for each million users, as a span between the ends of the "
            "band."
        ),
    )

    def __init__(self, *args: Any, name_since: date | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if name_since is not None:
            hint = _(
                "It has its present name since %(day)s: if that was a mistake, choose this day, and the public page "
                "no longer shows that name."
            )
            hint_text = hint % {"day": format_date(name_since)}
            self.fields["on"].help_text = f"{self.fields['on'].help_text} {hint_text}"
        self.fields.update(text_fields("name", _("Name"), max_length=120))
        self.fields.update(
            text_fields(
                "sort", _("Kind of service, for example “video site”"), required=False, max_length=120
            )
        )
        self.order_fields(
            [name for name in self.fields if name.startswith("name_")]
            + ["on"]
            + [name for name in self.fields if name.startswith("sort_")]
            + ["monthly_users"]
        )


class ServiceStartForm(SeenForm):
    """The right first day of a service, why it is put right, and the day that the page has shown."""

    on = DayField(label=_("First day"), help_text=_("The first day on which it was yours."))
    reason = forms.ChoiceField(label=_("Reason"), choices=StartReason.choices, widget=forms.RadioSelect)


class ServiceEndForm(PublicReasonForm):
    """The last day of a service, and why it ended."""

    on = DayField(
        label=_("Last day"), help_text=_("The last day on which it can be used; it may be still to come.")
    )

    field_order = ("on", "reason")
