"""Pledges and accessions to countersign: the list, one of each, and the pages before they become public."""

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_safe

from alliance.enums import PledgeState
from alliance.models import Accession, Pledge
from alliance.queries.charter_signatures import end_refusal, stands_by_earlier_version
from alliance.queries.corrections import (
    latest_public_report,
)
from alliance.queries.pledges import (
    accessions_to_publish,
    commitment_of_pledge,
    pledge_rows,
    searched_pledges,
    with_commitments,
)
from alliance.queries.public.record import current_publication_head, latest_revision, withdrawal_of_record
from alliance.queries.public.targets import TargetDecision, published_targets
from alliance.queries.public.texts import in_reader_language
from alliance.services import pledges
from alliance.services.pledge_targets import DecisionInput, decide_target, decision_refusal
from alliance.services.supersession import publish_accession
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.corrections import ChangedDecisionForm, TargetDecisionForm
from alliance.web.forms.list_search import ListSearchForm
from alliance.web.forms.reasons import ReasonForm
from alliance.web.moved_pledges import moved_pledges
from alliance.web.pledge_reports import beside_reports
from alliance.web.pledge_targets import target_outcomes
from alliance.workflows import PLEDGE
from portal.kernel.access import Actor
from portal.kernel.text import LANGUAGES, format_date
from portal.kernel.web import ActorRequest, paginate, permissions

_NAV = "secretariat:pledge-list"
_STATES_BY_TAB = {
    "waiting": (PledgeState.SIGNED,),
    "public": (PledgeState.PUBLISHED,),
    "ended": (PledgeState.FULFILLED, PledgeState.WITHDRAWN, PledgeState.REVISED),
}

_ORDERS = {
    "member": pgettext_lazy("order of a list", "By member"),
    "signed": pgettext_lazy("order of a list", "By day of signature"),
}

_BY_STATE = {"state": pgettext_lazy("order of a list", "By state")}  # where there are several

_PUBLIC_STATES = (PledgeState.PUBLISHED, PledgeState.FULFILLED, PledgeState.WITHDRAWN)


@require_safe
def pledge_list(request: ActorRequest) -> HttpResponse:
    """List of pledges and accessions that wait for the secretariat, with search and order.

    `?show=` lists pledges in other states.
    """
    chosen = request.GET.get("show", "waiting")
    chosen = chosen if chosen in _STATES_BY_TAB else "waiting"
    orders = {**_ORDERS, **_BY_STATE} if chosen == "ended" else _ORDERS
    search = ListSearchForm(
        request.GET, pgettext_lazy("order of a list", "The earliest signature first"), orders
    )
    words = search.words()
    rows = searched_pledges(request.actor, _STATES_BY_TAB[chosen], words, search.order())
    context = {
        "page": with_commitments(request.actor, paginate(rows, request)),
        "chosen": chosen,
        "search": search,
        "words": words,
        "sort": search.order(),
        "accessions": accessions_to_publish(request.actor, words) if chosen == "waiting" else [],
    }
    return render(request, "alliance/secretariat/pledge_list.html", context)


def _get_pledge(actor: Actor, pk: int) -> Pledge:
    pledge: Pledge = get_object_or_404(pledge_rows(actor), pk=pk)
    return pledge


@require_safe
def pledge(request: ActorRequest, pk: int) -> HttpResponse:
    """One signed pledge, beside the revision that it would replace."""
    pledge = _get_pledge(request.actor, pk)
    earlier = pledge_rows(request.actor).filter(record=pledge.record, revision__lt=pledge.revision)
    names = {"publish": "pledge-publish", "return": "pledge-return", "fulfil": "pledge-fulfil"}
    steps = [
        (each.step, reverse(f"secretariat:{names[each.step.action]}", args=[pk]))
        for each in PLEDGE.available(request.actor, pledge)
        if each.step.action in names
    ]
    public_withdrawal = withdrawal_of_record("pledge", str(pledge.record))
    context = {
        "pledge": pledge,
        "commitment": commitment_of_pledge(request.actor, pledge),
        "public_withdrawal": public_withdrawal,
        "withdraw_url": "" if public_withdrawal else _withdraw_url(pledge),
        "earlier": earlier.order_by("-revision").first(),
        "outcomes": target_outcomes(request.actor, pledge),
        "steps": steps,
        "nav": _NAV,
        **permissions(request.actor, pledge, may_withdraw="publication.withdraw"),
    }
    return render(request, "alliance/secretariat/pledge.html", context)


def _withdraw_url(pledge: Pledge) -> str:
    """Where it is asked that the pledge be withdrawn from the public pages; empty of a revision that is not public."""
    if pledge.state not in _PUBLIC_STATES:
        return ""
    head = current_publication_head("pledge", str(pledge.record))
    return reverse("secretariat:publication-withdraw", args=[head.number]) if head else ""


def _page(
    pledge: Pledge,
    action: str,
    heading: str,
    title: str,
    items: list[str],
    message: str,
    *,
    remains_visible: bool = True,
    refusal: str = "",
) -> Confirmation:
    """`remains_visible`: whether the secretariat still sees the pledge afterwards."""
    url = reverse("secretariat:pledge", args=[pledge.pk])
    return Confirmation(
        rule=f"pledge.{action}",
        subject=pledge,
        heading=heading,
        title=title,
        items=items,
        label=heading,
        cancel_url=url,
        message=message,
        next_url=url if remains_visible else reverse(_NAV),
        nav=_NAV,
        parent_title=pledge.organisation.name,
        refusal=refusal,
    )


def pledge_publish(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a pledge is countersigned and published: exactly what becomes public."""
    pledge = _get_pledge(request.actor, pk)
    targets = len(pledge.targets.all())
    items = [
        _("text: “%(words)s”") % {"words": pledge.text},
        ngettext("%(n)d target", "%(n)d targets", targets) % {"n": targets},
        f"{_('Signed by %(name)s') % {'name': pledge.signatory_name}}, {pledge.signatory_office}",
    ]
    if pledge.revision > 1:
        items.append(_("it replaces the published revision, which remains available"))
        items += [*_dropped_targets(pledge), *beside_reports(pledge, PledgeState.PUBLISHED)]
    title = _("This becomes visible to everyone:")
    page = _page(pledge, "publish", _("Countersign and publish"), title, items, _("Published"))
    return confirm(request, page, lambda: pledges.publish_pledge(request.actor, pledge))


def _dropped_targets(pledge: Pledge) -> list[str]:
    """The decided targets of the published revision that this one no longer has."""
    remaining = {(target.text, target.due_on) for target in pledge.targets.all()}
    return [
        _("it no longer has a target that is decided: “%(text)s” (%(state)s)")
        % {"text": target.text, "state": target.decision.state.label}
        for target in published_targets(pledge.record)
        if target.decision is not None and (target.text, target.due_on) not in remaining
    ]


def pledge_return(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a signed pledge is returned to the member, with a reason."""
    pledge = _get_pledge(request.actor, pk)
    items = [
        _("it becomes a draft again, which only the member sees; the signature is removed"),
        _("the member reads the reason; nothing becomes public"),
    ]
    title = pledge.organisation.name
    page = _page(pledge, "return", _("Return the pledge"), title, items, _("Returned"), remains_visible=False)
    return confirm(
        request, page, lambda reason: pledges.return_pledge(request.actor, pledge, reason), ReasonForm
    )


def pledge_fulfil(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a pledge is publicly recorded as fulfilled."""
    pledge = _get_pledge(request.actor, pk)
    items = [
        _("everyone sees that the pledge is fulfilled"),
        *beside_reports(pledge, PledgeState.FULFILLED),
        _("it can no longer be revised or withdrawn"),
    ]
    title = pledge.organisation.name
    refusal = pledges.fulfilment_refusal(pledge)
    page = _page(pledge, "fulfil", _("Record as fulfilled"), title, items, _("Fulfilled"), refusal=refusal)
    return confirm(request, page, lambda: pledges.fulfil_pledge(request.actor, pledge))


def accession_publish(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before an accession is published: exactly what becomes public."""
    accession = _get_accession(request.actor, pk)
    items = [
        _("%(name)s has signed “%(charter)s”")
        % {"name": accession.organisation.name, "charter": accession.charter.title},
        f"{_('Signed by %(name)s') % {'name': accession.signatory_name}}, {accession.signatory_office}",
        _(
            "in cycles on it that are opened from now on its reports answer to this version; in those that are open, "
            "to the one that it signed before"
        )
        if stands_by_earlier_version(accession.organisation_id, accession.charter)
        else _("it reports from the next cycle on; you may include it in one that is open"),
        *moved_pledges(accession.organisation_id, accession.charter),
    ]
    title = _("This becomes visible to everyone:")
    page = _accession_page(
        accession, "publish", _("Publish the accession"), title, items, _("Accession published")
    )
    return confirm(request, page, lambda: publish_accession(request.actor, accession))


def accession_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before an accession is ended, with a public reason."""
    accession = _get_accession(request.actor, pk)
    items = [_("everyone sees that it has ended, and why"), _("no report is required for later cycles")]
    title, member_url = (
        accession.organisation.name,
        reverse("secretariat:member", args=[accession.organisation_id]),
    )
    page = replace(
        _accession_page(
            accession,
            "end",
            _("End the accession"),
            title,
            items,
            _("Accession ended"),
            end_refusal(accession),
        ),
        cancel_url=member_url,
        next_url=f"{member_url}#accession",
        nav="secretariat:member-list",
        kind="danger",
        parent_title=title,
    )
    return confirm(
        request, page, lambda reason: pledges.end_accession(request.actor, accession, reason), ReasonForm
    )


def pledge_decide_target(request: ActorRequest, pk: int, number: int) -> HttpResponse:
    """Page before the secretariat decides what became of a target that no figure can decide, with the public reason.

    A target that is decided already: before the decision is changed, while no report of the member is public.
    """
    pledge = _get_pledge(request.actor, pk)
    standing = next((each for each in published_targets(pledge.record) if each.number == number), None)
    last = latest_revision("pledge", str(pledge.record))
    if pledge.state != PledgeState.PUBLISHED or standing is None or last is None:
        raise Http404
    url = reverse("secretariat:pledge", args=[pk])
    day = format_date(standing.due_on) if standing.due_on else _("no date")
    earlier = standing.decision
    page = Confirmation(
        rule="pledge.decide_target",
        subject=pledge,
        heading=_("Change a decision") if earlier else _("Decide a target"),
        title=_("Target %(number)d: “%(text)s”, by %(day)s")
        % {"number": number, "text": standing.text, "day": day},
        items=_decision_items(request.actor, pledge, earlier),
        label=_("Publish the decision"),
        cancel_url=url,
        message=_("The decision is published"),
        next_url=f"{url}#target-{number}",
        nav=_NAV,
        parent_title=pledge.organisation.name,
        refusal=decision_refusal(request.actor, pledge, standing),
    )

    def act(state: str, publication: int, finder: str = "", **reasons: str) -> None:
        reason = {language: reasons[f"reason_{language}"] for language in LANGUAGES}
        decide_target(request.actor, pledge, number, DecisionInput(state, reason, publication, finder))

    form_class = ChangedDecisionForm if earlier else TargetDecisionForm
    return confirm(request, page, act, form_class, initial={"publication": last.number})


def _decision_items(actor: Actor, pledge: Pledge, earlier: TargetDecision | None) -> list[str]:
    """What follows from a decision, or from one in the place of the earlier one."""
    published_anew = _(
        "the pledge is published anew, under the next number; earlier revisions remain available"
    )
    by_correction = _("it is changed by a correction alone, to which the other side agrees or objects")
    if latest_public_report(actor, pledge.organisation_id) is not None:
        notified = [_("the member is notified, and can propose a correction"), by_correction]
    else:
        notified = [
            _(
                "the member is notified; without a public report it cannot propose a correction, but write to you"
            ),
            _(
                "until a report of it is public you can change the decision here, publicly; then a correction alone can"
            ),
        ]
    if earlier is None:
        visible = _(
            "everyone sees the decision and its reason beside the target, and that the secretariat decided"
        )
        return [visible, published_anew, *notified]
    was = _("everyone sees the new decision and its reason, and what it was: %(state)s, “%(reason)s”")
    words = {"state": earlier.state.label, "reason": in_reader_language(earlier.reason)}
    return [
        was % words,
        _("say in the reason what was wrong with the earlier one"),
        published_anew,
        *notified,
    ]


def _get_accession(actor: Actor, pk: int) -> Accession:
    rows = Accession.objects.visible_to(actor).select_related("organisation", "charter")
    accession: Accession = get_object_or_404(rows, pk=pk)
    return accession


def _accession_page(
    accession: Accession,
    action: str,
    heading: str,
    title: str,
    items: list[str],
    message: str,
    refusal: str = "",
) -> Confirmation:
    return Confirmation(
        rule=f"accession.{action}",
        subject=accession,
        heading=heading,
        title=title,
        items=items,
        label=heading,
        cancel_url=reverse(_NAV),
        message=message,
        next_url=reverse(_NAV),
        nav=_NAV,
        parent_title=_("Pledges"),
        refusal=refusal,
    )
