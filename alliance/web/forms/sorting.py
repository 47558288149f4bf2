"""The order of a list as a field: each column both ways, beside the headings that say the same on wide screens."""

from collections.abc import Mapping

from django import forms
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


def _backwards(order: str | Promise) -> str:
    return _("%(order)s, backwards") % {"order": order}


_backwards_later = lazy(_backwards, str)  # in the language of whoever reads


def order_field(first: str | Promise, orders: Mapping[str, str | Promise]) -> forms.ChoiceField:
    """The order of a list: `first` where nothing is chosen, else by a column, with a minus backwards."""
    choices: list[tuple[str, str | Promise]] = [("", first)]
    for name, label in orders.items():
        choices += [(name, label), (f"-{name}", _backwards_later(label))]
    return forms.ChoiceField(label=gettext_lazy("Order"), required=False, choices=choices)
