"""The corrections of a published report in its documents: each value, what it was and what it is, and why."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from alliance.documents.printed_corrections import printed_rows
from alliance.documents.report import pdf_model
from alliance.documents.report.export import ReportExport
from alliance.documents.report.facts import ReportFacts, SignedReply
from alliance.models import Charter
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.queries.public.made_corrections import MadeCorrection, made_corrections
from portal.kernel.documents.workbooks import Column, Sheet
from portal.kernel.text import to_print


def _corrections(
    charter: Charter, document: Mapping[str, Any], replies: Sequence[SignedReply], number: int
) -> list[MadeCorrection]:
    """Those of a report, the first one first, then those of the replies to its verdicts; `number` is its last one."""
    words = CorrectionWords(charter, document)
    of_replies = [
        made
        for reply in replies
        if reply.published is not None
        for made in made_corrections(words, reply.published.document, reply.published.number)
    ]
    return made_corrections(words, document, number) + of_replies


def corrections_of(source: ReportFacts) -> list[pdf_model.PdfCorrection]:
    """What was corrected in a published report, to be printed; none of one that is not published."""
    if source.edition is None:
        return []
    number = source.edition.report.number
    return [
        pdf_model.PdfCorrection(row.publication, to_print(row.reason), printed_rows(row.rows))
        for row in _corrections(source.charter, source.document, source.replies, number)
    ]


def corrections_sheet(file: ReportExport) -> Sheet | None:
    """The same as a sheet; none of what is not published."""
    if not file.is_public:
        return None
    number = file.origin.number or 0
    columns = [
        Column(_("Publication"), 24, "line"),
        Column(_("Value"), 50, "strong"),
        Column(_("Was"), 44),
        Column(_("Is"), 44),
        Column(_("Why"), 60),
    ]
    rows = [
        (each.publication, *row.in_words, each.reason or None)
        for each in _corrections(file.charter.charter, file.content, file.replies, number)
        for row in each.rows
    ]
    title = _("Corrections")
    return Sheet(title, title, columns, rows, fixed=0) if rows else None
