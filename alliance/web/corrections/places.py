"""The public places that a correction would change: each named, linked, and as readers see it before and after."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import CorrectionSubject, VerdictValue
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.queries.public.value_differences import total_difference, value_difference
from alliance.queries.published_states import (
    PublishedState,
)
from alliance.services.correction_content import CorrectedReport
from alliance.services.correction_standings import is_said_by_cycle
from alliance.validators.corrections import CorrectionPlace, corrected_verdicts
from alliance.web.corrections.affected import (
    MOST_OF_FIGURE,
    AffectedPlace,
    ItemRow,
    PreviewCell,
    verdict_cell,
)
from alliance.web.corrections.record_places import RecordPlaces

_OF_TEXTS = (CorrectionSubject.TEXT, CorrectionSubject.RESPONSE)


class AffectedPlaces:
    """All public places of one correction, in the order in which a reader meets them."""

    def __init__(
        self,
        state: PublishedState,
        words: CorrectionWords,
        corrected: CorrectedReport,
        rows: Sequence[ItemRow],
    ) -> None:
        self.published, self.words, self.corrected, self.rows = state, words, corrected, rows
        self.report = state.report
        self.page = reverse("public:report", args=[self.report.organisation.slug, self.report.cycle.slug])

    def all(self) -> list[AffectedPlace]:
        """Every place; those of files and lists last."""
        return [
            *self._on_report(),
            *self._pledges(),
            *self._totals(),
            *self._comparisons(),
            *self._of_filing(),
            *RecordPlaces(self.published, self.words, self.corrected, self.rows).all(),
            *self._files(),
            self._feed(),
        ]

    def _rows_of(self, *subjects: str) -> list[ItemRow]:
        return [row for row in self.rows if row.item.subject in subjects]

    # --- On the page of the report -----------------------------------------------------------

    def _on_report(self) -> list[AffectedPlace]:
        places = []
        for row in self._rows_of(CorrectionSubject.FIGURE, CorrectionSubject.VERDICT):
            url = f"{self.page}#{self.words.anchor(row.item.place)}"
            if row.is_withheld:
                note = _("the report; readers learn that it was corrected, and no value")
                cell = PreviewCell(row.title, "", "", "withheld")
                places.append(AffectedPlace("file-text", row.title, url, "", "", note, [cell]))
                continue
            note = _("the report, in every language; the old value stands beside the new one")
            is_figure = row.item.subject == CorrectionSubject.FIGURE
            cells = self._figures_beside(row.item.place) if is_figure else [verdict_cell(row)]
            places.append(AffectedPlace("file-text", row.title, url, row.old, row.new, note, cells))
        for row in self._rows_of(*_OF_TEXTS):
            withheld = row.is_withheld
            cell = PreviewCell(
                row.title, "" if withheld else row.old, "" if withheld else row.new,
                "withheld" if withheld else "text",
            )  # fmt: skip
            url = f"{self.page}#{self.words.anchor(row.item.place)}"
            note = _("the report; the old text stays readable")
            places.append(AffectedPlace("file-text", row.title, url, "", "", note, [cell]))
        return places

    def _figures_beside(self, place: CorrectionPlace) -> list[PreviewCell]:
        """The whole line of the indicator, as the report shows it: every service, then all services."""
        after = {figure.place: figure for figure in self.corrected.figures}
        hidden = self.corrected.hidden
        cells = []
        for own, figure in self.published.public.figures.items():
            if (own.indicator, own.cell) != (place.indicator, place.cell):
                continue
            new = None if own in hidden or own not in after else after[own].values.to_document()
            old = None if figure.withheld else figure.values.to_document()
            at = CorrectionPlace.of_figure(own)
            label = self.words.services.get(own.service or "", self.report.organisation.name)
            kind = "withheld" if old is None and new is None else "figure"
            texts = value_difference(self.words, at, old, new).in_short(MOST_OF_FIGURE)
            cells.append(PreviewCell(label, *texts, kind))
        return [*cells, *self._total_beside(place)]

    def _total_beside(self, place: CorrectionPlace) -> list[PreviewCell]:
        key = (place.indicator, place.cell)
        totals = [
            next((row for row in rows if (row["indicator"], row["cell"]) == key), None)
            for rows in (self.published.document["totals"], self.corrected.totals)
        ]
        if None in totals:
            return []
        old, new = (self.words.total_text(place.indicator, each) for each in totals if each is not None)
        return [PreviewCell(_("All services"), old, new)]

    def _totals(self) -> list[AffectedPlace]:
        places = []
        for each in self.corrected.changed_totals:
            title = self.words.total_title(each["indicator"], each["cell"])
            old, new = total_difference(self.words, each["indicator"], each["old"], each["new"]).in_words
            place = CorrectionPlace(CorrectionSubject.FIGURE, indicator=each["indicator"])
            url, cell = f"{self.page}#{self.words.anchor(place)}", PreviewCell(title, old, new)
            places.append(AffectedPlace("sigma", title, url, old, new, _("worked out again"), [cell]))
        return places

    def _pledges(self) -> list[AffectedPlace]:
        """The targets of pledges, on the page of their member, each with its neighbours."""
        page = reverse("public:member", args=[self.report.organisation.slug])
        note = _("the pledge’s next revision; the old target stands beside the new one")
        return [
            AffectedPlace(
                "flag", row.title, f"{page}#pledge-{row.item.pledge_record}", row.old, row.new, note,
                self._targets_beside(row.item.pledge_record),
            )
            for row in self._rows_of(CorrectionSubject.TARGET)
        ]  # fmt: skip

    def _targets_beside(self, record: str) -> list[PreviewCell]:
        changes = self.corrected.changes
        return [
            PreviewCell(
                _("Target %(number)s") % {"number": place.cell},
                self.words.text(place, values),
                self.words.text(place, {**values, **changes.get(place, {})}),
            )
            for place, values in self.published.values.items()
            if place.subject == CorrectionSubject.TARGET and place.pledge == record
        ]

    # --- Beside others -----------------------------------------------------------------------

    def _comparisons(self) -> list[AffectedPlace]:
        """Where the values stand beside those of others: the commitment, the comparison, the cycle."""
        cycle = reverse("public:cycle", args=[self.report.cycle.slug])
        name, places = self.report.organisation.name, []
        for row in self.rows:
            place = row.item.place
            commitment = self.words.commitments.get(self.words.commitment_key(place))
            is_figure = place.subject == CorrectionSubject.FIGURE and not place.cell and not row.is_withheld
            if is_figure and commitment is not None:
                old, new = self._compared(row)
                query = f"?indicator={place.indicator}"
                compare = f"{reverse('public:compare')}{query}"
                title = _("Comparison, %(code)s") % {"code": commitment.code}
                cells, note = [PreviewCell(name, old, new)], _("one point of the line")
                files = [
                    (_("Table"), f"{compare}&view=table"),
                    (_("Over time"), f"{compare}&view=time"),
                    ("CSV", reverse("public:compare-table") + query),
                    ("SVG", reverse("public:compare-drawing") + query),
                    (_("In a frame"), reverse("public:embed-comparison") + query),
                ]
                places.append(AffectedPlace("chart-line", title, compare, old, new, note, cells, files))
                over_time = reverse("public:commitment", args=[commitment.key]) + query
                title = _("Commitment %(code)s over time") % {"code": commitment.code}
                own = [commitment.key, place.indicator]
                files = [
                    ("CSV", reverse("public:commitment-figures", args=own)),
                    ("SVG", reverse("public:commitment-drawing", args=own)),
                ]
                places.append(AffectedPlace("chart-line", title, over_time, old, new, note, cells, files))
            elif place.subject == CorrectionSubject.VERDICT and not place.measure and not place.pledge:
                title, note = _("Matrix of the cycle, and the suns"), _("one field of the member’s line")
                slugs = [self.report.cycle.slug, self.report.organisation.slug]
                files = [
                    ("CSV", reverse("public:cycle-matrix", args=slugs[:1])),
                    ("JSON", reverse("public:cycle-data", args=slugs[:1])),
                    (_("In a frame"), reverse("public:embed-row", args=slugs)),
                    (_("Sun in a frame"), reverse("public:embed-member", args=slugs[1:])),
                ]
                url, cells = f"{cycle}#matrix", self._verdicts_beside()
                places.append(AffectedPlace("grid-3x3", title, url, row.old, row.new, note, cells, files))
        return places

    def _compared(self, row: ItemRow) -> tuple[str, str]:
        """What a comparison shows now and after: the total, where there is one over several services."""
        for total in self.corrected.changed_totals:
            if (total["indicator"], total["cell"]) == (row.item.place.indicator, ""):
                old, new = (self.words.total_text(total["indicator"], total[name]) for name in ("old", "new"))
                return old, new
        return row.old, row.new

    def _verdicts_beside(self) -> list[PreviewCell]:
        """The member's line of the matrix."""
        before = self.published.document["verdicts"]
        cells = []
        for old, new in zip(before, corrected_verdicts(before, self.corrected.changes), strict=True):
            commitment = self.words.commitments.get(old["commitment"])
            if commitment is None or old["measure"]:
                continue
            now, after = (str(VerdictValue(each["value"]).label) for each in (old, new))
            label = f"{commitment.code} {commitment.short or commitment.title}"
            cells.append(PreviewCell(label, now, after, "verdict", (old["value"], new["value"])))
        return cells

    def _of_filing(self) -> list[AffectedPlace]:
        """What is said of the filing: on the report's own page, in the cycle, on the page of the member."""
        slug, cycle = self.report.organisation.slug, self.report.cycle.slug
        return [
            AffectedPlace(
                icon, title, url, row.old, row.new, _("the old words stand beside the new ones"),
                [PreviewCell(self.report.organisation.name, row.old, row.new)],
            )
            for row in self._rows_of(CorrectionSubject.STANDING)
            for icon, title, url in (
                ("file-text", _("Report, or the notice in its place"), f"{self.page}#filing"),
                ("grid-3x3", _("The cycle, with “Members by commitment”"), reverse("public:cycle", args=[cycle])),
                ("users", _("Page of the member"), f"{reverse('public:member', args=[slug])}#reports-title"),
                ("download", _("Summary, workbook and “Members by commitment” of the cycle"),
                 reverse("public:cycle-document", args=[cycle])),
            )
        ]  # fmt: skip

    # --- Files and lists ---------------------------------------------------------------------

    def _files(self) -> list[AffectedPlace]:
        """The files of the report, which a correction of a pledge or a notice alone leaves as they are."""
        own = [row for row in self.rows if row.item.subject != CorrectionSubject.TARGET]
        if not own or self.published.is_notice:
            return []
        slugs = [self.report.organisation.slug, self.report.cycle.slug]
        public = [row for row in own if not row.is_text and not row.is_withheld]
        revision, revisions = self.published.publication.revision, _("revision %(n)d")
        now, after = revisions % {"n": revision}, revisions % {"n": revision + 1}
        marked = ngettext(
            "%(n)d row marked as corrected", "%(n)d rows marked as corrected", len(public)
        ) % {"n": len(public)}  # fmt: skip
        cells = [PreviewCell(row.title, row.old, row.new) for row in public]
        built = _("built again; the digest changes, citations of the old revision stay valid")
        only_replies = all(row.item.subject == CorrectionSubject.RESPONSE for row in own)
        return [
            AffectedPlace(
                "table", _("CSV, JSON and API"), reverse("public:report-data", args=slugs), "", "", marked, cells,
                (("CSV", reverse("public:report-figures", args=slugs)), *self._api()),
            ),
            AffectedPlace(
                "download", _("Report as PDF, XLSX, JSON"), reverse("public:report-document", args=slugs),
                "" if only_replies else now, "" if only_replies else after, built,
                () if only_replies else [PreviewCell(_("On the first page"), now, after)],
            ),
        ]  # fmt: skip

    def _api(self) -> list[tuple[str, str]]:
        kinds = (
            (CorrectionSubject.FIGURE, _("API: figures"), "api:figure-list"),
            (CorrectionSubject.VERDICT, _("API: verdicts"), "api:verdict-list"),
        )
        return [(label, reverse(name)) for subject, label, name in kinds if self._rows_of(subject)]

    @property
    def publications(self) -> list[str]:
        """What each publication that the correction makes is about, in their order."""
        own = [row for row in self.rows if row.item.place.is_of_report]
        names = []
        if own:
            names.append(_("Notice in place of the report") if self.published.is_notice else _("Report"))
        names += [row.title for row in self._rows_of(CorrectionSubject.RESPONSE)]
        pledges = {row.item.pledge_record: row.title for row in self._rows_of(CorrectionSubject.TARGET)}
        names += pledges.values()
        if self._rows_of(CorrectionSubject.STANDING) and is_said_by_cycle(self.published):
            names.append(_("Cycle"))
        return names

    def _feed(self) -> AffectedPlace:
        names = self.publications
        note = ngettext(
            "%(n)d entry with the next number", "%(n)d entries with the next numbers", len(names)
        ) % {"n": len(names)}  # fmt: skip
        cells = [PreviewCell(name, "–", _("new entry")) for name in names]
        url = reverse("public:publication-list")
        return AffectedPlace(
            "rss", _("Feed and list of publications"), url, "", "", note, cells, self._feed_addresses()
        )

    def _feed_addresses(self) -> list[tuple[str, str]]:
        """The feeds in which the entry stands; a report that is not filed has none of its own."""
        slug, cycle = self.report.organisation.slug, self.report.cycle.slug
        keys = {self.words.commitment_key(row.item.place) for row in self.rows} & set(self.words.commitments)
        of_report = [(_("of the report"), reverse("public:report-feed", args=[slug, cycle]))]
        return [
            (_("Feed of all"), reverse("public:feed")),
            *(of_report if not self.published.is_notice else ()),
            (_("of the member"), reverse("public:member-feed", args=[slug])),
            (_("of the cycle"), reverse("public:cycle-feed", args=[cycle])),
            *(
                (
                    _("of commitment %(code)s") % {"code": self.words.commitments[key].code},
                    reverse("public:commitment-feed", args=[key]),
                )
                for key in sorted(keys)
            ),
        ]
