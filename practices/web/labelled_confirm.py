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
    *,
    label_of: object = None,
) -> HttpResponse:
    """Show the page under the label of its subject, or of `label_of` where the subject has none of its own.

    A working group has none, and its pages no band; all else is as `confirm` does it.
    """
    view = PageView("practices/confirm.html", lambda: {"practice": label_of or page.subject})
    return confirm(request, page, act, form_class, initial, view)
