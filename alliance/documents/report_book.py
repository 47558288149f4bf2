"""A report as a workbook: cover, answers, figures as in the editor, evidence, verdicts and replies."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from alliance.documents.cells import QUIET
from alliance.documents.cycle_dictionary import dictionary_sheet
from alliance.documents.report_file import Item, ReportFile
from alliance.documents.report_grid import grid_sheet
from alliance.documents.report_said import counts_sheet, questions_sheet, verdicts_sheet, warnings_sheet
from alliance.enums import Disclosure, EvidenceKind
from alliance.models import Measure
from alliance.queries.site import the_site
from portal.kernel.documents import Built, Progress
from portal.kernel.workbooks import MEDIA_TYPE, Book, Cell, Column, Sheet, To, write_workbook

_WRITING, _DONE = 30, 95  # per cent


def render(collected: ReportFile, progress: Progress) -> Built:
    """The bytes of the workbook."""

    def written(done: int, of: int) -> None:
        percent = _WRITING + (_DONE - _WRITING) * done // of
        progress(percent, _("Writing sheet %(done)d of %(of)d") % {"done": done, "of": of})

    content = write_workbook(book_of(collected), written)
    return Built(content, f"{collected.stem}.xlsx", MEDIA_TYPE, collected.origin.words)


def book_of(file: ReportFile) -> Book:
    """The plan of the workbook; sheets that would be empty are left out."""
    site = the_site()
    made = (
        _answers(file),
        grid_sheet(file),
        _evidence(file),
        verdicts_sheet(file),
        counts_sheet(file),
        questions_sheet(file),
        warnings_sheet(file),
    )
    behind = [*(sheet for sheet in made if sheet is not None), dictionary_sheet(file.charter)]
    title = _("%(name)s: report for %(cycle)s") % {"name": file.organisation.name, "cycle": file.cycle.title}
    return Book(
        title=title,
        author=site.name,
        made=file.origin.at,
        sheets=[_cover(file, title, behind), *behind],
        mark=" ".join(filter(None, (site.banner, file.origin.mark))),
        foot=f"{title} · {file.origin.words}",
    )


# --- The cover -------------------------------------------------------------------------------


def _cover(file: ReportFile, title: str, others: Sequence[Sheet]) -> Sheet:
    columns = [Column("", 34, "strong"), Column("", 84, "text")]
    rows = [*_facts(file), *_contents(others)]
    return Sheet(
        _("Cover"), title, columns, rows, lead=[file.origin.words], has_headings=False, portrait=True
    )


def _facts(file: ReportFile) -> Iterator[Sequence[Cell]]:
    cycle, charter, content = file.cycle, file.charter.charter, file.content
    yield _("Member"), file.organisation.name
    yield _("Cycle"), cycle.title
    yield _("First day"), (cycle.starts_on, "date")
    yield _("Last day"), (cycle.ends_on, "date")
    yield (
        _("Charter"),
        _("%(title)s, version %(version)d") % {"title": charter.title, "version": charter.version},
    )
    yield _("State"), file.state + (f", {_('Late')}" if file.late else "")
    if content.get("signatory"):
        signatory = content["signatory"]
        yield _("Signed by"), ", ".join(filter(None, (signatory["name"], signatory["office"])))
        yield _("Submitted"), (datetime.fromisoformat(_submitted_at(content)), "moment")
        yield _("Statement"), content["statement"]
    yield _("Services"), ", ".join(file.services.values()) or "–"
    if file.origin.sha256:
        yield _("Digest (SHA-256)"), file.origin.sha256
    if file.is_public:
        yield _("Verify at"), f"{settings.ORIGIN}/{file.language}/publications/{file.origin.number}/"
    yield ()


def _submitted_at(content: Item) -> str:
    found: str = content["submission"]["submitted_at"] if "submission" in content else content["submitted_at"]
    return found


def _contents(others: Sequence[Sheet]) -> Iterator[Sequence[Cell]]:
    yield (_("Sheets"), "group"), ("", "group")
    for place, sheet in enumerate(others, 1):
        yield To(place, sheet.name), sheet.title


# --- What was written ------------------------------------------------------------------------


def _answers(file: ReportFile) -> Sheet | None:
    columns = [
        Column(_("Measure"), 34), Column(_("Indicator"), 10, "line"), Column(_("Title"), 36, "strong"),
        Column(_("Language"), 10, "line"), Column(_("Text"), 100), Column(_("Disclosure"), 18),
    ]  # fmt: skip
    rows = [_answer(file, measure, answer) for measure, filed in file.filed() for answer in filed["answers"]]
    rows += [
        (_("Beyond the charter"), None, pledge["title"], pledge["language"], *_text(pledge))
        for pledge in file.content["pledges"]
    ]
    return Sheet(_("Answers"), _("Answers"), columns, rows, fixed=0) if rows else None


def _answer(file: ReportFile, measure: Measure, answer: Item) -> Sequence[Cell]:
    asked = file.charter.by_key.get(answer["indicator"])
    code, title = (asked.indicator.code, asked.indicator.title) if asked else ("", answer["indicator"])
    return f"{measure.code} {measure.title}", code, title, answer["language"], *_text(answer)


def _text(answer: Item) -> tuple[Cell, Cell]:
    if answer.get("withheld"):
        return (_("Withheld"), QUIET), _("Withheld")
    kept = answer.get("disclosure") == Disclosure.SECRETARIAT
    shown = Disclosure.SECRETARIAT if kept else Disclosure.PUBLIC
    return answer["text"] or (_("No text"), QUIET), str(shown.label)


def _evidence(file: ReportFile) -> Sheet | None:
    columns = [
        Column(_("Measure"), 34), Column(_("Kind"), 18), Column(_("What it shows"), 44, "strong"),
        Column(_("File or address"), 50), Column(_("Size"), 12), Column(_("Digest (SHA-256)"), 68, "line"),
        Column(_("Disclosure"), 18),
    ]  # fmt: skip
    rows = [_item(measure, item) for measure, filed in file.filed() for item in filed["evidence"]]
    rows += [
        (
            f"{measure.code} {measure.title}",
            (_("Withheld"), QUIET),
            (_kept(filed["evidence_withheld"]), QUIET),
        )
        for measure, filed in file.filed()
        if filed.get("evidence_withheld")
    ]
    return Sheet(_("Evidence"), _("Evidence"), columns, rows, fixed=0) if rows else None


def _kept(count: int) -> str:
    return f"{_('Secretariat only')}: {count}"


def _item(measure: Measure, item: Item) -> Sequence[Cell]:
    disclosure = str(Disclosure(item.get("disclosure", Disclosure.PUBLIC)).label)
    return (
        f"{measure.code} {measure.title}",
        str(EvidenceKind(item["kind"]).label),
        item["title"] or (_("Evidence was given: an adopted practice"), QUIET),
        item["file_name"] or item["url"] or None,
        filesizeformat(item["size"]) if item["size"] else None,
        item["sha256"] or None,
        disclosure,
    )
