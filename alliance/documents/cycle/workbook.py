"""The workbooks of a cycle: the public one and its matrix from the record alone, the secretariat's with all filed."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from alliance.documents.cycle.comparison_sheets import (
    chapter_sheet,
    chart_sheet,
    filings_sheet,
    matrix_sheet,
    tally_sheet,
)
from alliance.documents.cycle.detail_sheets import answer_columns, figure_columns
from alliance.documents.cycle.facts import CycleFacts
from alliance.documents.cycle.finding_sheet import finding_sheet
from alliance.documents.cycle.overview_sheet import overview_sheet
from alliance.documents.cycle.published_facts import published_cycle_facts
from alliance.documents.cycle.working_facts import working_cycle_facts
from alliance.documents.data_dictionary import dictionary_sheet
from alliance.queries.public.cycle_editions import CycleEdition, edition_on
from alliance.queries.site import load_site
from portal.kernel import clock
from portal.kernel.access import Actor
from portal.kernel.documents import Built, Document, Progress
from portal.kernel.documents.workbooks import MEDIA_TYPE, Sheet, WorkbookContent, write_workbook
from portal.kernel.errors import DomainError
from portal.kernel.text import format_moment

WRITING, DONE = 30, 95  # per cent


@dataclass(frozen=True, slots=True)
class CycleWorkbook:
    """What was collected; `edition` is None in the secretariat's working copy."""

    facts: CycleFacts
    edition: CycleEdition | None
    language: str
    at: datetime


def collect_published_cycle(actor: Actor, document: Document) -> CycleWorkbook:
    """The cycle as of publication `target_id`, from projections alone, the same for every actor."""
    del actor
    edition = edition_on(document.target_id)
    if edition is None:
        raise DomainError(_("Not found"))
    return CycleWorkbook(published_cycle_facts(edition), edition, document.language, edition.at)


def collect_published_matrix(actor: Actor, document: Document) -> CycleWorkbook:
    """Who reported and the verdicts of the cycle as of publication `target_id`, the same for every actor."""
    del actor
    edition = edition_on(document.target_id)
    if edition is None:
        raise DomainError(_("Not found"))
    facts = published_cycle_facts(edition, with_figures=False)
    return CycleWorkbook(facts, edition, document.language, edition.at)


def collect_working_cycle(actor: Actor, document: Document) -> CycleWorkbook:
    """Cycle `target_id` as the secretariat sees it now; refuses anybody else."""
    return CycleWorkbook(working_cycle_facts(actor, document.target_id), None, document.language, clock.now())


def render(collected: CycleWorkbook, progress: Progress) -> Built:
    """The bytes of the workbook."""
    return _render(collected, cycle_workbook_plan(collected), "cycle", progress)


def render_matrix(collected: CycleWorkbook, progress: Progress) -> Built:
    """The bytes of the workbook of the matrix alone: who reported, the verdicts, their numbers."""
    title = _("%(cycle)s: members by commitment") % {"cycle": collected.facts.cycle.title}
    plan = _workbook_plan(collected, _verdict_sheets(collected.facts), title)
    return _render(collected, plan, "matrix", progress)


def _render(collected: CycleWorkbook, plan: WorkbookContent, stem: str, progress: Progress) -> Built:

    def written(done: int, of: int) -> None:
        percent = WRITING + (DONE - WRITING) * done // of
        progress(percent, _("Writing sheet %(done)d of %(of)d") % {"done": done, "of": of})

    progress(WRITING, _("Writing the file"))
    content = write_workbook(plan, written)
    number = collected.edition.number if collected.edition else "working"
    file_name = f"{stem}-{collected.facts.cycle.slug}-{number}-{collected.language}.xlsx"
    return Built(content, file_name, MEDIA_TYPE, _as_of(collected))


def cycle_workbook_plan(collected: CycleWorkbook) -> WorkbookContent:
    """The plan of the whole workbook: its sheets in the order in which one reads them."""
    facts = collected.facts
    title = f"{load_site().name}: {facts.cycle.title}"
    return _workbook_plan(collected, [*_comparison_sheets(facts), *_detail_sheets(facts)], title)


def _workbook_plan(collected: CycleWorkbook, sheets: list[Sheet], title: str) -> WorkbookContent:
    """The plan of a workbook: an overview, then these sheets."""
    facts, edition, site = collected.facts, collected.edition, load_site()
    as_of = _as_of(collected)
    url = f"{settings.ORIGIN}/{collected.language}/cycles/{facts.cycle.slug}/"
    notices = [
        site.banner,
        "" if edition else _("Draft for the secretariat. It contains unpublished data."),
    ]
    return WorkbookContent(
        title=capfirst(title),
        author=site.name,
        dated=collected.at,
        sheets=[overview_sheet(facts, edition, as_of, url, sheets), *sheets],
        notice=" ".join(filter(None, notices)),
        foot=f"{facts.cycle.title} · {as_of}",
    )


def _as_of(collected: CycleWorkbook) -> str:
    if collected.edition is None:
        return _("As of %(moment)s") % {"moment": format_moment(collected.at)}
    values = {"number": collected.edition.number, "moment": format_moment(collected.edition.at)}
    return _("As of publication No. %(number)d, %(moment)s") % values


def _verdict_sheets(facts: CycleFacts) -> list[Sheet]:
    number = _("Submission") if facts.includes_withheld else _("Publication")
    return [filings_sheet(facts, number=number), matrix_sheet(facts), tally_sheet(facts)]


def _comparison_sheets(facts: CycleFacts) -> list[Sheet]:
    sheets = _verdict_sheets(facts)
    for place, chapter in enumerate(facts.charter.chapters, 1):
        entries = facts.charter.figures_of(chapter)
        if entries:
            sheets.append(chapter_sheet(facts, place, chapter, entries))
            sheet = chart_sheet(facts, place, chapter, entries)
            sheets += [sheet] if sheet else []
    return sheets


def _detail_sheets(facts: CycleFacts) -> list[Sheet]:
    """Everything again, one value in a row: for filters, pivot tables and programs."""
    return [
        Sheet(
            _("Figures"),
            _("All figures"),
            figure_columns(includes_withheld=facts.includes_withheld),
            facts.figures,
        ),
        Sheet(
            _("Answers"),
            _("All answers"),
            answer_columns(includes_withheld=facts.includes_withheld),
            facts.answers,
        ),
        *([finding_sheet(facts.findings)] if facts.includes_withheld else []),
        dictionary_sheet(facts.charter),
    ]
