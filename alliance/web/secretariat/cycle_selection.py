"""Reports of a cycle that were chosen on its desk, and what is done to many of them at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.models import Cycle, ExtensionRequest, Report
from alliance.queries.cycle_desk import desk_rows, filter_of
from alliance.queries.cycles import filing_list
from alliance.queries.extensions import extension_blocking_reason, open_extension_requests
from alliance.queries.obligations import ended_obligations
from alliance.services.extensions import ExtensionOutcome, ShownDeadlines, extend_reports, refuse_extensions
from alliance.web.area import area_of
from alliance.web.confirm import Confirmation, PageView, confirm
from alliance.web.forms.cycle_desk import ManyExtensionsForm, ManyRefusalsForm
from alliance.web.secretariat.cycles import get_cycle
from alliance.web.secretariat.row_limits import most_rows
from portal.kernel.errors import DomainError
from portal.kernel.text import format_date, whole_number
from portal.kernel.web import ActorRequest, names_of, redirect_refused, refuse_unlisted_fields, typed_words

MOST_CHOSEN = 1000

_Chosen = Sequence[tuple[Report, str]]  # by member, each with why it cannot be done; empty where it can


def chosen_ids(request: ActorRequest, cycle: Cycle) -> list[int] | None:
    """The reports that the desk has chosen: those ticked, with `all` every one that its filter finds; None for none.

    After a post it is the form that knows them.
    """
    if request.method == "POST":
        return (
            _numbers([each.partition(":")[0] for each in request.POST.get("reports", "").split(",")]) or None
        )
    if "all" in request.GET:
        ended = ended_obligations(request.actor, [cycle])
        rows = desk_rows(request.actor, cycle, ended, filter_of(request.GET.dict()))
        return list(rows.values_list("pk", flat=True)[:MOST_CHOSEN])
    return _numbers(request.GET.getlist("report")) or None


def _numbers(texts: Sequence[str]) -> list[int]:
    """Those that can be the number of a row, at most `MOST_CHOSEN`."""
    return [number for each in texts if (number := whole_number(each)) is not None][:MOST_CHOSEN]


def joined(ids: Sequence[int]) -> str:
    """The chosen reports, for the hidden field of the page."""
    return ",".join(str(pk) for pk in ids)


def _as_shown(chosen: _Chosen, requests: Mapping[int, ExtensionRequest]) -> str:
    """The chosen reports, each with the request that the page shows, 0 for none, and with its deadline."""
    return ",".join(
        f"{report.pk}:{requests[report.pk].pk if report.pk in requests else 0}:{report.deadline}"
        for report, _reason in chosen
    )


@dataclass(frozen=True, slots=True)
class _BulkAct:
    """What is done to many reports: its words, its form, what the page says of each report, and the service."""

    heading: str
    items: Sequence[str]
    requests: Mapping[int, ExtensionRequest]  # by report, as the page shows them
    label: Callable[[int], str]
    message: Callable[[int], str]
    form_class: type[ManyExtensionsForm | ManyRefusalsForm]
    blocking_reason: Callable[[Report], str]
    outcome: Callable[[Report], str]
    act: Callable[..., list[ExtensionOutcome]]


def cycle_extend(request: ActorRequest, slug: str) -> HttpResponse:
    """Form to extend the deadlines of several members at once: one day, one reason, and who cannot be extended."""
    cycle = get_cycle(request.actor, slug, "cycle.extend")
    return _many(request, cycle, lambda: _extending(request, cycle))


def _extending(request: ActorRequest, cycle: Cycle) -> _BulkAct:
    requests = {each.report_id: each for each in open_extension_requests(request.actor, cycle)}

    def outcome(report: Report) -> str:
        asked = requests.get(report.pk)
        text = _("due on %(day)s") % {"day": format_date(report.deadline)}
        if asked is not None:
            day = format_date(asked.requested_due_on)
            text += ", " + _("asks for %(day)s: “%(reason)s”") % {"day": day, "reason": asked.reason}
        return text

    def act(reports: ShownDeadlines | None, **values: object) -> list[ExtensionOutcome]:
        return extend_reports(request.actor, cycle, reports or {}, **values)  # type: ignore[arg-type]  # a form's values

    return _BulkAct(
        heading=_("Extend deadlines"),
        items=(
            _("each of them is notified of its new deadline, and reads the reason"),
            _("the days of grace are counted from the new deadline"),
            _("an open request for more time is answered by it"),
        ),
        requests=requests,
        label=lambda n: ngettext("Extend %(n)d deadline", "Extend %(n)d deadlines", n) % {"n": n},
        message=lambda n: ngettext("%(n)d deadline is extended.", "%(n)d deadlines are extended.", n) % {"n": n},
        form_class=ManyExtensionsForm,
        blocking_reason=extension_blocking_reason,
        outcome=outcome,
        act=act,
    )  # fmt: skip


def cycle_refuse_extensions(request: ActorRequest, slug: str) -> HttpResponse:
    """Form to refuse several requests for more time at once, with one reason."""
    cycle = get_cycle(request.actor, slug, "cycle.extend")
    return _many(request, cycle, lambda: _refusing(request, cycle))


def _refusing(request: ActorRequest, cycle: Cycle) -> _BulkAct:
    requests = {each.report_id: each for each in open_extension_requests(request.actor, cycle)}

    def outcome(report: Report) -> str:
        asked = requests[report.pk]
        day = format_date(asked.requested_due_on)
        return _("asks for %(day)s: “%(reason)s”") % {"day": day, "reason": asked.reason}

    def blocking_reason(report: Report) -> str:
        return "" if report.pk in requests else _("It has not asked for more time.")

    def act(reports: ShownDeadlines | None, reason: str) -> list[ExtensionOutcome]:
        return refuse_extensions(request.actor, cycle, reports or {}, reason)

    return _BulkAct(
        heading=_("Refuse more time"),
        items=(
            _("each report stays due on its day"),
            _("the editors and signatories of the members are notified, and read your reason"),
        ),
        requests=requests,
        label=lambda n: ngettext("Refuse %(n)d request", "Refuse %(n)d requests", n) % {"n": n},
        message=lambda n: ngettext("%(n)d request is refused.", "%(n)d requests are refused.", n) % {"n": n},
        form_class=ManyRefusalsForm,
        blocking_reason=blocking_reason,
        outcome=outcome,
        act=act,
    )  # fmt: skip


def _many(request: ActorRequest, cycle: Cycle, read: Callable[[], _BulkAct]) -> HttpResponse:
    """The page before the act, and the act; after a refusal read anew: it may have waited for a colleague."""
    bulk = read()
    url = reverse("secretariat:cycle", args=[cycle.slug])
    if request.method == "POST":
        refuse_unlisted_fields(request.POST, names_of(bulk.form_class()))
    ids = chosen_ids(request, cycle)
    chosen = _chosen(request, cycle, ids, bulk)
    if not chosen:
        return redirect_refused(request, url, _("Choose members first: tick their rows."))
    if all(reason for _report, reason in chosen) and request.method != "POST":
        return redirect_refused(request, url, " ".join(_by_reason(chosen)))
    unannounced: list[
        tuple[Report, str]
    ] = []  # those that were refused, though the page did not say so before

    def do(**values: object) -> None:
        outcomes = bulk.act(**values)
        refused = [(each.report, each.refusal) for each in outcomes if each.refusal]
        if len(refused) == len(outcomes):
            raise DomainError(" ".join([_("Nothing was done."), *_by_reason(refused)]))
        messages.success(request, bulk.message(len(outcomes) - len(refused)))
        announced = {report.pk for report, reason in chosen if reason}
        for sentence in _by_reason(row for row in refused if row[0].pk in announced):
            messages.warning(request, sentence)
        unannounced.extend(row for row in refused if row[0].pk not in announced)

    def context() -> dict[str, Any]:
        if request.method != "POST":
            return _context(request, cycle, chosen, bulk)
        now = read()
        return _context(request, cycle, _chosen(request, cycle, ids, now), now)

    view = PageView("alliance/secretariat/cycle_many.html", context)
    initial: dict[str, object] = {"reports": _as_shown(chosen, bulk.requests)}
    response = confirm(request, _page(cycle, chosen, bulk), do, bulk.form_class, initial, view)
    return _page_of_refused(request, cycle, unannounced, read()) if unannounced else response


def _page_of_refused(request: ActorRequest, cycle: Cycle, refused: _Chosen, bulk: _BulkAct) -> HttpResponse:
    """The page again with those alone that were refused, why, and the words that were typed for them."""
    form = bulk.form_class(request.POST)
    for sentence in _by_reason(refused):
        form.add_error(None, sentence)
    left = _chosen(request, cycle, [report.pk for report, _reason in refused], bulk)
    context = {
        "page": _page(cycle, left, bulk),
        "form": form,
        "base": area_of(request.actor).base,
        "nav": "secretariat:cycle-list",
        "typed": typed_words(form),
        **_context(request, cycle, left, bulk),
    }
    return render(request, "alliance/secretariat/cycle_many.html", context, status=422)


def _by_reason(refused: Iterable[tuple[Report, str]]) -> list[str]:
    """Why these members are left as they are: each reason once, behind the names of all of which it is so."""
    names: dict[str, list[str]] = {}
    for report, reason in refused:
        names.setdefault(reason, []).append(report.organisation.name)
    return [f"{', '.join(members)}: {reason}" for reason, members in names.items()]


def _chosen(request: ActorRequest, cycle: Cycle, ids: Sequence[int] | None, bulk: _BulkAct) -> _Chosen:
    rows = filing_list(request.actor, cycle).filter(pk__in=ids or ())
    return [(report, bulk.blocking_reason(report)) for report in rows]


def _page(cycle: Cycle, chosen: _Chosen, bulk: _BulkAct) -> Confirmation:
    url = reverse("secretariat:cycle", args=[cycle.slug])
    return Confirmation(
        rule="cycle.extend",
        subject=cycle,
        heading=bulk.heading,
        title=capfirst(cycle.title),
        items=bulk.items,
        label=bulk.label(sum(not reason for _report, reason in chosen)),
        cancel_url=url,
        message="",  # says how many, which is known afterwards
        next_url=url,
        nav="secretariat:cycle-list",
        parent_title=cycle.title,
    )


def _context(request: ActorRequest, cycle: Cycle, chosen: _Chosen, bulk: _BulkAct) -> dict[str, Any]:
    # those that are left as they are come first: nobody looks for them behind fifty others
    listed = sorted(chosen, key=lambda each: not each[1])
    most = most_rows(request)
    return {
        "cycle": cycle,
        "concerned": [
            (report, reason or bulk.outcome(report), not reason) for report, reason in listed[:most]
        ],
        "total": len(listed),
        "reports": _as_shown(chosen, bulk.requests),
        "is_over": all(reason for _report, reason in chosen),
    }
