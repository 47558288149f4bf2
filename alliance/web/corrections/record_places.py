"""Where the record as a whole shows what a correction changes: promises, members, tables, files, open data, letters."""

from collections.abc import Sequence
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.enums import CorrectionSubject
from alliance.figure_fields import FigureValues
from alliance.queries.local_dates import today
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.queries.public.indicator_lines import has_line
from alliance.queries.public.target_figures import CorrectedFigures
from alliance.queries.public.targets import TargetStanding, standings_before_and_after
from alliance.queries.published_states import (
    PublishedState,
)
from alliance.services.correction_content import CorrectedReport
from alliance.web.corrections.affected import AffectedPlace, ItemRow, PreviewCell, verdict_cell


class RecordPlaces:
    """The public places beyond the report and what it is compared in."""

    def __init__(
        self,
        state: PublishedState,
        words: CorrectionWords,
        corrected: CorrectedReport,
        rows: Sequence[ItemRow],
    ) -> None:
        self.published, self.words, self.corrected, self.rows = state, words, corrected, rows
        self.slug, self.cycle = state.report.organisation.slug, state.report.cycle.slug
        # what readers see of them; of a withheld figure they learn no more than that it was corrected
        self.figures = [
            row for row in rows if row.item.subject == CorrectionSubject.FIGURE and not row.is_withheld
        ]
        self.verdicts = [row for row in rows if row.item.subject == CorrectionSubject.VERDICT]
        self.targets = [row for row in rows if row.item.subject == CorrectionSubject.TARGET]

    def all(self) -> list[AffectedPlace]:
        """Each place, those with values before those that only name the correction."""
        return [
            *self._promises(),
            *self._commitments(),
            *self._member(),
            *self._home(),
            *self._search(),
            *self._tables(),
            *self._of_cycle(),
            *self._cards(),
            *self._frames(),
            self._changes(),
            self._open_data(),
            self._letters(),
        ]

    @property
    def _cells(self) -> list[PreviewCell]:
        return [*map(_figure_cell, self.figures), *map(verdict_cell, self.verdicts)]

    @property
    def _of_commitments(self) -> list[ItemRow]:
        """The verdicts on whole commitments: they alone stand in matrices and suns."""
        return [row for row in self.verdicts if row.item.commitment_key and not row.item.measure_key]

    # --- Promises ----------------------------------------------------------------------------

    @cached_property
    def _outcomes(self) -> list[tuple[TargetStanding, TargetStanding]]:
        """The targets beside which a corrected figure stands, each as it is now and after."""
        after = {figure.place: figure.values for figure in self.corrected.figures}
        values: dict[tuple[str, str], FigureValues] = {}
        for row in self.figures:
            place = row.item.place
            if not place.cell and place.figure in after and place.figure not in self.corrected.hidden:
                values[place.indicator, place.service] = after[place.figure]
        if not values or not self.published.pledges:
            return []
        report = self.published.report
        figures = CorrectedFigures(report.organisation_id, report.cycle_id, values)
        pairs = standings_before_and_after(self.published.pledges, today(), figures)
        return [(now, then) for now, then in pairs if now.readings != then.readings]

    def _promises(self) -> list[AffectedPlace]:
        """Each target that the figure decides, with what becomes of it; the ledger, where a verdict stands in it."""
        url = f"{reverse('public:promise-list')}?member={self.slug}"
        files = (("CSV", reverse("public:promise-table")), ("JSON", reverse("public:promise-data")))
        places = []
        for now, then in self._outcomes:
            before, after = (str(each.state.label) if each.state else "–" for each in (now, then))
            note = (
                _("the figure beside the promise; what became of it stays")
                if before == after
                else _("the figure beside the promise, and what became of it")
            )
            title = _("Promise: %(text)s") % {"text": now.text}
            cell = PreviewCell(now.text, before, after)
            places.append(AffectedPlace("flag", title, url, before, after, note, [cell], files))
        pledged = {pledge.commitment_key for pledge in self.published.pledges}
        verdicts = [
            row for row in self.verdicts if self.words.commitment_key(row.item.place) in pledged - {""}
        ]
        cells = [*map(verdict_cell, verdicts), *map(_figure_cell, self.targets)]
        if cells:
            note = _("the promises of the member, with the verdicts beside them")
            places.append(AffectedPlace("flag", _("Ledger of promises"), url, "", "", note, cells, files))
        return places

    # --- Where the values stand --------------------------------------------------------------

    def _commitments(self) -> list[AffectedPlace]:
        """The pages of the commitments on which a verdict, also that of a measure, is corrected."""
        rows: dict[str, list[ItemRow]] = {}
        for row in self.verdicts:
            rows.setdefault(self.words.commitment_key(row.item.place), []).append(row)
        places = []
        for key, own in rows.items():
            commitment = self.words.commitments.get(key)
            if commitment is None:
                continue
            title = _("Commitment %(code)s") % {"code": commitment.code}
            url, note = reverse("public:commitment", args=[key]), _("the verdicts on it, of all members")
            files = tuple(
                (label, reverse(f"public:commitment-{name}", args=[key]))
                for label, name in (("JSON", "data"), ("CSV", "table"))
            )
            if any(row in self._of_commitments for row in own):
                files = (*files, (_("Reports"), f"{reverse('public:report-list')}?commitment={key}"))
            cells = [verdict_cell(row) for row in own]
            places.append(AffectedPlace("flag", title, url, *_values(own), note, cells, files))
        return places

    def _member(self) -> list[AffectedPlace]:
        rows = [*self.figures, *self.verdicts]
        if not rows:
            return []
        url, note = reverse("public:member", args=[self.slug]), _("the figures and verdicts of the member")
        files = tuple(
            (label, reverse(f"public:member-{name}", args=[self.slug]))
            for label, name in (("JSON", "data"), ("CSV", "table"))
        )
        title = _("Page of the member")
        return [AffectedPlace("users", title, url, *_values(rows), note, self._cells, files)]

    def _home(self) -> list[AffectedPlace]:
        """The verdicts on commitments, in the matrix and the sums; the figures, in its answers."""
        verdicts = self._of_commitments
        rows = [*self.figures, *verdicts]
        if not rows:
            return []
        note = _("as long as this is the last published cycle")
        cells = [*map(_figure_cell, self.figures), *map(verdict_cell, verdicts)]
        return [
            AffectedPlace("grid-3x3", _("Home page"), reverse("public:home"), *_values(rows), note, cells)
        ]

    def _search(self) -> list[AffectedPlace]:
        rows = [*self.figures, *self.verdicts]
        if not rows:
            return []
        url, note = reverse("public:search"), _("where a search finds them")
        files = (("CSV", reverse("public:search-table")), ("Atom", reverse("public:search-feed")))
        return [AffectedPlace("search", _("Search"), url, *_values(rows), note, self._cells, files)]

    def _tables(self) -> list[AffectedPlace]:
        """The table of figures of each indicator."""
        rows: dict[str, list[ItemRow]] = {}
        for row in self.figures:
            rows.setdefault(row.item.indicator_key, []).append(row)
        places = []
        for key, own in rows.items():
            indicator, query = self.words.indicators.get(key), f"?indicator={key}"
            title = _("Table of figures: %(title)s") % {"title": indicator.title if indicator else key}
            url, note = reverse("public:figure-list") + query, _("the figures of all members and cycles")
            files = (
                ("CSV", reverse("public:figure-table") + query),
                ("JSON", reverse("public:figure-data") + query),
            )
            cells = [_figure_cell(row) for row in own]
            places.append(AffectedPlace("table", title, url, *_values(own), note, cells, files))
        return places

    # --- Files and letters -------------------------------------------------------------------

    def _of_cycle(self) -> list[AffectedPlace]:
        if not self._cells:
            return []
        url = reverse("public:cycle-document", args=[self.cycle])
        files = (("JSON", reverse("public:cycle-data", args=[self.cycle])),)
        title, note = (
            _("Summary, workbook and “Members by commitment” of the cycle"),
            _("built again, with the totals of all"),
        )
        return [AffectedPlace("download", title, url, "", "", note, self._cells, files)]

    def _cards(self) -> list[AffectedPlace]:
        """The pictures that other sites show: the report’s names its publication, the member’s counts its promises."""
        places = []
        if not self.published.is_notice and any(row.item.place.is_of_report for row in self.rows):
            url, badge = (
                reverse(f"public:report-{name}", args=[self.slug, self.cycle]) for name in ("card", "badge")
            )
            title, note = _("Card and badge of the report"), _("the number of its last publication")
            places.append(AffectedPlace("link", title, url, "", "", note, (), ((_("Badge"), badge),)))
        if any(now.state != then.state for now, then in self._outcomes):
            url, badge = (reverse(f"public:member-{name}", args=[self.slug]) for name in ("card", "badge"))
            title, note = _("Card and badge of the member"), _("how many of its promises are kept")
            places.append(AffectedPlace("link", title, url, "", "", note, (), ((_("Badge"), badge),)))
        return places

    def _frames(self) -> list[AffectedPlace]:
        """The small pages that stand in frames on other sites."""
        addresses: list[tuple[str, str]] = []
        if self._of_commitments:
            row = reverse("public:embed-row", args=[self.cycle, self.slug])
            addresses += [
                (_("Verdicts"), reverse("public:embed-member", args=[self.slug])),
                (_("Report"), row),
            ]
        for key in dict.fromkeys(row.item.indicator_key for row in self.figures):
            indicator = self.words.indicators.get(key)
            if indicator is not None and has_line(indicator):
                url = f"{reverse('public:embed-comparison')}?indicator={key}"
                addresses.append((indicator.title, url))
        if not addresses:
            return []
        note = _("what other sites show of the record in a frame")
        cells = [*map(_figure_cell, self.figures), *map(verdict_cell, self._of_commitments)]
        (_label, url), *others = addresses
        return [AffectedPlace("link", _("Frames on other sites"), url, "", "", note, cells, tuple(others))]

    def _changes(self) -> AffectedPlace:
        note = _("the correction with its reason, and what it made of which value")
        url, files = reverse("public:changes"), (("CSV", reverse("public:changes-table")),)
        return AffectedPlace("history", _("What changed"), url, "", "", note, self._cells, files)

    def _open_data(self) -> AffectedPlace:
        note = _("with the next build")
        return AffectedPlace("download", _("Open data"), reverse("public:data"), "", "", note)

    def _letters(self) -> AffectedPlace:
        note = _("the next letter about the member, its report or the whole record names the correction")
        return AffectedPlace("mail", _("Letters to followers"), reverse("public:follow"), "", "", note)


def _figure_cell(row: ItemRow) -> PreviewCell:
    return PreviewCell(row.title, row.old, row.new)


def _values(rows: Sequence[ItemRow]) -> tuple[str, str]:
    """The value now and after where it is one; of several each stands in the preview."""
    return (rows[0].old, rows[0].new) if len(rows) == 1 else ("", "")
