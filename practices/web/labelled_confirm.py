"""The page before an act on what bears a label: it names it, and so says who may read it, as its own pages do."""

from collections.abc import Callable

from django import forms
from django.http import HttpResponse

from alliance.web.confirm import Confirmation, PageView, confirm
from alliance.web.forms.reasons import EmptyForm
from portal.kernel.web import ActorRequest


def confirm_labelled(
    request: ActorRequest,
    page: Confirmation,
    act: Callable[..., object],
    form_class: type[forms.Form] = EmptyForm,
    initial: dict[str, object] | None = None,
) -> HttpResponse:
    """Show the page under the label of its subject; else as `confirm` does."""
    view = PageView("practices/confirm.html", lambda: {"practice": page.subject})
    return confirm(request, page, act, form_class, initial, view)
