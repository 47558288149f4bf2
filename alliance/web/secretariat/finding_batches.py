"""The pages before members are reminded of many findings at once, and before many are carried on or withdrawn."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from alliance.models import Finding
from alliance.queries.findings import (
    can_be_carried_on,
    can_be_reminded_of,
    can_be_withdrawn,
    chosen_findings,
    findings_to_remind_of,
    may_be_reminded_of,
    reminder_refusal,
)
from alliance.services.finding_reminders import (
    none_of_them_to_remind_of,
    nothing_to_remind_of,
    remind_of_findings,
)
from alliance.services.findings import carry_findings, withdraw_findings
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.findings import (
    FindingsCarryForm,
    FindingsReasonForm,
    SeenFindingsForm,
)
from alliance.web.secretariat.finding_steps import claim_of, last_entry_of
from alliance.web.secretariat.findings import list_url, view_of
from alliance.workflows import FINDING
from portal.kernel.access import Actor
from portal.kernel.text import format_date, whole_number
from portal.kernel.web import (
    ActorRequest,
    names_of,
    redirect_refused,
    refuse_unlisted_fields,
)

_NAV = "secretariat:review-list"
_MOST_CHOSEN = 100  # more than a page of the list has
_MOST_OF_VIEW = 200  # that are named on the page before an act on all of a view

# of some findings those of which an act can be done now: a view may have others before them
AbleFindings = Callable[[Actor, QuerySet[Any]], QuerySet[Any]]


def finding_remind(request: ActorRequest) -> HttpResponse:
    """Confirmation page before members are reminded: of the chosen findings, or of all that are overdue."""
    if (numbers := _named_or_chosen(request, can_be_reminded_of)) is not None:
        return _remind_of_chosen(request, numbers)
    overdue = list(findings_to_remind_of(request.actor))
    names = Counter(finding.organisation.name for finding in overdue)
    page = _reminder_page(
        _("Remind of overdue findings"),
        ngettext("%(n)d finding is overdue", "%(n)d findings are overdue", len(overdue))
        % {"n": len(overdue)},
        [f"{name}: {count}" for name, count in names.items()],
        f"{reverse('secretariat:finding-list')}?show=overdue",
        refusal="" if overdue else nothing_to_remind_of(),
    )
    return confirm(request, page, lambda: remind_of_findings(request.actor))


def _remind_of_chosen(request: ActorRequest, numbers: Sequence[int]) -> HttpResponse:
    """Whoever has not reported a finding done can be reminded of it before its day, too."""
    url = list_url(request)
    chosen = chosen_findings(request.actor, numbers)
    if not chosen:
        why = none_of_them_to_remind_of() if "all" in request.GET else _none_chosen()
        return redirect_refused(request, url, why)
    able = [each for each in chosen if may_be_reminded_of(request.actor, each)]
    page = _reminder_page(
        _("Remind of findings"),
        ngettext("Reminder of %(n)d finding", "Reminder of %(n)d findings", len(able)) % {"n": len(able)},
        [
            *map(_in_words, able),
            *_left_out((each, reminder_refusal(each)) for each in chosen if each not in able),
            *_not_reminded_of(request),
        ],
        url,
        refusal="" if able else none_of_them_to_remind_of(),
    )
    seen = ",".join(str(each.pk) for each in chosen)
    return confirm(
        request,
        page,
        lambda seen: remind_of_findings(request.actor, [each.pk for each in able]),
        SeenFindingsForm,
        {"seen": seen},
    )


def _reminder_page(
    heading: str, title: str, named: Sequence[str], list_url: str, *, refusal: str
) -> Confirmation:
    return Confirmation(
        rule="finding.remind",
        subject=None,
        heading=heading,
        title=title,
        items=[
            *named,
            _("the editors and signatories of each member are notified in their own language"),
            _("no member is reminded twice a day of the same finding; nothing becomes public"),
        ],
        label=_("Remind"),
        cancel_url=list_url,
        parent_title=_("Findings"),
        message=_("The reminders are on their way."),
        next_url=list_url,
        nav=_NAV,
        refusal=refusal,
    )


def _none_chosen() -> str:
    return _("Choose findings first: tick their rows.")


@dataclass(frozen=True, slots=True)
class _Batch:
    """What can be decided about several findings with one reason, as its page says it.

    `title`, `message` and `unable` are lazy, and take the number of findings as `n`.
    """

    action: str
    able: AbleFindings
    act: Callable[..., int]
    form_class: type[forms.Form]
    heading: str | Promise
    title: Any
    consequences: Sequence[str | Promise]
    message: Any
    none_able: str | Promise
    unable: Any


_CARRY = _Batch(
    "carry",
    can_be_carried_on,
    carry_findings,
    FindingsCarryForm,
    gettext_lazy("Carry findings on"),
    ngettext_lazy("%(n)d finding gets a later date", "%(n)d findings get a later date", "n"),
    (
        gettext_lazy("the new date holds; the earlier ones stay, struck through"),
        gettext_lazy(
            "a member reads this at once where its review is concluded, and is notified by e-mail; else afterwards"
        ),
    ),
    ngettext_lazy("%(n)d finding is carried on.", "%(n)d findings are carried on.", "n"),
    gettext_lazy("You can carry none of these findings on now."),
    ngettext_lazy(
        "%(n)d finding of this view is left as it is: you cannot carry it on now",
        "%(n)d findings of this view are left as they are: you cannot carry them on now",
        "n",
    ),
)
_WITHDRAW = _Batch(
    "withdraw",
    can_be_withdrawn,
    withdraw_findings,
    FindingsReasonForm,
    gettext_lazy("Withdraw findings"),
    ngettext_lazy("%(n)d finding is to be withdrawn", "%(n)d findings are to be withdrawn", "n"),
    (
        gettext_lazy(
            "nothing of them is left to do, and nobody is reminded of them; each can be opened again"
        ),
        gettext_lazy(
            "what is published stays; where it has the finding, the next published report of the member on this "
            "measure says when and why it was withdrawn"
        ),
        gettext_lazy(
            "a member that had read the finding reads this at once where the review is concluded, and is notified by "
            "e-mail; where it was opened again, once it is concluded"
        ),
    ),
    ngettext_lazy("%(n)d finding is withdrawn.", "%(n)d findings are withdrawn.", "n"),
    gettext_lazy("You can withdraw none of these findings now."),
    ngettext_lazy(
        "%(n)d finding of this view is left as it is: you cannot withdraw it now",
        "%(n)d findings of this view are left as they are: you cannot withdraw them now",
        "n",
    ),
)


def finding_carry(request: ActorRequest) -> HttpResponse:
    """Form to carry the chosen findings on: one date and one reason for all of them, and which are left as they are."""
    return _decide_chosen(request, _CARRY)


def finding_withdraw(request: ActorRequest) -> HttpResponse:
    """Form to withdraw the chosen findings: one reason for all of them, and which are left as they are."""
    return _decide_chosen(request, _WITHDRAW)


def _decide_chosen(request: ActorRequest, batch: _Batch) -> HttpResponse:
    if request.method == "POST":
        refuse_unlisted_fields(request.POST, names_of(batch.form_class()))
    actor, url = request.actor, list_url(request)
    chosen = chosen_findings(actor, _named_or_chosen(request, batch.able) or ())
    able = [each for each in chosen if FINDING.is_available(actor, each, batch.action)]
    if not chosen and "all" not in request.GET:
        return redirect_refused(request, url, _none_chosen())
    # what somebody else has ended meanwhile is refused with its reason: nothing that was typed is lost
    if not chosen or (not able and request.method != "POST"):
        return redirect_refused(request, url, str(batch.none_able))
    shown = able or chosen
    page = Confirmation(
        rule=FINDING.rule(batch.action),
        subject=shown[0],
        heading=str(batch.heading),
        title=batch.title % {"n": len(able)},
        items=[
            *map(_in_words, able),
            *_left_out(
                (each, FINDING.refusal(actor, each, batch.action, is_brief=True) or _not_yours(batch.action))
                for each in chosen
                if each not in able
            ),
            *_left_of_batch(request, batch),
            *map(str, batch.consequences),
        ],
        label=str(FINDING.steps[batch.action].label),
        cancel_url=url,
        parent_title=_("Findings"),
        message=batch.message % {"n": len(able)},
        next_url=url,
        nav=_NAV,
    )
    seen = ",".join(f"{each.pk}:{last_entry_of(each)}" for each in shown)
    return confirm(
        request, page, lambda **values: batch.act(actor, **values), batch.form_class, {"seen": seen}
    )


def _not_yours(action: str) -> str:
    """Why the actor cannot decide so about an open finding."""
    if action == "withdraw":
        return _("its reviewer withdraws it before the conclusion, a manager afterwards")
    return _("you cannot review this")


def _chosen(request: ActorRequest, able: AbleFindings) -> list[int] | None:
    """The findings that the address names, or those able of its whole view; None where it is not about chosen ones."""
    if "all" in request.GET:
        return list(able(request.actor, view_of(request)).values_list("pk", flat=True)[:_MOST_OF_VIEW])
    if "chosen" not in request.GET and "finding" not in request.GET:
        return None
    numbers = (whole_number(value) for value in request.GET.getlist("finding")[:_MOST_CHOSEN])
    return [number for number in numbers if number is not None]


def _named_or_chosen(request: ActorRequest, able: AbleFindings) -> list[int] | None:
    """Those chosen; of an act on all of a view those that the posted page has named: there may be others by now."""
    if "all" in request.GET and request.method == "POST":
        return _shown_before(request)
    return _chosen(request, able)


def _shown_before(request: ActorRequest) -> list[int]:
    parts = request.POST.get("seen", "").split(",")
    numbers = (whole_number(part.partition(":")[0]) for part in parts)
    return [number for number in numbers if number is not None][:_MOST_OF_VIEW]


@dataclass(frozen=True, slots=True)
class _OfView:
    """How many of an act on all of a view are too many for one page, and of how many it cannot be done."""

    beyond: int
    unable: int


def _left_of_view(request: ActorRequest, able: AbleFindings) -> _OfView:
    if "all" not in request.GET:
        return _OfView(0, 0)
    view = view_of(request)
    count = able(request.actor, view).count()
    return _OfView(max(0, count - _MOST_OF_VIEW), view.count() - count)


def _not_reminded_of(request: ActorRequest) -> list[str]:
    """Of an act on all of a view. Those reminded of are left out of the next one, so that the others follow."""
    left = _left_of_view(request, can_be_reminded_of)
    beyond = ngettext(
        "%(n)d more finding of this view is left as it is: it has its turn next",
        "%(n)d more findings of this view are left as they are: they have their turn next",
        left.beyond,
    )
    unable = ngettext(
        "%(n)d finding of this view is left as it is: nobody can be reminded of it now",
        "%(n)d findings of this view are left as they are: nobody can be reminded of them now",
        left.unable,
    )
    return _counted((left.beyond, beyond), (left.unable, unable))


def _left_of_batch(request: ActorRequest, batch: _Batch) -> list[str]:
    """Of an act on all of a view. Those carried on stay in it, perhaps before the others."""
    left = _left_of_view(request, batch.able)
    beyond = ngettext(
        "%(n)d more finding of this view is left as it is: narrow the view by member, measure or cycle to reach it",
        "%(n)d more findings of this view are left as they are: narrow the view by member, measure or cycle to reach "
        "them",
        left.beyond,
    )
    return _counted((left.beyond, beyond), (left.unable, batch.unable))


def _counted(*sentences: tuple[int, Any]) -> list[str]:
    return [str(sentence % {"n": count}) for count, sentence in sentences if count]


def _in_words(finding: Finding) -> str:
    """What stands in a line of the page before an act: whose it is, what has to be done, by when, what was reported."""
    line = f"{finding.organisation.name}, {finding.measure.code}: {Truncator(finding.text).words(16)}"
    due = _("due on %(day)s") % {"day": format_date(finding.due_on)}
    return "; ".join([f"{line} ({due})", *claim_of(finding)])


def _left_out(reasons: Iterable[tuple[Finding, str]]) -> list[str]:
    sentence = _("left as it is: %(finding)s: %(reason)s")
    return [sentence % {"finding": _in_words(each), "reason": reason} for each, reason in reasons]
