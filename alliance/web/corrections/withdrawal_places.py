"""The public places that a withdrawal would change: what stands there now, and what does after it."""

from collections import Counter
from collections.abc import Iterable

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from alliance.enums import Standing, TargetState, VerdictValue
from alliance.models import PublishedResponse, Report
from alliance.queries.local_dates import today
from alliance.queries.public.correction_wording import CorrectionWords, correction_words
from alliance.queries.public.indicator_lines import has_line
from alliance.queries.public.obligations import standing_counts
from alliance.queries.public.promises import promise_sums
from alliance.queries.public.standing_pledges import reports_beside_pledge
from alliance.queries.public.targets import TargetStanding, published_targets
from alliance.queries.public.verdict_matrix import commitment_tallies
from alliance.queries.published_states import (
    PublishedState,
    published_state,
)
from alliance.queries.withdrawals import public_pledge, targets_without_report
from alliance.services.withdrawal_ways import WITHDRAWABLE_TYPES
from alliance.validators.corrections import CorrectionPlace
from alliance.web.corrections.affected import AffectedPlace, PlaceGroup
from portal.kernel.access import Actor
from portal.kernel.publishing import Publication, read_publication

NOTHING = "–"
_TEXT = 120  # signs of a reply that a place quotes


def withdrawal_groups(actor: Actor, published: Publication) -> list[PlaceGroup]:
    """Every public place that the withdrawal of this publication would change, by kind; lists and files last."""
    return [group for group in _groups(actor, published) if group.places]


def _groups(actor: Actor, published: Publication) -> list[PlaceGroup]:
    if published.type == "pledge":
        return _PledgePlaces(published).groups()
    if published.type not in WITHDRAWABLE_TYPES:
        return []
    slug, cycle, *_of_reply = published.record.split("/")
    rows = Report.objects.visible_to(actor).filter(organisation__slug=slug, cycle__slug=cycle)
    report = rows.select_related("organisation", "cycle__charter").first()
    state = published_state(report) if report is not None else None
    words = correction_words(state) if state is not None else None
    if state is None or words is None:
        return []
    if published.type == "response":
        return _ReplyPlaces(state, words, published).groups()
    return _ReportPlaces(state, words).groups()


class _ReportPlaces:
    """Those of a report with its replies, or of the notice in place of one."""

    def __init__(self, state: PublishedState, words: CorrectionWords) -> None:
        self.published, self.words, self.report = state, words, state.report
        self.slugs = [self.report.organisation.slug, self.report.cycle.slug]
        self.page = reverse("public:report", args=self.slugs)

    def groups(self) -> list[PlaceGroup]:
        slug = self.report.organisation.slug
        own, lists = (
            _own_group(self._itself(), self._filings()),
            PlaceGroup(_("Lists, search and letters"), _lists(slug)),
        )
        if self.published.is_notice:
            return [own, lists]
        return [
            own,
            PlaceGroup(_("Promises"), self._promises(), is_open=True),
            PlaceGroup(_("Replies"), self._replies()),
            PlaceGroup(_("Verdicts"), self._verdicts()),
            PlaceGroup(_("Figures"), self._figures()),
            PlaceGroup(_("Files, cards and frames"), [*self._files(), *self._frames()]),
            lists,
        ]

    @property
    def _standing(self) -> Standing:
        return Standing(self.published.standing["standing"])

    def _itself(self) -> AffectedPlace:
        title = _("Notice in place of the report") if self.published.is_notice else _("Report")
        note = _("its page says first that it is withdrawn, with the reason")
        now, after = str(self._standing.label), str(Standing.WITHDRAWN.label)
        return AffectedPlace("file-text", title, self.page, now, after, note)

    def _filings(self) -> AffectedPlace:
        """How many are filed in the cycle, or not: one fewer."""
        cycle, standing = self.report.cycle, self._standing
        count = standing_counts([cycle])[cycle.pk][standing.value]
        now, after = (_count(str(standing.label), each) for each in (count, max(0, count - 1)))
        title, url = _("The cycle, with “Members by commitment”"), reverse("public:cycle", args=[cycle.slug])
        note = (
            _("the member stands there as withdrawn")
            if self.published.is_notice
            else _("the member stands there as withdrawn; its line has no verdicts any more")
        )
        return AffectedPlace("grid-3x3", title, url, now, after, note)

    def _replies(self) -> list[AffectedPlace]:
        return [_reply_place(self.words, self.page, response) for response in self.published.responses]

    def _verdicts(self) -> list[AffectedPlace]:
        """Each verdict on a commitment, beside what all members have there."""
        tallies = commitment_tallies(self.report.cycle)
        places = []
        for verdict in self.published.document["verdicts"]:
            commitment = self.words.commitments.get(verdict["commitment"])
            if commitment is None or verdict["measure"]:
                continue
            label = str(VerdictValue(verdict["value"]).label)
            title = _("Verdict on %(what)s") % {"what": f"{commitment.code} {commitment.title}"}
            url = reverse("public:commitment", args=[commitment.key])
            tally = tallies.get(commitment.key)
            note = ""
            if tally is not None:
                count = tally.values[verdict["value"]]
                note = _("of all members: %(before)s → %(after)s") % {
                    "before": _count(label, count), "after": _count(label, max(0, count - 1)),
                }  # fmt: skip
            places.append(AffectedPlace("flag", title, url, label, NOTHING, note))
        return places

    def _figures(self) -> list[AffectedPlace]:
        """What the report shows of each indicator: its total where it has one, else its figures."""
        own: dict[str, list[str]] = {}
        for place, figure in self.published.public.figures.items():
            if not place.cell and not figure.withheld:
                at = CorrectionPlace.of_figure(place)
                own.setdefault(place.indicator, []).append(self.words.text(at, figure.values.to_document()))
        totals = {
            each["indicator"]: self.words.total_text(each["indicator"], each)
            for each in self.published.document["totals"]
            if not each["cell"] and each["indicator"] in own
        }
        places = []
        for key, texts in own.items():
            indicator = self.words.indicators.get(key)
            title = _("Figures: %(title)s") % {"title": indicator.title if indicator else key}
            url = f"{reverse('public:compare')}?indicator={key}"
            table = f"{reverse('public:figure-table')}?indicator={key}"
            note = _("comparisons, best lines and tables of all members go without it")
            now = totals.get(key) or "; ".join(texts)
            places.append(AffectedPlace("chart-line", title, url, now, NOTHING, note, (), (("CSV", table),)))
        return places

    # --- Promises ----------------------------------------------------------------------------

    def _promises(self) -> list[AffectedPlace]:
        url = f"{reverse('public:promise-list')}?member={self.report.organisation.slug}"
        outcomes, places = targets_without_report(self.report), []
        for now, then in outcomes:
            note = (
                _("the figure beside the promise; what became of it stays")
                if now.state == then.state
                else _("the figure beside the promise, and what became of it")
            )
            title = _("Promise: %(text)s") % {"text": now.text}
            places.append(AffectedPlace("flag", title, url, _state_text(now), _state_text(then), note))
        moved = [(now.state, then.state) for now, then in outcomes if now.state != then.state]
        if moved:
            card = reverse("public:member-card", args=[self.report.organisation.slug])
            title, note = _("Card and badge of the member"), _("how many of its promises are kept")
            places.append(AffectedPlace("link", title, card, "", "", note))
        return [*places, *_promise_sums(moved)]

    def _files(self) -> list[AffectedPlace]:
        url, cycle = reverse("public:report-document", args=self.slugs), self.report.cycle.slug
        return [
            AffectedPlace(
                "download", _("Report as PDF, XLSX, JSON"), url, "", "",
                _("not served any more; the bytes of the publication stay readable under its number"),
            ),
            AffectedPlace(
                "download", _("Summary, workbook and “Members by commitment” of the cycle"),
                reverse("public:cycle-document", args=[cycle]), "", "", _("editions with the report are withheld"),
            ),
            AffectedPlace(
                "link", _("Card and badge of the report"), reverse("public:report-card", args=self.slugs), "", "",
                _("not there any more"),
            ),
        ]  # fmt: skip

    def _frames(self) -> list[AffectedPlace]:
        """The small pages that stand in frames on other sites."""
        slug, cycle = self.slugs
        comparisons = (
            (indicator.title, f"{reverse('public:embed-comparison')}?indicator={key}")
            for key, indicator in self.words.indicators.items()
            if has_line(indicator) and any(each.indicator == key for each in self.published.public.figures)
        )
        member = (_("Verdicts"), reverse("public:embed-member", args=[slug]))
        row = reverse("public:embed-row", args=[cycle, slug])
        note = _("the line of the report is gone, the others go without it")
        return [
            AffectedPlace("link", _("Frames on other sites"), row, "", "", note, (), (member, *comparisons))
        ]


class _ReplyPlaces:
    """Those of one reply to a verdict."""

    def __init__(self, state: PublishedState, words: CorrectionWords, published: Publication) -> None:
        self.published, self.words, self.key = state, words, published.record.split("/")[2]

    def groups(self) -> list[PlaceGroup]:
        report = self.published.report
        slugs = [report.organisation.slug, report.cycle.slug]
        page = reverse("public:report", args=slugs)
        own = [each for each in self.published.responses if each.commitment_key == self.key]
        note = _("built again without the reply; files with it are withheld")
        url = reverse("public:report-document", args=slugs)
        files = AffectedPlace("download", _("Report as PDF, XLSX, JSON"), url, "", "", note)
        return [
            _own_group(*(_reply_place(self.words, page, response) for response in own)),
            PlaceGroup(_("Lists, search and letters"), [files, *_lists()]),
        ]


class _PledgePlaces:
    """Those of a pledge: each of its targets leaves the ledger."""

    def __init__(self, published: Publication) -> None:
        self.published, self.slug = published, read_publication(published)["organisation"]["slug"]

    def groups(self) -> list[PlaceGroup]:
        public = public_pledge(self.published.record)
        if public is None:
            return []
        pledge, commitment = public
        page, ledger = reverse("public:member", args=[self.slug]), reverse("public:promise-list")
        standings = published_targets(pledge.record)
        own = AffectedPlace(
            "users", _("Pledge on the page of the member"), f"{page}#pledge-{pledge.record}",
            Truncator(pledge.text).chars(_TEXT), str(Standing.WITHDRAWN.label),
            _("its place says that it is withdrawn, with the reason"),
        )  # fmt: skip
        promises = [
            AffectedPlace(
                "flag", _("Promise: %(text)s") % {"text": each.text}, f"{ledger}?member={self.slug}",
                _state_text(each), NOTHING, _("it leaves the ledger"),
            )
            for each in standings
        ]  # fmt: skip
        lists = _lists()
        if commitment is not None:
            title = _("Commitment %(code)s") % {"code": commitment.code}
            url = reverse("public:commitment", args=[commitment.key])
            lists = [AffectedPlace("flag", title, url, "", "", _("it leaves the pledges to it")), *lists]
        sums = _promise_sums([(each.state, None) for each in standings])
        return [
            _own_group(own),
            PlaceGroup(_("Promises"), [*promises, *sums], is_open=True),
            PlaceGroup(_("Reports"), self._reports()),
            PlaceGroup(_("Lists, search and letters"), lists),
        ]

    def _reports(self) -> list[AffectedPlace]:
        """Those beside whose verdicts it stands; their PDF quotes it too."""
        note = _(
            "the pledge leaves the place beside the verdicts; the PDF with it is withheld and made anew without it"
        )
        places = []
        for row in reports_beside_pledge(self.published.record):
            slugs = [row.report.organisation.slug, row.report.cycle.slug]
            title, page = _("Report for %(cycle)s") % {"cycle": row.report.cycle.title}, "public:report"
            files = (("PDF", reverse("public:report-document", args=slugs)),)
            places.append(
                AffectedPlace("file-text", title, reverse(page, args=slugs), "", "", note, (), files)
            )
        return places


def _own_group(*places: AffectedPlace) -> PlaceGroup:
    return PlaceGroup(_("What is withdrawn"), places, is_open=True)


def _reply_place(words: CorrectionWords, page: str, response: PublishedResponse) -> AffectedPlace:
    place = CorrectionPlace.of_response(response.commitment_key)
    now = Truncator(response.text).chars(_TEXT)
    after = str(Standing.WITHDRAWN.label)
    note = _("signed by %(name)s") % {"name": response.signatory_name}
    return AffectedPlace("quote", words.title(place), f"{page}#{words.anchor(place)}", now, after, note)


def _state_text(standing: TargetStanding) -> str:
    return str(standing.state.label) if standing.state else NOTHING


def _promise_sums(moved: Iterable[tuple[TargetState | None, TargetState | None]]) -> list[AffectedPlace]:
    """The counts of the ledger over all members, of the states that win or lose a promise."""
    changes: Counter[TargetState] = Counter()
    for now, then in moved:
        if now is not None:
            changes[now] -= 1
        if then is not None:
            changes[then] += 1
    if not any(changes.values()):
        return []
    counts = promise_sums(today()).by_state
    states = [state for state in TargetState if changes[state]]
    now_text, after = (
        ", ".join(
            _count(str(state.label), max(0, counts.get(state, 0) + (changes[state] if is_after else 0)))
            for state in states
        )
        for is_after in (False, True)
    )
    note = _("promises of all members")
    return [
        AffectedPlace("sigma", _("Ledger of promises"), reverse("public:promise-list"), now_text, after, note)
    ]


def _count(label: str, count: int) -> str:
    return f"{label}: {count}"


def _lists(slug: str = "") -> list[AffectedPlace]:
    """Where what is public stands once more; of a report, of this member, its page and the home page too."""
    rows: tuple[tuple[str, str, str, str], ...] = (
        ("search", _("Search"), reverse("public:search"), _("finds it no more")),
        ("history", _("What changed"), reverse("public:changes"), _("the withdrawal with its reason")),
        ("download", _("Open data"), reverse("public:data"), _("with the next build")),
        (
            "mail", _("Letters to followers"), reverse("public:follow"),
            _("the next letter about the member, the cycle, its commitments or the whole record names the withdrawal"),
        ),
    )  # fmt: skip
    if slug:
        member = reverse("public:member", args=[slug])
        rows = (
            ("users", _("Page of the member"), member, _("says that it is withdrawn")),
            ("grid-3x3", _("Home page"), reverse("public:home"), _("its counts and answers go without it")),
            *rows,
        )
    return [AffectedPlace(icon, title, url, "", "", note) for icon, title, url, note in rows]
