"""A report as a workbook: cover, answers, figures as in the editor, evidence, verdicts and replies."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from alliance.documents.cells import MUTED_STYLE
from alliance.documents.data_dictionary import dictionary_sheet
from alliance.documents.report.corrections import corrections_sheet
from alliance.documents.report.export import ContentRow, ReportExport
from alliance.documents.report.figure_sheet import figures_sheet
from alliance.documents.report.review_sheets import (
    questions_sheet,
    reference_counts_sheet,
    verdicts_sheet,
    warnings_sheet,
)
from alliance.documents.report.texts import filing_before
from alliance.enums import Disclosure, EvidenceKind
from alliance.models import Measure
from alliance.queries.site import load_site
from portal.kernel.documents import Built, Progress
from portal.kernel.documents.workbooks import (
    MEDIA_TYPE,
    Cell,
    Column,
    Sheet,
    SheetLink,
    WorkbookContent,
    write_workbook,
)

_WRITING, _DONE = 30, 95  # per cent


def render(collected: ReportExport, progress: Progress) -> Built:
    """The bytes of the workbook."""

    def written(done: int, of: int) -> None:
        percent = _WRITING + (_DONE - _WRITING) * done // of
        progress(percent, _("Writing sheet %(done)d of %(of)d") % {"done": done, "of": of})

    content = write_workbook(report_workbook_plan(collected), written)
    return Built(content, f"{collected.stem}.xlsx", MEDIA_TYPE, collected.origin.label)


def report_workbook_plan(file: ReportExport) -> WorkbookContent:
    """The plan of the workbook; sheets that would be empty are left out."""
    site = load_site()
    sheets = (
        _answers(file),
        figures_sheet(file),
        _evidence(file),
        verdicts_sheet(file),
        corrections_sheet(file),
        reference_counts_sheet(file),
        questions_sheet(file),
        warnings_sheet(file),
    )
    behind = [*(sheet for sheet in sheets if sheet is not None), dictionary_sheet(file.charter)]
    title = _("%(name)s: report for %(cycle)s") % {"name": file.organisation.name, "cycle": file.cycle.title}
    return WorkbookContent(
        title=title,
        author=site.name,
        dated=file.origin.at,
        sheets=[_cover(file, title, behind), *behind],
        notice=" ".join(filter(None, (site.banner, file.origin.confidentiality_notice))),
        foot=f"{title} · {file.origin.label}",
    )


# --- The cover -------------------------------------------------------------------------------


def _cover(file: ReportExport, title: str, other_sheets: Sequence[Sheet]) -> Sheet:
    columns = [Column("", 34, "strong"), Column("", 84, "text")]
    rows: list[Sequence[Cell]] = [
        *_facts(file),
        ((_("Sheets"), "group"), ("", "group")),
        *((SheetLink(place, sheet.name), sheet.title) for place, sheet in enumerate(other_sheets, 1)),
    ]
    return Sheet(
        _("Cover"), title, columns, rows, lead=[file.origin.label], has_headings=False, portrait=True
    )


def _facts(file: ReportExport) -> Iterator[Sequence[Cell]]:
    cycle, charter, content = file.cycle, file.charter.charter, file.content
    yield _("Member"), file.organisation.name
    yield _("Cycle"), cycle.title
    yield _("First day"), (cycle.starts_on, "date")
    yield _("Last day"), (cycle.ends_on, "date")
    yield (
        _("Charter"),
        _("%(title)s, version %(version)d") % {"title": charter.title, "version": charter.version},
    )
    late = str(_("Late")) if file.late else ""
    yield _("State"), ", ".join(filter(None, (file.state, late, filing_before(content))))
    if content.get("signatory"):
        signatory = content["signatory"]
        yield _("Signed by"), ", ".join(filter(None, (signatory["name"], signatory["office"])))
        submitted_at = content.get("submission", content)["submitted_at"]
        yield _("Submitted"), (datetime.fromisoformat(submitted_at), "moment")
        yield _("Statement"), content["statement"]
    yield _("Services"), ", ".join(file.services.values()) or "–"
    if file.origin.sha256:
        yield _("Digest (SHA-256)"), file.origin.sha256
    if file.is_public:
        yield _("Verify at"), f"{settings.ORIGIN}/{file.language}/publications/{file.origin.number}/"
    yield ()


# --- What was written ------------------------------------------------------------------------


def _answers(file: ReportExport) -> Sheet | None:
    columns = [
        Column(_("Measure"), 34), Column(_("Indicator"), 10, "line"), Column(_("Title"), 36, "strong"),
        Column(_("Language"), 10, "line"), Column(_("Text"), 100), Column(_("Disclosure"), 18),
    ]  # fmt: skip
    rows: list[Sequence[Cell]] = []
    for measure, filed in file.filed_measures():
        for answer in filed["answers"]:
            entry = file.charter.by_key.get(answer["indicator"])
            code, title = (
                (entry.indicator.code, entry.indicator.title) if entry else ("", answer["indicator"])
            )
            rows.append((f"{measure.code} {measure.title}", code, title, answer["language"], *_text(answer)))
    rows += [
        (_("Beyond the charter"), None, pledge["title"], pledge["language"], *_text(pledge))
        for pledge in file.content["pledges"]
    ]
    return Sheet(_("Answers"), _("Answers"), columns, rows, fixed=0) if rows else None


def _text(answer: ContentRow) -> tuple[Cell, Cell]:
    if answer.get("withheld"):
        return (_("Withheld"), MUTED_STYLE), _("Withheld")
    secretariat_only = answer.get("disclosure") == Disclosure.SECRETARIAT
    disclosure = Disclosure.SECRETARIAT if secretariat_only else Disclosure.PUBLIC
    return answer["text"] or (_("No text"), MUTED_STYLE), str(disclosure.label)


def _evidence(file: ReportExport) -> Sheet | None:
    columns = [
        Column(_("Measure"), 34), Column(_("Kind"), 18), Column(_("What it shows"), 44, "strong"),
        Column(_("File or address"), 50), Column(_("Size"), 12), Column(_("Digest (SHA-256)"), 68, "line"),
        Column(_("Disclosure"), 18),
    ]  # fmt: skip
    rows = [
        _evidence_row(measure, item) for measure, filed in file.filed_measures() for item in filed["evidence"]
    ]
    rows += [
        (
            f"{measure.code} {measure.title}",
            (_("Withheld"), MUTED_STYLE),
            (f"{_('Secretariat only')}: {filed['evidence_withheld']}", MUTED_STYLE),
        )
        for measure, filed in file.filed_measures()
        if filed.get("evidence_withheld")
    ]
    return Sheet(_("Evidence"), _("Evidence"), columns, rows, fixed=0) if rows else None


def _evidence_row(measure: Measure, item: ContentRow) -> Sequence[Cell]:
    disclosure = str(Disclosure(item.get("disclosure", Disclosure.PUBLIC)).label)
    return (
        f"{measure.code} {measure.title}",
        str(EvidenceKind(item["kind"]).label),
        item["title"] or (_("Evidence was given: an adopted practice"), MUTED_STYLE),
        item["file_name"] or item["url"] or None,
        filesizeformat(item["size"]) if item["size"] else None,
        item["sha256"] or None,
        disclosure,
    )
