"""The secretariat's pages of invited comments: the list, one of them, inviting a partner, withdrawing an invitation."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from alliance.models import InvitedComment, Measure, Organisation, Report
from alliance.queries.absences import answering_members
from alliance.queries.local_dates import today
from alliance.queries.mediation import (
    DAYS_WITHOUT_MEMBER,
    comment_refusal,
    invitable_partners,
    invitation_refusal,
    invited_comments,
    is_late,
    partners_without_editors,
    possible_on_comment,
    publication_refusal,
    silence_of_partner,
    waits_for_nobody,
)
from alliance.services.mediation import invite_comment, publish_comment, withdraw_invitation
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.list_search import ListSearchForm
from alliance.web.forms.mediation import InviteCommentForm
from alliance.web.forms.reasons import ReasonForm
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest, get_visible_or_404, paginate

_NAV = "secretariat:review-list"
_ORDERS = {
    "member": pgettext_lazy("order of a list", "By member"),
    "partner": pgettext_lazy("order of a list", "By partner"),
    "due": pgettext_lazy("order of a list", "By day to answer"),
    "state": pgettext_lazy("order of a list", "By state"),
}


@require_safe
def comment_list(request: ActorRequest) -> HttpResponse:
    """List of invited comments, those that wait first, with search and order."""
    search = ListSearchForm(
        request.GET, pgettext_lazy("order of a list", "What waits longest first"), _ORDERS
    )
    words, order = search.words(), search.order()
    page = paginate(invited_comments(request.actor, words, order), request)
    context = {
        "page": page,
        "search": search,
        "words": words,
        "sort": order,
        "today": today(),
        "nav": _NAV,
    }
    return render(request, "alliance/secretariat/comment_list.html", context)


@require_safe
def comment(request: ActorRequest, pk: int) -> HttpResponse:
    """One invited comment: what was asked, the comment, who agrees that it is public."""
    row = _get_comment(request, pk)
    possible = possible_on_comment(request.actor, row)
    context = {
        "comment": row,
        "is_late": is_late(row),
        "may_withdraw": "withdraw" in possible,
        "may_publish": "publish" in possible,
        "publication_refusal": publication_refusal(request.actor, row) if waits_for_nobody(row) else "",
        "refusal": comment_refusal(row) or silence_of_partner(row),
        "nav": _NAV,
    }
    return render(request, "alliance/secretariat/comment.html", context)


def comment_invite(request: ActorRequest, pk: int, key: str) -> HttpResponse:
    """Form to invite a partner to comment on one measure of a published report."""
    report = get_visible_or_404(Report.objects.select_related("organisation", "cycle"), request.actor, pk=pk)
    measure = get_visible_or_404(Measure.objects, request.actor, key=key, charter_id=report.charter_id)
    url = reverse("secretariat:review-measure", args=[pk, key])
    page = Confirmation(
        rule="invited_comment.invite",
        subject=report,
        heading=_("Invite a partner to comment"),
        title=f"{report.organisation.name}, {measure.code} {measure.title}",
        items=[
            _("The partner’s editors are notified."),
            *_silent_partners(request.actor),
            _("The partner sees no more of the report than the public does."),
            _("The member and the secretariat read the comment; everybody reads it once both sides agree."),
            *_nobody_to_agree(report.organisation),
        ],
        label=_("Invite a partner to comment"),
        cancel_url=url,
        message=_("The partner has been invited."),
        next_url=reverse("secretariat:comment-list"),
        nav=_NAV,
        parent_title=f"{measure.code} {measure.title}",
        refusal=invitation_refusal(report),
    )

    def act(**values: Any) -> None:
        invite_comment(request.actor, report, measure, **values)

    return confirm(request, page, act, InviteCommentForm)


def _silent_partners(actor: Actor) -> list[str]:
    """Which of those that can be invited have nobody who could comment."""
    partners = list(invitable_partners(actor))
    silent = partners_without_editors(partner.pk for partner in partners)
    names = ", ".join(partner.name for partner in partners if partner.pk in silent)
    sentence = _("Nobody can comment at: %(names)s. There is no editor with an open account.")
    return [sentence % {"names": names}] if names else []


def _nobody_to_agree(member: Organisation) -> list[str]:
    """What is so where the member has nobody who could agree."""
    if answering_members([member.pk]):
        return []
    sentence = _(
        "Nobody who could agree for %(name)s has access now. %(days)d days after the comment you can publish it "
        "without the member, if that is so still."
    )
    return [sentence % {"name": member.name, "days": DAYS_WITHOUT_MEMBER}]


def comment_publish(request: ActorRequest, pk: int) -> HttpResponse:
    """Page of consequences before a comment is published without its member, no signatory of which has access."""
    row = _get_comment(request, pk)
    url = reverse("secretariat:comment", args=[pk])
    page = Confirmation(
        rule="invited_comment.publish",
        subject=row,
        heading=_("Publish without the member"),
        title=_("What will happen"),
        items=[
            _("everybody reads the comment beside the measure"),
            _("the public page says that the member has not agreed, for nobody who could agree had access"),
            _("once a signatory of the member has access again, the member can end the publication at once"),
        ],
        label=_("Publish without the member"),
        cancel_url=url,
        message=_("The comment is public."),
        next_url=url,
        nav=_NAV,
        parent_title=_("Invited comment"),
        refusal=publication_refusal(request.actor, row),
    )
    return confirm(request, page, lambda: publish_comment(request.actor, row))


def comment_withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before an invitation or a comment is withdrawn, with the reason that the partner reads."""
    row = _get_comment(request, pk)
    url = reverse("secretariat:comment", args=[pk])
    items = [_("the partner reads the reason")]
    if row.text:
        items.append(
            _("neither the member nor the public reads the comment any more, and nobody can give it again")
        )
    page = Confirmation(
        rule="invited_comment.withdraw",
        subject=row,
        heading=_("Withdraw the comment") if row.text else _("Withdraw the invitation"),
        title=_("What will happen"),
        items=items,
        label=_("Withdraw the comment") if row.text else _("Withdraw the invitation"),
        cancel_url=url,
        message=_("The comment is withdrawn.") if row.text else _("The invitation is withdrawn."),
        next_url=url,
        nav=_NAV,
        kind="danger",
        parent_title=_("Invited comment"),
    )

    def act(reason: str = "") -> None:
        withdraw_invitation(request.actor, row, reason)

    return confirm(request, page, act, ReasonForm)


def _get_comment(request: ActorRequest, pk: int) -> InvitedComment:
    row: InvitedComment = get_visible_or_404(invited_comments(request.actor), request.actor, pk=pk)
    return row
