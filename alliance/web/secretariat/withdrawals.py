"""Withdrawals of publications: asked for with a public reason, consented to by another person, undone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from alliance.enums import PledgeState, WithdrawalState
from alliance.models import Measure, Withdrawal
from alliance.queries.absences import members_unable_to_sign
from alliance.queries.local_dates import day_of
from alliance.queries.public.record import publication, reply_count, revision_of, withdrawal_of_record
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import kind_of
from alliance.queries.replies import reply_openings, with_commitments, withdrawn_replies
from alliance.queries.withdrawals import (
    corrections_left_open,
    listed_withdrawals,
    pledge_of_record,
    possible_consenters,
    reply_day_after,
    report_of_record,
    unsaved_withdrawal,
    withdrawal_moves,
)
from alliance.services import withdrawals as services
from alliance.services.pledge_draft import commitment_of
from alliance.web.confirm import Confirmation, PageView, confirm
from alliance.web.corrections.affected import PlaceGroup
from alliance.web.corrections.withdrawal_places import withdrawal_groups
from alliance.web.forms.corrections import PublicReasonForm
from alliance.web.forms.list_search import ListSearchForm
from alliance.web.forms.reasons import EmptyForm, ReasonForm
from alliance.workflows import WITHDRAWAL
from portal.kernel.publishing import Publication
from portal.kernel.text import LANGUAGES, format_date
from portal.kernel.web import ActorRequest, get_visible_or_404, paginate

_MAIN = ("publish", "undo")
_BLOCKING_REASONS = {"publish": services.consent_blocking_reason, "undo": services.undo_blocking_reason}
_ORDERS = {
    "number": pgettext_lazy("order of a list", "By number"),
    "member": pgettext_lazy("order of a list", "By member"),
    "state": pgettext_lazy("order of a list", "By state"),
    "asked": pgettext_lazy("order of a list", "By day on which it was asked for"),
}
_PAGE_SIZE = 25  # the latest stand first, and those are what waits


@require_safe
def withdrawal_list(request: ActorRequest) -> HttpResponse:
    """List of withdrawals, with search and order: what waits for a second person, and what was decided."""
    search = ListSearchForm(request.GET, pgettext_lazy("order of a list", "The latest first"), _ORDERS)
    words, order = search.words(), search.order()
    page = paginate(listed_withdrawals(request.actor, words, order), request, _PAGE_SIZE)
    titles = [
        f"{kind_of(row.type)[0]}, {_('No. %(number)s') % {'number': row.of_publication}}" for row in page
    ]
    context = {
        "page": page,
        "rows": list(zip(page, titles, strict=True)),
        "search": search,
        "words": words,
        "sort": order,
    }
    return render(request, "alliance/secretariat/withdrawal_list.html", context)


@require_safe
def withdrawal(request: ActorRequest, pk: int) -> HttpResponse:
    """One withdrawal: what is to be withdrawn, why, who asked, who consented, who published it again."""
    row = _get_withdrawal(request, pk)
    published, is_asked = publication(row.of_publication), row.state == WithdrawalState.ASKED
    steps = [
        (
            each.step.action,
            each.step.label,
            _refusal(request, row, each.step.action),
            each.step.action in _MAIN,
        )
        for each in WITHDRAWAL.available(request.actor, row)
    ]
    context = {
        "withdrawal": row,
        "kind": kind_of(row.type)[0],
        "title": _title(published) if published else row.record,
        "steps": steps,
        "moves": withdrawal_moves(request.actor, row),
        "consenters": possible_consenters(row) if is_asked else [],
        "is_asked": is_asked,
        "people_url": reverse("secretariat:member", args=[request.actor.tenant_id]),
    }
    return render(request, "alliance/secretariat/withdrawal.html", context)


def _refusal(request: ActorRequest, row: Withdrawal, step: str) -> str:
    """Why the step cannot be taken now; empty where it can."""
    refusal = WITHDRAWAL.refusal(request.actor, row, step)
    return refusal or (_BLOCKING_REASONS[step](row) if step in _BLOCKING_REASONS else "")


def _get_withdrawal(request: ActorRequest, pk: int) -> Withdrawal:
    row: Withdrawal = get_visible_or_404(
        Withdrawal.objects.select_related("organisation", "asked_by", "decided_by"), request.actor, pk=pk
    )
    return row


def publication_withdraw(request: ActorRequest, number: int) -> HttpResponse:
    """Form to ask that a publication be withdrawn: what leaves the public pages, and what stays."""
    published = publication(number)
    if published is None:
        raise Http404
    page = Confirmation(
        rule="publication.withdraw",
        subject=unsaved_withdrawal(published),
        heading=_("Withdraw a publication"),
        title=_title(published),
        items=[
            *_what_goes_with(request, unsaved_withdrawal(published), published),
            _("another manager or an auditor has to consent; until then nothing changes for readers"),
            _("its page stays, and says first that it is withdrawn, with your reason"),
            _("it leaves lists, totals, comparisons and the feed; the feed says that it was withdrawn"),
            _(
                "the withdrawal is a publication of its own, with the next number; the old bytes stay readable"
            ),
            _("only a new publication of the record can undo it"),
        ],
        label=_("Ask for consent"),
        cancel_url=reverse("public:publication", args=[number]),
        message=_("The request is made. Another person has to consent."),
        next_url=reverse("secretariat:withdrawal-list"),
        nav="secretariat:review-list",
        kind="danger",
        parent_title=_("No. %(number)d") % {"number": number},
        refusal=services.withdrawal_blocking_reason(published),
    )

    def ask(**values: str) -> object:
        reason = {language: values[f"reason_{language}"] for language in LANGUAGES}
        return services.ask_for_withdrawal(request.actor, published, reason)

    return confirm(request, page, ask, PublicReasonForm, view=_places_view(request, published))


def _places_view(request: ActorRequest, published: Publication) -> PageView:
    """How many places change of each kind, and below the form each of them by name."""
    return PageView(
        "alliance/secretariat/withdraw.html",
        lambda: _place_groups(withdrawal_groups(request.actor, published)),
    )


def _place_groups(groups: Sequence[PlaceGroup]) -> Mapping[str, object]:
    return {"groups": groups, "place_count": sum(len(group.places) for group in groups)}


def _title(published: Publication) -> str:
    """What the record is, as its first revision says: what is withdrawn is all of it, and no correction alone."""
    first = revision_of(published.type, published.record, 1)
    return in_reader_language((first or published).title)


def _what_goes_with(request: ActorRequest, withdrawal: Withdrawal, published: Publication) -> list[str]:
    """What leaves the public pages besides the revision that is named, and which corrections stand still."""
    items = []
    if published.revision > 1:
        sentence = _("the record as a whole is withdrawn, in all its revisions: %(n)d")
        items.append(sentence % {"n": published.revision})
    if published.type == "report" and (count := reply_count(published.record)):
        items.append(_("the replies to its verdicts go with it: %(n)d") % {"n": count})
    corrections = corrections_left_open(withdrawal, report_of_record(request.actor, withdrawal))
    if numbers := corrections.visible_to(request.actor).order_by("pk").values_list("pk", flat=True):
        sentence = _("open corrections stand still until it is published again: %(numbers)s")
        items.append(sentence % {"numbers": ", ".join(map(str, numbers))})
    return items


@dataclass(frozen=True, slots=True)
class WithdrawalStepPage:
    """One step: the words of its page, how it is done, and what it asks."""

    heading: str | Promise
    items: tuple[str | Promise, ...]
    message: str | Promise
    act: Callable[..., object]
    form: type[forms.Form] = EmptyForm
    kind: str = "primary"


_STEPS: Mapping[str, WithdrawalStepPage] = {
    "publish": WithdrawalStepPage(
        gettext_lazy("Consent and withdraw"),
        (
            gettext_lazy("its page says first that it is withdrawn, with the reason"),
            gettext_lazy("it leaves lists, totals, comparisons and the feed at once"),
        ),
        gettext_lazy("The publication is withdrawn."), services.consent_to_withdrawal, EmptyForm, "danger",
    ),
    "refuse": WithdrawalStepPage(
        gettext_lazy("Refuse the withdrawal"),
        (gettext_lazy("it stays public; who asked for it reads your reason"),),
        gettext_lazy("The withdrawal is refused."), services.refuse_withdrawal, ReasonForm,
    ),
    "take_back": WithdrawalStepPage(
        gettext_lazy("Take the request back"),
        (gettext_lazy("it stays public; it can be asked for again"),),
        gettext_lazy("The request is taken back."), services.take_back_withdrawal,
    ),
    "undo": WithdrawalStepPage(
        gettext_lazy("Publish again"),
        (
            gettext_lazy("that it was withdrawn stays in the record"),
            gettext_lazy("corrections that stood still can be answered again, for as many days as before"),
        ),
        gettext_lazy("It is public again."), services.publish_again, ReasonForm,
    ),
}  # fmt: skip


def _named(request: ActorRequest, row: Withdrawal, published: Publication | None, step: str) -> list[str]:
    """What consenting makes public, in its own words, and what it takes away; what undoing it publishes."""
    if step == "undo":
        return _public_again(request, row)
    if step != "publish" or published is None:
        return []
    reason = _("the public reason: “%(reason)s”") % {"reason": in_reader_language(row.reason)}
    return [reason, *_what_goes_with(request, row, published)]


def _public_again(request: ActorRequest, row: Withdrawal) -> list[str]:
    """What becomes the next revision of the record; of a report, until when the member can reply, where it can."""
    if row.type == "pledge" and (items := _pledge_again(request, row)):
        return items
    items = [_("the same content becomes the next revision of the record, with the next number")]
    withdrawn = withdrawal_of_record(row.type, row.record)
    if row.type == "report" and withdrawn is not None:
        report = report_of_record(request.actor, row)
        if (
            report
            and report.organisation.has_access
            and not members_unable_to_sign([report.organisation_id])
            and (day := reply_day_after(report, day_of(withdrawn.at)))
        ):
            sentence = _(
                "the member can reply to its verdicts until %(day)s: it has as many days as were left when the report "
                "was withdrawn"
            )
            items.append(sentence % {"day": format_date(day)})
    return [*items, *_replies_open_again(request, row)]


def _replies_open_again(request: ActorRequest, row: Withdrawal) -> list[str]:
    """Until when the member can reply to corrected verdicts of the report, or to that beside the reply."""
    report = report_of_record(request.actor, row) if row.type in ("report", "response") else None
    if report is None:
        return []
    openings = [each for each in reply_openings([report]) if each.is_in_time]
    if row.type == "response":
        own = row.record.split("/")[2]
        openings = [each for each in openings if each.commitment_key == own]
    else:  # a reply that was withdrawn by itself stays so
        others = withdrawn_replies(report, {each.commitment_key for each in openings})
        openings = [each for each in openings if each.commitment_key not in others]
    items = []
    for opening, commitment in with_commitments(report, openings):
        sentence = (
            _("the member can reply to the corrected verdict on commitment %(code)s until %(day)s")
            if commitment
            else _("the member can reply to all verdicts, as one on a pledge was corrected, until %(day)s")
        )
        code = commitment.code if commitment else ""
        items.append(sentence % {"code": code, "day": format_date(opening.until)})
    return items


def _pledge_again(request: ActorRequest, row: Withdrawal) -> list[str]:
    """A pledge as it is by now: in force with what it answers to, or withdrawn by the member; empty of any other."""
    pledge = pledge_of_record(row.record).first()
    if pledge is not None and pledge.state == PledgeState.WITHDRAWN:
        sentence = _(
            "the pledge becomes the next revision of the record as one that the member has withdrawn, with this "
            "reason: “%(reason)s”"
        )
        return [sentence % {"reason": pledge.ended_reason}]
    if pledge is None or pledge.state != PledgeState.PUBLISHED:
        return []
    commitment = commitment_of(pledge)
    sentence = _("the pledge becomes the next revision of the record as it is now, in force: %(subject)s")
    items = [sentence % {"subject": commitment or pledge.commitment_key or pledge.title}]
    if commitment is not None and pledge.measure_keys:
        measures = Measure.objects.visible_to(request.actor).filter(
            commitment=commitment, key__in=pledge.measure_keys
        )
        items.append(_("opt-in measures: %(measures)s") % {"measures": "; ".join(map(str, measures))})
    return items


def _notified(row: Withdrawal, step: str) -> list[str]:
    """Who is notified; of a publication again, whose public page gives no reason, also who reads that."""
    if not row.organisation.has_access:
        items = [_("nobody at the member has access, and nobody there is notified")]
        return (
            [*items, _("your reason is not published: the secretariat alone reads it")]
            if step == "undo"
            else items
        )
    if step == "undo":
        return [
            _(
                "your reason is not published: everybody at the member and the managers read it in their letter"
            )
        ]
    return [_("the member is notified")]


def withdrawal_step(request: ActorRequest, pk: int, step: str) -> HttpResponse:
    """Confirmation page before a step of a withdrawal: what becomes public, and what leaves the public pages."""
    page = _STEPS.get(step)
    if page is None:
        raise Http404
    row = _get_withdrawal(request, pk)
    published = publication(row.of_publication)
    url = reverse("secretariat:withdrawal", args=[pk])
    confirmation = Confirmation(
        rule=WITHDRAWAL.rule(step),
        subject=row,
        heading=str(page.heading),
        title=_title(published) if published else row.record,
        items=[
            *_named(request, row, published, step),
            *(str(item) for item in page.items),
            *(_notified(row, step) if step in ("publish", "undo") else []),
        ],
        label=str(page.heading),
        cancel_url=url,
        message=str(page.message),
        next_url=url,
        nav="secretariat:review-list",
        kind=page.kind,
        parent_title=_("Withdrawal %(number)d") % {"number": pk},
        refusal=_refusal(request, row, step),
    )
    view = _places_view(request, published) if step == "publish" and published is not None else None
    return confirm(
        request, confirmation, lambda **values: page.act(request.actor, row, **values), page.form, view=view
    )
