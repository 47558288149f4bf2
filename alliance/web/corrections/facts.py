"""What the pages of a correction show: its values in words, the places that would change, who has to act."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import CorrectionState, CorrectionSubject, VerdictValue
from alliance.figure_fields import FigureValues
from alliance.models import Correction, CorrectionItem, Report
from alliance.queries.correction_consequences import Quotation, quotations, reports_in_progress
from alliance.queries.corrections import (
    PublishedState,
    corrects_verdict,
    is_answer_overdue,
    items_of,
    new_errors,
    published_state,
    refusal_of,
)
from alliance.queries.public.charters import public_charter_tree
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.services.correction_content import CorrectedReport
from alliance.workflows import CORRECTION
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest, get_visible_or_404

PEOPLE = ("written_by", "proposed_by", "answered_by", "consented_by", "decided_by")
STEP_NAMES = ("propose", "agree", "object", "consent", "publish", "drop", "withdraw", "discard", "add_note")


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One value: what it is called, what it is and should be; `is_withheld`: readers do not see it."""

    item: CorrectionItem
    title: str
    old: str
    new: str
    is_withheld: bool
    is_text: bool
    old_reason: str = ""
    new_reason: str = ""


@dataclass(frozen=True, slots=True)
class AffectedPlace:
    """One public place that would change."""

    icon: str
    title: str
    url: str
    now: str
    after: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """How one value stands on the public pages today, and how it would stand after."""

    kind: str  # figure, verdict, text, withheld
    title: str
    old: str
    new: str
    now: str = ""  # of a verdict, as tiles take it
    after: str = ""
    reason: str = ""  # of a verdict, after


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of the new values: whether it holds, or only has to be known."""

    kind: str  # ok, warning, error
    text: str


def get_published_report(request: ActorRequest, pk: int, rule: str = "") -> Report:
    """A report that the actor sees, with its cycle and charter; with a rule, one that it allows."""
    report: Report = get_visible_or_404(
        Report.objects.select_related("organisation", "cycle__charter"), request.actor, rule=rule, pk=pk
    )
    return report


def get_correction(request: ActorRequest, pk: int, rule: str = "") -> Correction:
    """A correction that the actor sees, with the people who took part; with a rule, one that it allows."""
    correction: Correction = get_visible_or_404(
        Correction.objects.select_related("report__organisation", "report__cycle__charter", *PEOPLE),
        request.actor,
        rule=rule,
        pk=pk,
    )
    return correction


def require_state(report: Report) -> PublishedState:
    """The published report; 404 where there is none to correct."""
    state = published_state(report)
    if state is None:
        raise Http404
    return state


def words_for(state: PublishedState) -> CorrectionWords:
    """The words of the report's places. Raises Http404 where its charter is not public."""
    charter = public_charter_tree(state.document["charter"]["key"], state.document["charter"]["version"])
    if charter is None:
        raise Http404
    return CorrectionWords(charter, state.document)


class CorrectionFacts:
    """Everything that the page of one correction shows of its values and their consequences."""

    def __init__(self, actor: Actor, correction: Correction, state: PublishedState) -> None:
        self.actor, self.correction, self.published = actor, correction, state
        self.words = words_for(state)
        self.items = items_of(correction)
        self.changes = {item.place: item.new for item in self.items if item.place in state.values}
        self.corrected = CorrectedReport(state, self.changes)

    @property
    def rows(self) -> list[ItemRow]:
        return [self._row(item) for item in self.items]

    def _row(self, item: CorrectionItem) -> ItemRow:
        place, is_verdict = item.place, item.subject == CorrectionSubject.VERDICT
        return ItemRow(
            item=item,
            title=self.words.title(place),
            old=self.words.text(place, item.old),
            new=self.words.text(place, item.new),
            is_withheld=place in self.published.values and self.published.is_withheld(place),
            is_text=place.subject in (CorrectionSubject.TEXT, CorrectionSubject.RESPONSE),
            old_reason=item.old["reason"] if is_verdict else "",
            new_reason=item.new["reason"] if is_verdict else "",
        )

    @property
    def checks(self) -> list[CheckResult]:
        """The checks of the new values, while it can still be changed or decided."""
        errors = [
            CheckResult("error", f"{self._name(each)}: {each}")
            for each in new_errors(self.published, self.changes)
        ]
        has_figures = any(place.subject == CorrectionSubject.FIGURE for place in self.changes)
        if not has_figures:
            return []
        if not errors:
            errors = [CheckResult("ok", _("The new figures pass every check."))]
        if self.corrected.given_away:
            errors.append(
                CheckResult("error", _("A withheld figure could be worked out from all revisions."))
            )
        else:
            errors.append(CheckResult("ok", _("It gives no withheld figure away, in any revision.")))
        totals = [
            CheckResult(
                "warning",
                _("%(title)s: %(old)s becomes %(new)s")
                % {
                    "title": self.words.total_title(each["indicator"], each["cell"]),
                    "old": self.words.total_text(each["indicator"], each["old"]),
                    "new": self.words.total_text(each["indicator"], each["new"]),
                },
            )
            for each in self.corrected.changed_totals
        ]
        return [*errors, *totals]

    def _name(self, finding: object) -> str:
        place = getattr(finding, "place", None)
        names = [row.title for row in self.rows if place is not None and row.item.place.figure == place]
        return names[0] if names else ""

    @property
    def affected(self) -> list[AffectedPlace]:
        """Every public place that would change, with what it says now and after."""
        report = self.published.report
        slugs = [report.organisation.slug, report.cycle.slug]
        page = reverse("public:report", args=slugs)
        rows = [
            row
            for row in self.rows
            if not row.is_text and not row.is_withheld and row.item.subject != CorrectionSubject.TARGET
        ]
        places = [
            AffectedPlace(
                "file-text", row.title, f"{page}#{self.words.anchor(row.item.place)}", row.old, row.new,
                _("the report, in every language; the old value stands beside the new one"),
            )
            for row in rows
        ]  # fmt: skip
        places += [
            AffectedPlace("file-text", row.title, page, "", "", _("the report; the old text stays readable"))
            for row in self.rows
            if row.is_text
        ]
        places += self._pledges()
        places += self._totals(page)
        places += self._comparisons(rows)
        if rows or any(row.is_text or row.is_withheld for row in self.rows):
            places += self._files(slugs, len(rows))
        places.append(
            AffectedPlace(
                "rss", _("Feed and list of publications"), reverse("public:publication-list"), "", "",
                _("one entry with the next number"),
            )
        )  # fmt: skip
        return places

    def _files(self, slugs: list[str], count: int) -> list[AffectedPlace]:
        """The files of the report, which a correction of a pledge alone leaves as they are."""
        revision = self.published.publication.revision
        return [
            AffectedPlace(
                "table", _("CSV, JSON and API"), reverse("public:report-data", args=slugs), "", "",
                ngettext("%(n)d row marked as corrected", "%(n)d rows marked as corrected", count)
                % {"n": count},
            ),
            AffectedPlace(
                "download", _("Report as PDF, XLSX, JSON"), reverse("public:report-document", args=slugs),
                _("revision %(n)d") % {"n": revision}, _("revision %(n)d") % {"n": revision + 1},
                _("built again; the digest changes, citations of the old revision stay valid"),
            ),
        ]  # fmt: skip

    @property
    def previews(self) -> list[Preview]:
        """Each value and each total as readers see it now and would see it: the values first, what follows after."""
        totals = [
            Preview(
                "figure",
                self.words.total_title(each["indicator"], each["cell"]),
                self.words.total_text(each["indicator"], each["old"]),
                self.words.total_text(each["indicator"], each["new"]),
            )
            for each in self.corrected.changed_totals
        ]
        return [*(self._preview(row) for row in self.rows), *totals]

    def _preview(self, row: ItemRow) -> Preview:
        if row.is_withheld:
            return Preview("withheld", row.title, "", "")
        if row.item.subject == CorrectionSubject.VERDICT:
            values = row.item.old["value"], row.item.new["value"]
            return Preview("verdict", row.title, row.old, row.new, *values, row.new_reason)
        return Preview("text" if row.is_text else "figure", row.title, row.old, row.new)

    def _pledges(self) -> list[AffectedPlace]:
        """The targets of pledges, on the page of their member."""
        page = reverse("public:member", args=[self.published.report.organisation.slug])
        return [
            AffectedPlace(
                "flag", row.title, f"{page}#pledge-{row.item.pledge_record}", row.old, row.new,
                _("the pledge’s next revision; the old target stands beside the new one"),
            )
            for row in self.rows
            if row.item.subject == CorrectionSubject.TARGET
        ]  # fmt: skip

    def _totals(self, page: str) -> list[AffectedPlace]:
        return [
            AffectedPlace(
                "sigma", self.words.total_title(each["indicator"], each["cell"]), page,
                self.words.total_text(each["indicator"], each["old"]),
                self.words.total_text(each["indicator"], each["new"]),
                _("worked out again"),
            )
            for each in self.corrected.changed_totals
        ]  # fmt: skip

    def _comparisons(self, rows: Sequence[ItemRow]) -> list[AffectedPlace]:
        """Where the values stand beside those of others: the commitment, the comparison, the cycle."""
        cycle = reverse("public:cycle", args=[self.published.report.cycle.slug])
        places = []
        for row in rows:
            place = row.item.place
            key = self.words.commitment_key(place)
            commitment = self.words.commitments.get(key)
            if place.subject == CorrectionSubject.FIGURE and commitment is not None and not place.cell:
                url = f"{reverse('public:compare')}?indicator={place.indicator}"
                title = _("Comparison, and commitment %(code)s over time") % {"code": commitment.code}
                places.append(
                    AffectedPlace("chart-line", title, url, *self._compared(row), _("one point of the line"))
                )
            elif place.subject == CorrectionSubject.VERDICT and not place.measure:
                title = _("Matrix of the cycle, and the suns")
                places.append(AffectedPlace("grid-3x3", title, cycle, row.old, row.new))
        return places

    def _compared(self, row: ItemRow) -> tuple[str, str]:
        """What a comparison shows now and after: the total, where there is one over several services."""
        for total in self.corrected.changed_totals:
            if (total["indicator"], total["cell"]) == (row.item.place.indicator, ""):
                old, new = (self.words.total_text(total["indicator"], total[name]) for name in ("old", "new"))
                return old, new
        return row.old, row.new

    @property
    def quotations(self) -> list[Quotation]:
        """The words that quote a corrected figure: their authors decide, nothing changes by itself."""
        return quotations(self.published, self.words, self.changes)

    @property
    def in_progress(self) -> Sequence[Report]:
        return reports_in_progress(self.actor, self.published.report)


@dataclass(frozen=True, slots=True)
class OfferedStep:
    """A step on the page: its button, or why it cannot be taken yet."""

    action: str
    label: str
    url: str
    blocked: str
    is_main: bool


def offered_steps(actor: Actor, correction: Correction, url_name: str) -> list[OfferedStep]:
    """What this actor may do with the correction now."""
    labels = {
        "discard": _("Discard the draft"),
        "consent": _("Consent as second reviewer"),
        "add_note": _("Add a note"),
        **{name: str(step.label) for name, step in CORRECTION.steps.items()},
    }
    offered = []
    for action in STEP_NAMES:
        if not CORRECTION.is_available(actor, correction, action) or not _is_needed(correction, action):
            continue
        blocked = refusal_of(actor, correction, action) if action in CORRECTION.steps else ""
        url = reverse(url_name, args=[correction.pk, action])
        is_main = action in ("propose", "agree", "publish", "consent")
        offered.append(OfferedStep(action, labels[action], url, blocked, is_main))
    return offered


def _is_needed(correction: Correction, action: str) -> bool:
    """Whether there is anything to do: a second reviewer consents to a verdict alone, and once."""
    if action != "consent":
        return True
    return correction.consented_by_id is None and corrects_verdict(correction)


def waits_for(correction: Correction) -> str:
    """Whose turn it is, in words."""
    if correction.state == CorrectionState.PROPOSED and not is_answer_overdue(correction):
        return _("the secretariat’s answer") if correction.is_by_member else _("the member’s answer")
    if correction.state == CorrectionState.AGREED:
        return _("publication by a manager")
    if correction.state in (CorrectionState.PROPOSED, CorrectionState.OBJECTED):
        return _("a manager’s decision")
    return ""


def value_sentence(state: PublishedState, words: CorrectionWords, key: object) -> str:
    """What a value reads now, for the list of values; a long text is cut."""
    place = next((place for place in state.values if place == key), None)
    assert place is not None
    values = state.values[place]
    if place.subject == CorrectionSubject.FIGURE:
        return words.text(place, FigureValues.from_document(values).to_document())
    if place.subject == CorrectionSubject.VERDICT:
        return str(VerdictValue(values["value"]).label)
    if place.subject == CorrectionSubject.TARGET:
        return words.text(place, values)
    return str(values["text"])[:120]
