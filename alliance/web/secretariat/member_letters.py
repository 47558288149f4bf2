"""Writing to a member: the form, and the letter as it was sent."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import Cycle, MemberLetter, Organisation
from alliance.queries.member_letters import letter_recipients, letter_refusal
from alliance.services.member_letters import LetterInput, send_member_letter
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.member_letters import MemberLetterForm
from alliance.web.organisation.people import organisation_of
from portal.kernel.web import ActorRequest, get_visible_or_404

_NAV = "secretariat:member-list"


def member_letter_send(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to write to the signatories and administrators of a member: to whom it goes, and that it is recorded.

    `?cycle=` is the cycle on whose page the writer was, and is again afterwards.
    """
    organisation = organisation_of(request, pk, "member_letter.send")
    recipients = letter_recipients(organisation)
    url, parent_title = _origin(request, organisation)
    page = Confirmation(
        rule="member_letter.send",
        subject=organisation,
        heading=_("Write to %(name)s") % {"name": organisation.name},
        title=_("It goes to the signatories and administrators:"),
        items=[
            *(recipient.name for recipient in recipients),
            _("each finds it in the inbox and gets it by e-mail; answers go to the secretariat’s address"),
            _(
                "the letter stays on the page of the member, for its people and the secretariat; nothing becomes public"
            ),
        ],
        label=_("Send the letter"),
        cancel_url=url,
        message=_("The letter is sent"),
        next_url=url,
        nav=_NAV,
        parent_title=parent_title,
        refusal=letter_refusal(organisation, recipients),
    )
    return confirm(
        request,
        page,
        lambda **values: send_member_letter(request.actor, organisation, LetterInput(**values)),
        MemberLetterForm,
    )


def _origin(request: ActorRequest, organisation: Organisation) -> tuple[str, str]:
    """Address and name of the page from which the letter is written."""
    slug = request.GET.get("cycle", "")
    cycle = Cycle.objects.visible_to(request.actor).filter(slug=slug).first() if slug else None
    if cycle is not None:
        return reverse("secretariat:cycle", args=[cycle.slug]), cycle.title
    return reverse("secretariat:member", args=[organisation.pk]), organisation.name


@require_safe
def member_letter(request: ActorRequest, pk: int) -> HttpResponse:
    """One letter to a member, as it was sent."""
    letter: MemberLetter = get_visible_or_404(
        MemberLetter.objects.select_related("organisation", "written_by"), request.actor, pk=pk
    )
    return render(request, "alliance/secretariat/member_letter.html", {"letter": letter, "nav": _NAV})
