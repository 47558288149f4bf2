"""The contact page: the address, and a form for people without a mail program."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from alliance.enums import TextKind
from alliance.queries.site import read_site
from alliance.services.contact import submit_contact_message
from alliance.web.area import posted_data
from alliance.web.forms.site import ContactForm
from alliance.web.limits import CONTACT_MESSAGES_IN_ALL, CONTACT_MESSAGES_PER_ADDRESS, spend_per_address
from alliance.web.public.texts import text_page
from portal.kernel.limits import spend
from portal.kernel.web import refusals_on


# The page is the same for everybody, so it carries no token; a forged post could send no more than the form itself.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Contact address and contact form; every accepted message gets the same answer."""
    form = ContactForm(posted_data(request)) if read_site().contact else None
    if form is None or not form.is_valid():
        return _page(request, form)
    if form.is_spam:
        return redirect("public:contact-sent")
    spend_per_address(request, CONTACT_MESSAGES_PER_ADDRESS)
    spend("everybody", CONTACT_MESSAGES_IN_ALL)
    with refusals_on(form):
        submit_contact_message(
            name=form.cleaned_data["name"],
            email=form.cleaned_data["email"],
            text=form.cleaned_data["text"],
            language=get_language() or "en",
        )
    return redirect("public:contact-sent") if form.is_valid() else _page(request, form)


def _page(request: HttpRequest, form: ContactForm | None) -> HttpResponse:
    context: dict[str, Any] = {"form": form}
    response = text_page(request, TextKind.CONTACT, "contact", context)
    response.status_code = 422 if request.method == "POST" else 200
    return response


@require_safe
def contact_sent(request: HttpRequest) -> HttpResponse:
    """Confirmation that a message from the contact form has been sent."""
    return text_page(request, TextKind.CONTACT, "contact_sent")
