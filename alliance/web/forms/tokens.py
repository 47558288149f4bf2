"""What is filled in about tokens: their name, what they are for, how long they last."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance.services.tokens import DEFAULT_DAYS, MAX_DAYS
from portal.kernel.access import available_scopes
from portal.kernel.web import StrictForm, set_choices


def scope_choices(*, to_host: bool) -> list[tuple[str, Any]]:
    """The scopes that somebody can choose, each with its words."""
    return [
        (scope.name, format_lazy("{name}: {words}", name=scope.name, words=scope.label))
        for scope in available_scopes(for_host=to_host)
    ]


class TokenForm(StrictForm):
    """A new token."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("The program that will use it, so that you know later which token to revoke."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Permissions"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than your own rights, and only in this organisation."),
    )
    days = forms.IntegerField(
        label=_("Valid for, days"),
        min_value=1,
        max_value=MAX_DAYS,
        initial=DEFAULT_DAYS,
    )

    def __init__(self, *args: Any, to_host: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "scopes", scope_choices(to_host=to_host))
