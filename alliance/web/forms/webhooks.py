"""What is filled in about webhooks: where they lead, of what they notify, since when messages are sent again."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.enums import WebhookScope
from alliance.queries.webhooks import members_called, named_members, scope_of
from alliance.web.forms.renewable import SeenValuesForm
from portal.kernel.access import Actor
from portal.kernel.web import StrictForm, set_choices
from portal.kernel.webhooks import MOST_SUBJECTS, Webhook, WebhookDeliveryState, event_kinds


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

    scope = forms.ChoiceField(
        label=_("Whose events"),
        choices=WebhookScope.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("What is about all of the alliance, such as a cycle or a charter, is sent in any case."),
    )
    members = forms.CharField(
        label=_("Members"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=MOST_SUBJECTS * 200,
        help_text=_(
            "If you name some: one on a line, by name or as in the address of their page (aurora-video)."
        ),
    )

    def __init__(self, data: Any = None, *, actor: Actor, webhook: Webhook | None = None) -> None:
        self._actor = actor
        initial: dict[str, Any] = {"scope": WebhookScope.ALL}
        if webhook is not None:
            initial = {
                "name": webhook.name,
                "address": webhook.address,
                "kinds": webhook.kinds,
                "scope": scope_of(webhook),
                "members": "\n".join(named_members(webhook).values_list("slug", flat=True)),
            }
        super().__init__(data, initial=initial)
        choices = [
            (kind.name, format_lazy("{name}: {words}", name=kind.name, words=kind.label))
            for kind in event_kinds(for_host=actor.is_host)
        ]
        set_choices(self, "kinds", choices)
        if actor.is_host:  # whose events are those of its members
            set_choices(self, "scope", [pair for pair in WebhookScope.choices if pair[0] != WebhookScope.OWN])

    def clean(self) -> dict[str, Any]:
        """With `subjects`, the organisations by their numbers, in the place of scope and members."""
        cleaned = super().clean() or self.cleaned_data
        scope, text = cleaned.pop("scope", ""), cleaned.pop("members", None)
        if not scope:  # a page that the version before has made does not ask: what is so stays so
            scope, text = self.initial["scope"], self.initial.get("members", "")
        cleaned["subjects"] = None
        if scope == WebhookScope.OWN:
            cleaned["subjects"] = [self._actor.tenant_id]
        elif scope == WebhookScope.MEMBERS and text is not None:
            cleaned["subjects"] = self._named(text)
        return cleaned

    def _named(self, text: str) -> list[int]:
        """The members that are named, a line each. Adds an error for a line that names none, or several."""
        lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
        called = members_called(lines)
        unknown = [line for line in lines if not called[line]]
        ambiguous = [line for line in lines if len(called[line]) > 1]
        if not 0 < len(lines) <= MOST_SUBJECTS:
            message = gettext("Name one at least, and no more than %(most)d.")
            self.add_error("members", ValidationError(message % {"most": MOST_SUBJECTS}))
        if unknown:
            message = gettext("No member is called so: %(names)s.")
            self.add_error("members", ValidationError(message % {"names": ", ".join(unknown[:10])}))
        if ambiguous:
            message = gettext(
                "Several members are called so: %(names)s. Name them as in the address of their page."
            )
            self.add_error("members", ValidationError(message % {"names": ", ".join(ambiguous[:10])}))
        return sorted({pk for line in lines for pk in called[line]})


class WebhookEditForm(SeenValuesForm, WebhookForm):
    """The same of one that there is."""


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
