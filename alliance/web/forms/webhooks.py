"""What is filled in about webhooks: where they lead, of what they notify, since when messages are sent again."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.kernel.web import StrictForm, set_choices
from portal.kernel.webhooks import WebhookDeliveryState, event_kinds


class WebhookForm(StrictForm):
    """A new webhook, or what is changed of one."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("The program that is notified, for your colleagues.")
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "Where your program receives messages. It begins with https://, and answers within seconds."
        ),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Events"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Of each, what everybody in your organisation may know."),
    )

    def __init__(self, *args: Any, to_host: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (kind.name, format_lazy("{name}: {words}", name=kind.name, words=kind.label))
            for kind in event_kinds(for_host=to_host)
        ]
        set_choices(self, "kinds", choices)


_REPLAY_TERMS = (
    ("1", _("the last hour")),
    ("24", _("the last day")),
    ("168", _("the last 7 days")),
    ("720", _("the last 30 days")),
)


class ReplayForm(StrictForm):
    """Since when what has not arrived is sent again."""

    hours = forms.ChoiceField(label=_("What has not arrived in"), choices=_REPLAY_TERMS, initial="24")

    @property
    def term(self) -> timedelta:
        """The chosen term, once the form is valid."""
        return timedelta(hours=int(self.cleaned_data["hours"]))


class WebhookDeliveryFilterForm(forms.Form):
    """Which messages are listed."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *WebhookDeliveryState.choices]
    )
