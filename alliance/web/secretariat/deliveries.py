"""What was sent to whom, the newest first, and no more of it than the journal shows the reader."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.queries.account_letters import account_letter_rows, account_letters
from alliance.queries.deliveries import deliveries, delivery_rows
from alliance.web.forms.notifications import DeliveryFilterForm, LetterFilterForm
from portal.kernel.notices import groups_for
from portal.kernel.web import ActorRequest, paginate, requires


@require_safe
@requires("operations.read")
def delivery_list(request: ActorRequest) -> HttpResponse:
    """List of sent notifications with filters; an invalid filter is reported and finds nothing."""
    form = DeliveryFilterForm(request.GET, groups=groups_for((True, False)))
    rows = deliveries(request.actor, form.cleaned_data) if form.is_valid() else ()
    page = paginate(rows, request)
    context = {
        "form": form,
        "page": page,
        "rows": delivery_rows(request.actor, list(page)),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "nav": "secretariat:journal",
    }
    return render(request, "alliance/secretariat/delivery_list.html", context)


@require_safe
@requires("operations.read")
def letter_list(request: ActorRequest) -> HttpResponse:
    """List of account letters (invitations, links, security messages), filtered by person."""
    form = LetterFilterForm(request.GET)
    person = form.cleaned_data["person"] if form.is_valid() else ""
    page = paginate(account_letters(request.actor, person), request)
    context = {
        "form": form,
        "page": page,
        "rows": account_letter_rows(request.actor, list(page)),
        "is_filtered": bool(person),
        "nav": "secretariat:journal",
    }
    return render(request, "alliance/secretariat/letter_list.html", context)
