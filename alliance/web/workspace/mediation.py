"""Invited comments in the workspace: of the partner who gives them, and of the member whom they concern."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import InvitedComment
from alliance.queries.mediation import (
    DAYS_WITHOUT_MEMBER,
    can_be_ended,
    comment_refusal,
    has_agreed,
    is_late,
    own_invited_comments,
    possible_on_comment,
)
from alliance.services import mediation as services
from alliance.web.area import posted_data
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.mediation import GiveCommentForm
from alliance.web.forms.reasons import ConsentForm, ReasonForm
from alliance.workflows import INVITED_COMMENT
from portal.kernel.web import ActorRequest, get_visible_or_404, paginate

_ACTS = ("give", "decline", "partner_agree", "member_agree")


@require_safe
def comment_list(request: ActorRequest) -> HttpResponse:
    """List of the comments that the organisation is invited to give, and of those given about its reports."""
    context = {"page": paginate(own_invited_comments(request.actor), request), "nav": "workspace:report-list"}
    return render(request, "alliance/workspace/comment_list.html", context)


@require_safe
def comment(request: ActorRequest, pk: int) -> HttpResponse:
    """One invited comment: what is asked, the published report, the comment, and what can be done."""
    row = _get_comment(request, pk)
    possible = possible_on_comment(request.actor, row)
    refusal = comment_refusal(row)
    acts = [
        (_url(row, act, agrees=agrees), _label(row, act, agrees=agrees))
        for act in _ACTS
        if act in possible
        for agrees in _choices(row, act, refusal)
    ]
    context = {
        "comment": row,
        "is_late": is_late(row),
        "acts": acts,
        "refusal": refusal,
        "nav": "workspace:report-list",
    }
    return render(request, "alliance/workspace/comment.html", context)


def comment_act(request: ActorRequest, pk: int, action: str) -> HttpResponse:
    """Page before a comment is given or declined, or a side lets it be public or no longer.

    `?agrees=1` asks for the page of an agreement to what is public without it.
    """
    act_name = action.replace("-", "_")
    if act_name not in _ACTS:
        raise Http404
    row = _get_comment(request, pk)
    url = reverse("workspace:comment", args=[pk])
    offers_end = can_be_ended(row, act_name) and (has_agreed(row, act_name) or "agrees" not in request.GET)
    initial: dict[str, object] = {"agrees": not offers_end}
    agrees = ConsentForm(posted_data(request), initial=initial).offered
    label = _label(row, act_name, agrees=agrees)
    message = _message(row, act_name, agrees=agrees)
    page = Confirmation(
        rule=INVITED_COMMENT.rule(act_name),
        subject=row,
        heading=label,
        title=row.question,
        title_language=row.language,
        items=_consequences(row, act_name, agrees=agrees),
        label=label,
        cancel_url=url,
        message=message,
        next_url=url,
        nav="workspace:report-list",
        parent_title=_("Invited comment"),
        refusal=comment_refusal(row) if _leads_to_publication(act_name, agrees=not offers_end) else "",
    )
    form = {"give": GiveCommentForm, "decline": ReasonForm}.get(act_name, ConsentForm)

    def act(**values: Any) -> None:
        if act_name == "give":
            services.give_comment(request.actor, row, **values)
        elif act_name == "decline":
            services.decline_comment(request.actor, row, **values)
        elif act_name == "partner_agree":
            services.change_partner_consent(request.actor, row, **values)
        else:
            services.change_member_consent(request.actor, row, **values)

    return confirm(request, page, act, form, initial if form is ConsentForm else None)


def _choices(comment: InvitedComment, act: str, refusal: str) -> list[bool]:
    """What its page offers: agreement, its end, or both where a comment is public without the member."""
    choices = [False] if can_be_ended(comment, act) else []
    if not has_agreed(comment, act) and not (choices and refusal):
        choices.append(True)
    return choices


def _url(comment: InvitedComment, act: str, *, agrees: bool) -> str:
    url = reverse("workspace:comment-act", args=[comment.pk, act.replace("_", "-")])
    return f"{url}?agrees=1" if agrees and can_be_ended(comment, act) else url


def _leads_to_publication(act: str, *, agrees: bool) -> bool:
    """Whether the act leads to what everybody may read: a comment, the agreement of a side to it."""
    return act == "give" or (act in INVITED_COMMENT.acts and agrees)


def _label(comment: InvitedComment, act: str, *, agrees: bool) -> str:
    if act in INVITED_COMMENT.steps:
        return str(INVITED_COMMENT.steps[act].label)
    if agrees:
        return _("Agree to publication")
    return _("No longer agree to publication") if has_agreed(comment, act) else _("End the publication")


def _consequences(comment: InvitedComment, act: str, *, agrees: bool) -> list[str]:
    other_agrees = comment.member_agrees if act == "partner_agree" else comment.partner_agrees
    other_side = comment.organisation if act == "partner_agree" else comment.partner
    if act == "give" or not other_agrees:
        public = _("everybody reads the comment beside the measure if the other side agrees as well")
    elif other_side.has_access:
        public = _(
            "the other side has agreed already: everybody reads the comment beside the measure at once; both are "
            "notified"
        )
    else:
        public = _(
            "the other side has agreed already: everybody reads the comment beside the measure at once; nobody at "
            "%(name)s has access, and nobody there is notified"
        ) % {"name": other_side.name}
    if act == "decline":
        return [_("the secretariat reads the reason")]
    if act == "give":
        return [_("the member and the secretariat read the comment"), public, _without_member()]
    if not agrees:
        return [_("the comment is no longer public")]
    return [public, _without_member()] if act == "partner_agree" and not other_agrees else [public]


def _without_member() -> str:
    """What a partner agrees to as well."""
    sentence = _(
        "where nobody who could agree for the member has access for %(days)d days, the secretariat can publish it "
        "without the member; the page then says so"
    )
    return sentence % {"days": DAYS_WITHOUT_MEMBER}


def _message(comment: InvitedComment, act: str, *, agrees: bool) -> str:
    if act == "give":
        return _("The comment is sent. The member and the secretariat read it.")
    if act == "decline":
        return _("You have declined. The secretariat reads the reason.")
    if agrees:
        return _("You have agreed to publication.")
    if not has_agreed(comment, act):
        return _("You have ended the publication: the comment is not public.")
    return _("You no longer agree to publication: the comment is not public.")


def _get_comment(request: ActorRequest, pk: int) -> InvitedComment:
    row: InvitedComment = get_visible_or_404(own_invited_comments(request.actor), request.actor, pk=pk)
    return row
