"""Offers on the request board: made, withdrawn, accepted."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliance.web.area import area_of, posted_data
from alliance.web.confirm import Confirmation
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from portal.kernel.web import ActorRequest, get_visible_or_404, posts, refusals_on
from practices.models import Offer, Practice
from practices.queries.requests import practice_to_offer, practices_to_offer
from practices.services.requests import answer_request, make_offer, withdraw_offer
from practices.web.collaboration.discussion import area_context
from practices.web.forms.requests import OfferForm
from practices.web.labelled_confirm import confirm_labelled
from practices.web.objects import get_offer, get_request


@require_http_methods(["GET", "HEAD", "POST"])
def offer_make(request: ActorRequest, key: UUID) -> HttpResponse:
    """Form to make an offer for a request."""
    request_on_board = get_request(request.actor, key, "offer.make")
    form = OfferForm(
        posted_data(request),
        practices=practices_to_offer(request.actor),
        subject=request_on_board,
        initial={"practice": request.GET.get("practice", "")},
    )
    if form.is_valid():
        with refusals_on(form):
            actor = request.actor
            make_offer(
                actor, request_on_board, form.cleaned_data["text"], practice=_offered_practice(actor, form)
            )
        if form.is_valid():
            messages.success(request, _("Offer made. The person who asked is notified."))
            return redirect(area_of(request.actor).url("request", key))
    context = {
        **area_context(request),
        "form": form,
        "practice_request": request_on_board,
        "cancel_url": area_of(request.actor).url("request", key),
    }
    return render(request, "practices/offer_make.html", context, status=422 if form.is_bound else 200)


def _offered_practice(actor: Actor, form: OfferForm) -> Practice | None:
    """The practice that is offered; one that the actor may not see is as one that there is not."""
    if form.practice_key is None:
        return None
    practice = practice_to_offer(actor, form.practice_key)
    if practice is None:
        raise DomainError(_("There is no such practice."), field="address")
    return practice


@require_http_methods(["GET", "HEAD", "POST"])
def offer_withdraw(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before one's own offer is withdrawn."""
    offer = get_offer(request.actor, key)
    request_url = area_of(request.actor).url("request", offer.request.key)
    refusal = _("Offer withdrawn") if offer.withdrawn_at else ""
    page = Confirmation(
        rule="offer.withdraw",
        subject=offer,
        heading=_("Withdraw your offer"),
        title=_("Your offer can no longer be read by anyone."),
        items=(_("It disappears from the request. You can make another offer."),),
        label=_("Withdraw"),
        kind="danger",
        cancel_url=request_url,
        message=_("Withdrawn"),
        next_url=request_url,
        nav=f"{area_of(request.actor).namespace}:practice-list",
        refusal=_("This offer has been accepted.") if offer.accepted_at else refusal,
    )
    return confirm_labelled(
        request, page, lambda: withdraw_offer(request.actor, offer), label_of=offer.request
    )


@posts("offer")
def request_answer(request: ActorRequest, key: UUID) -> HttpResponse:
    """Accept one of the offers for a request."""
    request_on_board = get_request(request.actor, key, "request.answer")
    # the key, or one that nothing has
    try:
        chosen = UUID(request.POST.get("offer", ""))
    except ValueError:
        chosen = UUID(int=0)
    offer: Offer = get_visible_or_404(Offer.objects, request.actor, key=chosen)
    answer_request(request.actor, request_on_board, offer)
    messages.success(request, _("Offer accepted. The person who made it is notified."))
    return redirect(area_of(request.actor).url("request", key))
