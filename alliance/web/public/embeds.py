"""Small pages that stand in frames on other sites: a member’s sun, a row of the matrix, a comparison. No scripts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from csp.constants import NONE
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from alliance.models import Commitment, Cycle, Organisation
from alliance.queries.public import members as reads
from alliance.queries.public.cycles import cycle as find_cycle
from alliance.queries.public.cycles import published_cycles
from alliance.queries.public.indicator_lines import has_line
from alliance.queries.public.obligations import obligation, obligations_of
from alliance.queries.public.record import record_head
from alliance.queries.public.reports import published_report, withdrawn_report
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.verdict_matrix import (
    Verdicts,
    commitments_of,
    current_verdicts,
    last_judged_cycle_id,
    verdicts_before_corrections,
)
from alliance.queries.public.wording import (
    correction_of_filing,
    correction_of_verdict,
    short_cycle,
    standing_text,
)
from alliance.web.public.charts import member_sun
from alliance.web.public.comparison import (
    Comparison,
    compared_lines,
    complete_lines,
    ranked_lines,
    read_comparison,
)
from alliance.web.public.comparison_choice import CHOICE, View, read_choice, with_view
from alliance.web.public.moved_members import redirect_moved_member
from alliance.web.public.ranked_rows import ranked_chart
from portal.kernel.web import Parameter, parameters

MOST_ROWS = 20  # of a ranking, and of those without a place in it
_THEME = Parameter("theme")
_THEMES = ("light", "dark")
# these pages alone may stand in a frame; they run nothing and send nothing
_POLICY = {
    "frame-ancestors": ["*"],
    "script-src": [NONE],
    "connect-src": [NONE],
    "form-action": [NONE],
    "require-trusted-types-for": None,
    "trusted-types": None,
}

EmbeddedView = Callable[..., HttpResponseBase]


def embeddable(view: EmbeddedView) -> EmbeddedView:
    """Let other sites show the page in a frame; what there is not is said by a small page, never by an empty frame."""

    @require_safe
    @xframe_options_exempt
    @csp_replace(_POLICY)
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            response: HttpResponseBase = view(request, *args, **kwargs)
        except Http404:
            response = _page(request, "missing", _("Not in the record"), reverse("public:home"), status=404)
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return answer


def _page(
    request: HttpRequest,
    template: str,
    title: str,
    url: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The page; `url` is the full one that it leads to."""
    theme = request.GET.get("theme", "")
    shared = {
        "title": title,
        "url": url,
        "theme": theme if theme in _THEMES else "",
        "record": record_head(),
        "sheets": ("tokens", "base", "components", "verdicts", "figures", "charts", "embed"),
    }
    return render(
        request, f"alliance/public/embed/{template}.html", {**shared, **(context or {})}, status=status
    )


@dataclass(frozen=True, slots=True)
class EmbeddedVerdict:
    """A verdict on a commitment, and what it was where it was corrected; without one, it is empty."""

    commitment: Commitment
    value: str
    corrected: str


def _verdicts(organisation: Organisation, cycle: Cycle, verdicts: Verdicts) -> list[EmbeddedVerdict]:
    before = verdicts_before_corrections(cycle, [organisation.pk]).get(organisation.pk, {})
    return [
        EmbeddedVerdict(
            each,
            verdicts.get(each.key, ""),
            correction_of_verdict(verdicts.get(each.key), before[each.key]) if each.key in before else "",
        )
        for each in commitments_of(cycle.charter_id)
    ]


@embeddable
@parameters(_THEME)
@redirect_moved_member
def embed_member(request: HttpRequest, slug: str) -> HttpResponse:
    """A member’s sun with its last verdicts in words, to stand in a frame on another site."""
    organisation = reads.member(slug)
    if organisation is None:
        raise Http404
    url = reverse("public:member", args=[slug])
    cycles = published_cycles()
    last_judged = last_judged_cycle_id(organisation)
    cycle = next((each for each in cycles if each.pk == last_judged), None)
    latest = next(iter(obligations_of(organisation, cycles[:1])), None)
    ended_on = reads.ends_of_membership([organisation]).get(organisation.pk)
    context: dict[str, Any] = {"organisation": organisation, "ended_on": ended_on}
    if latest is not None and latest.cycle != cycle:
        context |= {"missing_cycle": latest.cycle, "missing": standing_text(latest)}
    if cycle is not None:
        verdicts = current_verdicts(cycle=cycle, organisation=organisation)[cycle.pk, organisation.pk]
        rows = _verdicts(organisation, cycle, verdicts)
        sun = member_sun("sun", _sun_title(organisation, cycle), verdicts, [each.commitment for each in rows])
        context |= {"cycle": cycle, "verdicts": [row for row in rows if row.value], "sun": sun}
    return _page(request, "member", organisation.name, url, context)


def _sun_title(organisation: Organisation, cycle: Cycle) -> str:
    return f"{_('Verdicts of %(name)s') % {'name': organisation.name}}, {cycle.title}"


@embeddable
@parameters(_THEME)
@redirect_moved_member
def embed_row(request: HttpRequest, cycle: str, slug: str) -> HttpResponse:
    """A member’s row of the matrix of a cycle, to stand in a frame; of a withdrawn report, that it is withdrawn."""
    public_cycle = find_cycle(cycle)
    if public_cycle is None:
        raise Http404
    organisation = reads.member(slug)
    if organisation is None:
        raise Http404
    url = reverse("public:report", args=[slug, cycle])
    title = f"{organisation.name}, {public_cycle.title}"
    withdrawn = withdrawn_report(slug, cycle) if published_report(slug, cycle) is None else None
    if withdrawn is not None:
        withdrawal = withdrawn[0]
        context = {"withdrawal": withdrawal, "reason": in_reader_language(withdrawal.reason)}
        return _page(request, "withdrawn", title, url, context, status=410)
    due = obligation(slug, public_cycle)
    if due is None:
        raise Http404
    key = (public_cycle.pk, organisation.pk)
    verdicts = current_verdicts(cycle=public_cycle, organisation=organisation).get(key, {})
    rows = _verdicts(organisation, public_cycle, verdicts)
    context = {
        "cycle": public_cycle,
        "verdicts": rows,
        "sun": member_sun(
            "sun", _sun_title(organisation, public_cycle), verdicts, [row.commitment for row in rows]
        ),
        "standing": standing_text(due),
        "filing_before": correction_of_filing(due.report.was) if due.report else "",
    }
    return _page(request, "row", title, url, context)


@embeddable
@parameters(*CHOICE, _THEME)
def embed_comparison(request: HttpRequest) -> HttpResponse:
    """The chart of one indicator, ranked or over time, to stand in a frame on another site."""
    choice = with_view(read_choice(request, has_default=True), request)
    indicator = choice.indicator
    if indicator is None or not choice.can_be_shown or not has_line(indicator):
        raise Http404
    chart = _chart(read_comparison(choice, request)) if choice.cycles else {}
    return _page(request, "comparison", indicator.title, choice.address(), {"indicator": indicator, **chart})


def _chart(compared: Comparison) -> dict[str, Any]:
    """The drawing in the chosen view, with the span that it shows; of a ranking what is left out of it."""
    choice, indicator, cycles = compared.choice, compared.indicator, compared.cycles
    span = " – ".join(dict.fromkeys(short_cycle(each) for each in (cycles[0], cycles[-1])))
    if choice.view == View.OVER_TIME:
        # without the links of a page: in a frame they would lead to what may not stand in one
        chart = compared_lines(compared).chart("compared", in_amounts=choice.in_amounts, is_file=True)
        return {"span": span, "chart": chart}
    whole = ranked_lines(compared)
    lines = complete_lines(compared, whole.ranked[:MOST_ROWS])
    ranked = ranked_chart(lines, indicator, cycles, in_amounts=choice.in_amounts, names=choice.names)
    return {
        "span": span,
        "chart": ranked if lines else None,
        "more": len(whole.ranked) - len(lines),
        "unranked": [series.name for series, _reading in whole.unranked[:MOST_ROWS]],
        "more_unranked": max(len(whole.unranked) - MOST_ROWS, 0),
    }
