"""Forms that refuse what they do not list: a field that nobody asked for is named, and nothing of the post is done.

A form that is posted alone checks the post itself (`StrictForm`). A view whose post several forms share, or that reads
a post without a form, names the fields (`refuse_unlisted_fields`, `@posts`).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import wraps
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

Response = TypeVar("Response", bound=HttpResponseBase)
FORM_TOKEN = "once"  # the hidden key that makes a form act once (portal.kernel.idempotency)
PAGE_TENANT = "page_tenant"  # the hidden number of the tenant that the page was made for
PAGE_PERSON = "page_person"  # the hidden number of the person that the page was made for
SWITCH_TENANT = "switch_tenant"  # with it: act for that tenant again, and do what was sent
CONFIRM_PASSWORD = "confirm_password"  # the sender's, where a post on hold asks again who they are
# What every form may carry.
TECHNICAL_FIELDS = {
    "csrfmiddlewaretoken",
    FORM_TOKEN,
    PAGE_TENANT,
    PAGE_PERSON,
    SWITCH_TENANT,
    CONFIRM_PASSWORD,
}


class UnlistedFields(Exception):
    """A post has fields that its form does not list; nothing was done."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(names)
        super().__init__(", ".join(self.names))


def refuse_unlisted_fields(data: Mapping[str, Any], listed: Collection[str]) -> None:
    """Raise UnlistedFields for names that are neither listed nor carried by every form."""
    unlisted = set(data) - set(listed) - TECHNICAL_FIELDS
    if unlisted:
        raise UnlistedFields(unlisted)


def set_choices(form: forms.BaseForm, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Offer these choices in a field of the form, which is a ChoiceField."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def names_of(*posted_forms: Any) -> set[str]:
    """The names under which the fields of forms and formsets are posted; None stands for no form."""
    names: set[str] = set()
    for form in posted_forms:
        if isinstance(form, forms.BaseFormSet):
            names |= names_of(form.management_form, *form.forms)
        elif form is not None:
            names |= {form.add_prefix(name) for name in form.fields}
    return names


class StrictFields:
    """Mixin of forms that refuse a post with a field that they do not list, before they look at the others.

    `also_posted`: what the page posts beside the fields, such as the names of its buttons.
    """

    also_posted: Collection[str] = ()

    def full_clean(self) -> None:
        if self.is_bound:  # type: ignore[attr-defined]  # a mixin of forms
            listed = {*names_of(self), *self.also_posted}
            refuse_unlisted_fields(self.data, listed)  # type: ignore[attr-defined]  # a mixin of forms
            refuse_unlisted_fields(self.files, listed)  # type: ignore[attr-defined]  # a mixin of forms
        super().full_clean()  # type: ignore[misc]  # a mixin of forms


class StrictForm(StrictFields, forms.Form):
    """The base of a form that is posted alone."""

    @property
    def status(self) -> int:
        """Of the response with this form: 422 once it was sent, for then it was refused."""
        return 422 if self.is_bound else 200


def lists_fields(*names: str) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Let a view without a form take in a post these fields alone; by default none."""

    def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def strict(request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
            if request.method == "POST":
                refuse_unlisted_fields(request.POST, names)
                refuse_unlisted_fields(request.FILES, ())
            return view(request, *args, **kwargs)

        return strict

    return decorate


def posts(
    *names: str, page: str = ""
) -> Callable[[Callable[..., Response]], Callable[..., Response | HttpResponseBase]]:
    """Let a view take nothing but a post, and in it these fields alone.

    `page` names the page with its form, to which a GET is led: a post that is held until its sender has said who they
    are is shown at the address of the view, which they may open again.
    """

    def decorate(view: Callable[..., Response]) -> Callable[..., HttpResponseBase]:
        strict = require_POST(lists_fields(*names)(view))
        if not page:
            return strict

        @wraps(view)
        def led_to_page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            is_read = request.method in ("GET", "HEAD")
            return redirect(page) if is_read else strict(request, *args, **kwargs)

        return led_to_page

    return decorate
