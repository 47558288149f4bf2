"""The first sheet of a cycle's workbook: what it is, as of when, what the other sheets hold, how to read them."""

from collections import Counter
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.documents.cycle.facts import CycleFacts
from alliance.enums import NOT_REQUIRED_STANDINGS, Standing
from alliance.queries.public.cycle_editions import CycleEdition
from portal.kernel.documents.workbooks import Cell, Column, Sheet, SheetLink


def overview_sheet(
    facts: CycleFacts, edition: CycleEdition | None, as_of: str, address: str, other_sheets: Sequence[Sheet]
) -> Sheet:
    """Facts, contents and how to read; `other_sheets` are the sheets behind this one, in their order."""
    columns = [Column("", 34, "strong"), Column("", 84, "text")]
    rows: list[Sequence[Cell]] = [
        *_facts(facts, edition, address),
        ((_("Sheets"), "group"), ("", "group")),
        *((SheetLink(place, sheet.name), sheet.title) for place, sheet in enumerate(other_sheets, 1)),
        (),
        ((_("How to read it"), "group"), ("", "group")),
        (_("Withheld"), _withheld(published=edition is not None)),
        *((str(term), str(explanation)) for term, explanation in _READING_NOTES),
    ]
    title = facts.cycle.title
    return Sheet(
        _("Overview"), title, columns, rows, lead=[as_of], fixed=0, has_headings=False, portrait=True
    )


def _facts(facts: CycleFacts, edition: CycleEdition | None, address: str) -> Iterator[Sequence[Cell]]:
    cycle, charter = facts.cycle, facts.charter.charter
    filed = [filing for filing in facts.filings if filing.has_filed]
    yield _("Cycle"), cycle.title
    yield _("First day"), (cycle.starts_on, "date")
    yield _("Last day"), (cycle.ends_on, "date")
    yield _("Reports due on"), (cycle.due_on, "date")
    if cycle.published_at:
        yield _("Published"), (cycle.published_at, "moment")
    yield (
        _("Charter"),
        _("%(title)s, version %(version)d") % {"title": charter.title, "version": charter.version},
    )
    if charter.working_text and charter.note:
        yield "", charter.note
    counts = Counter(filing.standing for filing in facts.filings)
    required = len(facts.filings) - sum(counts[each] for each in NOT_REQUIRED_STANDINGS)
    yield _("Members that had to report"), (required, "count")
    if counts[Standing.EXEMPT]:
        yield _("Members that were exempt"), (counts[Standing.EXEMPT], "count")
    if counts[Standing.ENDED]:
        yield _("Members that left before the report was due"), (counts[Standing.ENDED], "count")
    submitted = _("Members whose report is published") if edition else _("Members that submitted a report")
    yield submitted, (len(filed), "count")
    if edition:
        yield _("As of publication No."), (edition.number, "count")
        yield _("Digest (SHA-256)"), edition.sha256
        yield _("Page"), address
    yield ()


_READING_NOTES = (
    (gettext_lazy("Not measured, declined"), gettext_lazy(
        "There is no figure; a reason that was given stands in the figures sheet. Zero is a figure.")),
    (gettext_lazy("Estimate"), gettext_lazy(
        "The member’s best guess, between its lower and upper bound where they are given.")),
    (gettext_lazy("Definition changed"), gettext_lazy(
        "The figure cannot be compared with the previous cycle.")),
    (gettext_lazy("Shares"), gettext_lazy(
        "They are in per cent. “Value, exact” has the published decimal number, without the sign.")),
    (gettext_lazy("Long numbers"), gettext_lazy(
        "A spreadsheet keeps fifteen digits. Longer numbers are given in full as text.")),
    (gettext_lazy("Medians"), gettext_lazy(
        "They are never added up or averaged: each service keeps its own.")),
    (gettext_lazy("Verdicts"), gettext_lazy(
        
            "From no evidence through not started, limited and substantial to complete; not due is "
            "outside the scale."
        )),
    (gettext_lazy("Dates and times"), gettext_lazy(
        "Dates are written year, month, day; times are in the portal’s time zone.")),
)  # fmt: skip


def _withheld(*, published: bool) -> str:
    if not published:
        return _("Nothing is withheld here. The column “Disclosure” shows what is not public.")
    return _(
        "The member gave the figure only to the secretariat. A total with exactly one such part is "
        "withheld too, so that the part cannot be worked out."
    )
