"""One member, commitment, cycle or report for programs and other sites: JSON, CSV, an Atom feed, a badge, a card."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import NOT_REQUIRED_STANDINGS, CycleState, OrganisationState, Standing, TargetState
from alliance.queries.local_dates import today
from alliance.queries.public import charters, members
from alliance.queries.public.commitments import pledges_to
from alliance.queries.public.cycles import cycle as find_cycle
from alliance.queries.public.data_tables import DataScope, find_table
from alliance.queries.public.obligations import obligation, standing_counts
from alliance.queries.public.open_data import data_licence
from alliance.queries.public.overdue import with_overdue
from alliance.queries.public.promises import PromiseFilter, promise_counts
from alliance.queries.public.record import current_publication_head, record_head
from alliance.queries.public.record_data import table_rows, timeline_of
from alliance.queries.public.reports import is_corrected, published_report
from alliance.queries.public.summaries import summaries_of
from alliance.queries.public.wording import standing_text
from alliance.queries.site import read_site
from alliance.web.public.atom import summary_feed
from alliance.web.public.moved_members import redirect_moved_member
from alliance.web.public.other_sites import open_to_other_sites
from alliance.web.public.publication_files import gone_when_withdrawn
from alliance.web.public.responses import json_response, svg_response, table_response
from portal.kernel import clock
from portal.kernel.charts import Badge
from portal.kernel.documents import Card, draw_card
from portal.kernel.text import format_date

MOST_ENTRIES = 50


@dataclass(frozen=True, slots=True)
class RecordSubject:
    """What a file is about: its title, its page, its part of the tables."""

    kind: str
    title: str
    url: str
    scope: DataScope

    @property
    def name(self) -> str:
        """The name of its files."""
        return "-".join(part for part in (self.scope.member, self.scope.commitment, self.scope.cycle) if part)


def _member(slug: str) -> RecordSubject:
    organisation = members.member(slug)
    if organisation is None:
        raise Http404
    url = reverse("public:member", args=[slug])
    return RecordSubject("member", organisation.name, url, DataScope(member=slug))


def _commitment(key: str) -> RecordSubject:
    commitment = charters.current_commitment(key)
    if commitment is None:
        raise Http404
    url = reverse("public:commitment", args=[commitment.key])
    return RecordSubject("commitment", commitment.title, url, DataScope(commitment=commitment.key))


def _cycle(slug: str) -> RecordSubject:
    cycle = find_cycle(slug)
    if cycle is None:
        raise Http404
    url = reverse("public:cycle", args=[slug])
    return RecordSubject("cycle", cycle.title, url, DataScope(cycle=slug))


def _report(slug: str, cycle: str) -> RecordSubject:
    report = published_report(slug, cycle)
    if report is None:
        raise Http404
    title = _("%(name)s: report for %(cycle)s") % {
        "name": report.organisation.name,
        "cycle": report.cycle.title,
    }
    url = reverse("public:report", args=[slug, cycle])
    return RecordSubject("report", title, url, DataScope(member=slug, cycle=cycle))


# --- JSON and CSV ------------------------------------------------------------------------------


@open_to_other_sites
@redirect_moved_member
def member_data(request: HttpRequest, slug: str) -> HttpResponse:
    """JSON of a member: its rows of the open data."""
    tables = ("reports", "promises", "verdicts", "replies", "figures", "counted-by-others")
    return _json(_member(slug), tables)


@open_to_other_sites
@redirect_moved_member
def member_table(request: HttpRequest, slug: str) -> HttpResponse:
    """CSV of a member: its figures, with the columns of the open data."""
    return _csv(_member(slug), "figures")


@open_to_other_sites
def commitment_data(request: HttpRequest, key: str) -> HttpResponse:
    """JSON of a commitment: its text with measures and indicators, its promises, verdicts and replies."""
    return _json(_commitment(key), ("charter", "promises", "verdicts", "replies"))


@open_to_other_sites
def commitment_table(request: HttpRequest, key: str) -> HttpResponse:
    """CSV of a commitment: the verdicts on it, with the columns of the open data."""
    return _csv(_commitment(key), "verdicts")


@open_to_other_sites
def cycle_data(request: HttpRequest, cycle: str) -> HttpResponse:
    """JSON of a cycle: its reports, verdicts and replies."""
    return _json(_cycle(cycle), ("reports", "verdicts", "replies"))


@open_to_other_sites
def cycle_table(request: HttpRequest, cycle: str) -> HttpResponse:
    """CSV of a cycle: what became of each report, with the columns of the open data."""
    return _csv(_cycle(cycle), "reports")


def _json(subject: RecordSubject, tables: Sequence[str]) -> HttpResponse:
    head, site = record_head(), read_site()
    content = {
        "kind": subject.kind,
        "title": subject.title,
        "url": settings.ORIGIN + subject.url,
        "publisher": site.name,
        "notice": site.banner or None,
        "as_of": head.number if head else 0,
        "licence": data_licence().key,
        "dictionary": settings.ORIGIN + reverse("public:data"),
        **{name.replace("-", "_"): table_rows(name, subject.scope) for name in tables},
    }
    return json_response(content)


def _csv(subject: RecordSubject, name: str) -> HttpResponse:
    table = find_table(name)
    assert table is not None, name
    return table_response(f"{subject.name}-{name}", table, table.source(subject.scope))


# --- Feeds -------------------------------------------------------------------------------------


@open_to_other_sites
@redirect_moved_member
def member_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Atom feed of what is published about a member."""
    return _feed(request, _member(slug))


@open_to_other_sites
def commitment_feed(request: HttpRequest, key: str) -> HttpResponse:
    """Atom feed of what is published about a commitment."""
    return _feed(request, _commitment(key))


@open_to_other_sites
def cycle_feed(request: HttpRequest, cycle: str) -> HttpResponse:
    """Atom feed of what is published about a cycle."""
    return _feed(request, _cycle(cycle))


@open_to_other_sites
@redirect_moved_member
@gone_when_withdrawn
def report_feed(request: HttpRequest, slug: str, cycle: str) -> HttpResponse:
    """Atom feed of a report: its revisions and replies."""
    return _feed(request, _report(slug, cycle))


def _feed(request: HttpRequest, subject: RecordSubject) -> HttpResponse:
    commitment = subject.scope.commitment
    summaries = summaries_of(timeline_of(subject.scope, MOST_ENTRIES), commitment=commitment)
    if not subject.scope.cycle:
        whose = {"member": subject.scope.member, "commitment": commitment}
        summaries = with_overdue(summaries, MOST_ENTRIES, clock.now(), **whose)
    return summary_feed(request, subject.title, subject.url, summaries)


# --- Badges ------------------------------------------------------------------------------------


@open_to_other_sites
@redirect_moved_member
def member_badge(request: HttpRequest, slug: str) -> HttpResponse:
    """Badge of a member: how many of its promises whose day is over were kept."""
    return _badge(_member(slug), _member_fact(slug))


@open_to_other_sites
def commitment_badge(request: HttpRequest, key: str) -> HttpResponse:
    """Badge of a commitment: how many members have pledged something to it."""
    return _badge(_commitment(key), _commitment_fact(key))


@open_to_other_sites
def cycle_badge(request: HttpRequest, cycle: str) -> HttpResponse:
    """Badge of a cycle: how many of the reports that were due are filed; of an exempt or former member none is due."""
    return _badge(_cycle(cycle), _cycle_fact(cycle))


@open_to_other_sites
@redirect_moved_member
@gone_when_withdrawn
def report_badge(request: HttpRequest, slug: str, cycle: str) -> HttpResponse:
    """Badge of a report: the publication that holds now, and whether it was corrected."""
    return _badge(_report(slug, cycle), _report_fact(slug, cycle))


def _badge(subject: RecordSubject, text: str) -> HttpResponse:
    label = f"{read_site().short_name} · {subject.title}"
    return svg_response(subject.name, Badge(name="badge", title=f"{label}: {text}", label=label, text=text))


def _member_fact(slug: str) -> str:
    """How many of its promises were kept; of a former member that it is one, and nothing of what would be due."""
    counts = promise_counts(today(), PromiseFilter(member=slug))
    organisation = members.member(slug)
    is_former = organisation is not None and organisation.state == OrganisationState.FORMER
    passed = counts.passed_count
    if passed:
        text = ngettext("%(part)d of %(n)d promise kept", "%(part)d of %(n)d promises kept", passed)
        text %= {"part": counts.reached_count, "n": passed}
    elif is_former:
        return _("Former member")
    else:
        due = counts.by_state.get(TargetState.DUE, 0)
        text = ngettext("%(n)d promise due", "%(n)d promises due", due) % {"n": due}
    return ", ".join([text, _("former member")]) if is_former else text


def _commitment_fact(key: str) -> str:
    commitment = charters.current_commitment(key)
    pledges = (
        pledges_to(commitment).exclude(organisation__state=OrganisationState.FORMER) if commitment else None
    )
    pledged = pledges.order_by().values("organisation").distinct().count() if pledges is not None else 0
    return ngettext("%(n)d member pledged", "%(n)d members pledged", pledged) % {"n": pledged}


def _cycle_fact(slug: str) -> str:
    public_cycle = find_cycle(slug)
    if public_cycle is None:
        raise Http404
    if public_cycle.state == CycleState.OPEN:
        return _("Open, reports due %(day)s") % {"day": format_date(public_cycle.due_on)}
    if public_cycle.state != CycleState.PUBLISHED:
        return _("Closed, not published yet")
    counts = standing_counts([public_cycle])[public_cycle.pk]
    filed = counts[Standing.FILED] + counts[Standing.LATE]
    due = counts.total() - sum(counts[each] for each in NOT_REQUIRED_STANDINGS)
    text = ngettext("%(part)d of %(n)d report filed", "%(part)d of %(n)d reports filed", due)
    return text % {"part": filed, "n": due}


def _report_fact(slug: str, cycle: str) -> str:
    publication = current_publication_head("report", f"{slug}/{cycle}")
    if publication is not None:
        text = _("Publication No. %(number)d") % {"number": publication.number}
    else:
        public_cycle = find_cycle(cycle)
        due = obligation(slug, public_cycle) if public_cycle else None
        text = standing_text(due) if due else ""
    return ", ".join(filter(None, (text, _("corrected") if is_corrected(slug, cycle) else "")))


# --- Cards -------------------------------------------------------------------------------------


@open_to_other_sites
def site_card(request: HttpRequest) -> HttpResponse:
    """Card of the portal, for every page without one of its own."""
    site, head = read_site(), record_head()
    title = site.headline or next((each.title for each in charters.charter_titles()), _("Public record"))
    return _card("", title, _("Publication No. %(number)d") % {"number": head.number} if head else "")


@open_to_other_sites
@redirect_moved_member
def member_card(request: HttpRequest, slug: str) -> HttpResponse:
    """Card of a member: what its badge says, as a picture for messengers."""
    return _card(_("Member"), _member(slug).title, _member_fact(slug))


@open_to_other_sites
def commitment_card(request: HttpRequest, key: str) -> HttpResponse:
    """Card of a commitment."""
    return _card(_("Commitment"), _commitment(key).title, _commitment_fact(key))


@open_to_other_sites
def cycle_card(request: HttpRequest, cycle: str) -> HttpResponse:
    """Card of a cycle."""
    return _card(_("Cycle"), capfirst(_cycle(cycle).title), _cycle_fact(cycle))


@open_to_other_sites
@redirect_moved_member
@gone_when_withdrawn
def report_card(request: HttpRequest, slug: str, cycle: str) -> HttpResponse:
    """Card of a report."""
    return _card(_("Report"), _report(slug, cycle).title, _report_fact(slug, cycle))


def _card(kind: str, title: str, fact: str) -> HttpResponse:
    """Drawn once for each publication and process: public answers are stored (`PublicPageMiddleware`)."""
    site = read_site()
    foot = " · ".join(part for part in (urlsplit(settings.ORIGIN).netloc, site.banner) if part)
    picture = draw_card(Card(site.name, kind, title, fact, foot))
    return HttpResponse(picture, content_type="image/png")
