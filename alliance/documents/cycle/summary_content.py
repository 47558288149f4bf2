"""The summary of a published cycle, and its matrix: from public facts to the words of the documents."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from alliance.documents.cycle.detail_sheets import MemberFiling
from alliance.documents.cycle.facts import CycleFacts
from alliance.documents.cycle.matrix import level_counts, matrix_bands
from alliance.documents.cycle.published_facts import published_cycle_facts
from alliance.documents.cycle.summary_figures import (
    charts_of,
    coverage_header,
    coverage_of,
    has_earlier_versions,
)
from alliance.documents.cycle.summary_model import (
    CommitmentTally,
    CycleImprint,
    CycleMatrix,
    CycleSummary,
    FilingGroup,
    LevelCount,
    RegisterRow,
    ReportChangeEntry,
)
from alliance.documents.imprint import check_file_text
from alliance.documents.printed_corrections import printed_rows
from alliance.enums import NOT_REQUIRED_STANDINGS, Standing
from alliance.models import Cycle
from alliance.queries.public.cycle_changes import ReportChange, corrections_on, withdrawals_on
from alliance.queries.public.cycle_editions import CycleEdition, edition_on, reports_on
from alliance.queries.site import load_site
from alliance.services.site import document_logo
from portal.kernel.access import Actor
from portal.kernel.documents import Document
from portal.kernel.errors import DomainError
from portal.kernel.text import format_date, format_moment, format_number, to_print

DIGEST_START = 16  # digits of a digest that tell two publications apart on paper


def collect_published_summary(actor: Actor, document: Document) -> CycleSummary:
    """The cycle as of publication `target_id`, from projections alone, the same for every actor."""
    del actor
    edition = _edition(document)
    facts = published_cycle_facts(edition)
    basis = SummaryBasis(
        at=edition.at,
        file_name=f"cycle-{facts.cycle.slug}-{edition.number}-{document.language}.pdf",
        imprint=_imprint(edition, summary_title(facts.cycle), document.language),
        state=_state(edition),
        source=_(
            "Everything here is taken from the numbered public record as of the publication named at "
            "the foot of each page. Later publications do not change this document: they make a new one."
        ),
        corrections=[_correction(change) for change in corrections_on(edition, reports_on(edition))],
        withdrawals=[_withdrawal(change) for change in withdrawals_on(edition)],
    )
    return cycle_summary(facts, basis, document.language)


def collect_published_matrix(actor: Actor, document: Document) -> CycleMatrix:
    """The verdicts of the cycle as of publication `target_id`, the same for every actor."""
    del actor
    edition = _edition(document)
    facts = published_cycle_facts(edition, with_figures=False)
    title = capfirst(_("%(cycle)s: members by commitment") % {"cycle": to_print(facts.cycle.title)})
    return CycleMatrix(
        language=document.language,
        title=title,
        file_name=f"matrix-{facts.cycle.slug}-{edition.number}-{document.language}.pdf",
        document_date=edition.at,
        rays=len(facts.charter.commitments),
        imprint=_imprint(edition, title, document.language),
        lead=facts.charter.charter.title,
        tally=_tally(facts),
        matrix=matrix_bands(facts),
        logo=document_logo(),
    )


def _edition(document: Document) -> CycleEdition:
    edition = edition_on(document.target_id)
    if edition is None:
        raise DomainError(_("Not found"))
    return edition


@dataclass(frozen=True, slots=True)
class SummaryBasis:
    """What a summary rests on: a publication of the record or, before the cycle is published, a moment.

    `state` and `source` say which, on the cover and under the method.
    """

    at: datetime
    file_name: str
    imprint: CycleImprint
    state: str
    source: str
    corrections: Sequence[ReportChangeEntry] = ()
    withdrawals: Sequence[ReportChangeEntry] = ()


def summary_title(cycle: Cycle) -> str:
    return str(capfirst(_("%(cycle)s: summary of the alliance") % {"cycle": to_print(cycle.title)}))


def cycle_summary(facts: CycleFacts, basis: SummaryBasis, language: str) -> CycleSummary:
    """The content of the summary of a cycle."""
    return CycleSummary(
        language=language,
        title=summary_title(facts.cycle),
        file_name=basis.file_name,
        document_date=basis.at,
        rays=len(facts.charter.commitments),
        imprint=basis.imprint,
        kicker=to_print(load_site().name),
        lead=facts.charter.charter.title,
        facts=_cover_facts(facts, basis.state),
        stats=_stats(facts.filings),
        tally=_tally(facts),
        commitments=_tallies(facts),
        matrix=matrix_bands(facts),
        groups=_groups(facts.filings),
        corrections=basis.corrections,
        withdrawals=basis.withdrawals,
        coverage_header=coverage_header(facts),
        coverage=coverage_of(facts),
        charts=charts_of(facts),
        method=[*_method(basis.source), *_method_of_earlier_versions(facts)],
        register=[_register_row(filing) for filing in facts.filings if filing.has_filed],
        logo=document_logo(),
    )


def _state(edition: CycleEdition) -> str:
    values = {"number": edition.number, "moment": format_moment(edition.at)}
    return _("As of publication No. %(number)d, %(moment)s") % values


def _imprint(edition: CycleEdition, title: str, language: str) -> CycleImprint:
    site = load_site()
    url = f"{settings.ORIGIN}/{language}/publications/{edition.number}/"
    return CycleImprint(
        site_name=to_print(site.short_name or site.name),
        running_title=title,
        revision=format_date(edition.at),
        record=_("As of publication No. %(number)d") % {"number": edition.number},
        source=_state(edition),
        digest=edition.sha256,
        check=_("Verify at"),
        url=url,
        body_url=f"{url}body",
        check_file=check_file_text(language),
        banner=to_print(site.banner),
    )


def _cover_facts(facts: CycleFacts, state: str) -> list[tuple[str, str]]:
    cycle, charter = facts.cycle, facts.charter.charter
    period = {"first": format_date(cycle.starts_on), "last": format_date(cycle.ends_on)}
    rows = [
        (_("Period"), _("%(first)s – %(last)s") % period),
        (
            _("Charter"),
            _("%(title)s, version %(version)d") % {"title": charter.title, "version": charter.version},
        ),
        (_("Reports due on"), format_date(cycle.due_on)),
    ]
    if cycle.published_at:
        rows.append((_("Published"), format_moment(cycle.published_at)))
    rows.append((_("State"), state))
    if charter.working_text and charter.note:
        rows.append(("", to_print(charter.note)))
    return rows


# --- Who submitted ---------------------------------------------------------------------------


def _stats(filings: Sequence[MemberFiling]) -> list[tuple[str, str]]:
    """The numbers of the cover: how many had to report, and what became of it."""
    counts = Counter(filing.standing for filing in filings)
    rows = [
        (len(filings) - sum(counts[each] for each in NOT_REQUIRED_STANDINGS), _("members had to report")),
        (counts[Standing.FILED], _("reports on time")),
        (counts[Standing.LATE], _("reports after the deadline")),
        (counts[Standing.NOT_FILED], _("not filed")),
        (counts[Standing.EXEMPT], _("exempt")),
    ]
    if counts[Standing.ENDED]:
        rows.append((counts[Standing.ENDED], _("left before the report was due")))
    if counts[Standing.WITHDRAWN]:
        rows.append((counts[Standing.WITHDRAWN], _("published and withdrawn")))
    open_reports = counts[Standing.DUE] + counts[Standing.IN_REVIEW]
    if open_reports:
        rows.append((open_reports, _("not yet published")))
    return [(format_number(Decimal(count)), words) for count, words in rows]


def _groups(filings: Sequence[MemberFiling]) -> list[FilingGroup]:
    """By name, those whose report is not published, came late or after an extension; a group of nobody is left out."""
    titles: Sequence[tuple[Standing, str]] = (
        (Standing.NOT_FILED, _("Not filed")),
        (Standing.DUE, _("Not submitted when the cycle was published")),
        (Standing.IN_REVIEW, _("In review when the cycle was published")),
        (Standing.LATE, _("Submitted after the deadline")),
        (Standing.EXEMPT, _("Exempt")),
        (Standing.ENDED, _("Membership ended before the report was due")),
        (Standing.WITHDRAWN, _("Published and withdrawn")),
    )
    groups = [
        FilingGroup(
            title,
            [(to_print(filing.name), _detail(filing)) for filing in filings if filing.standing == standing],
        )
        for standing, title in titles
    ]
    extended = [filing for filing in filings if filing.standing == Standing.FILED and filing.extended_to]
    rows = [(to_print(filing.name), to_print(_extension(filing))) for filing in extended]
    groups.append(FilingGroup(_("On time, after an extension"), rows))
    return [group for group in groups if group.members]


def _extension(filing: MemberFiling) -> str:
    """Until when it had time, and when it was submitted; what was corrected."""
    words = _("had until %(until)s, submitted on %(day)s")
    values = {"until": format_date(filing.extended_to), "day": format_date(filing.submitted_at)}
    return "; ".join(filter(None, (words % values, filing.correction)))


def _detail(filing: MemberFiling) -> str:
    """What must be said beside the name: the day of a late report, the reason of an exemption, what was corrected."""
    is_late = filing.standing == Standing.LATE and filing.submitted_at
    words = format_date(filing.submitted_at) if is_late else filing.reason
    return to_print("; ".join(filter(None, (words, filing.correction))))


def _register_row(filing: MemberFiling) -> RegisterRow:
    return RegisterRow(
        to_print(filing.name),
        format_date(filing.submitted_at) if filing.submitted_at else "–",
        to_print(filing.signed_by) or "–",
        str(filing.number or "–"),
        filing.sha256[:DIGEST_START],
    )


# --- Verdicts and changes --------------------------------------------------------------------


def _tally(facts: CycleFacts) -> list[LevelCount]:
    """All verdicts of the cycle, by level; levels that nobody has are left out."""
    return [row for row in level_counts(list(facts.verdicts.values())) if row.count]


def _tallies(facts: CycleFacts) -> list[CommitmentTally]:
    by_key: dict[str, list[str]] = {}
    for (_member, key), value in facts.verdicts.items():
        by_key.setdefault(key, []).append(value)
    tallies = []
    for commitment in facts.charter.commitments:
        values = by_key.get(commitment.key, [])
        counts: list[LevelCount] = [row for row in level_counts(values) if row.count]
        tallies.append(CommitmentTally(commitment.code, to_print(commitment.title), counts, len(values)))
    return tallies


def _correction(change: ReportChange) -> ReportChangeEntry:
    values = {"day": format_date(change.at), "number": change.number, "earlier": change.replaces}
    words = _("%(day)s, publication No. %(number)d")
    if change.replaces is not None:
        words = _("%(day)s, publication No. %(number)d in place of No. %(earlier)d")
    when = words % values
    if change.is_reply:
        when = _("%(when)s (a reply)") % {"when": when}
    return ReportChangeEntry(
        to_print(change.member), when, to_print(change.reason), printed_rows(change.rows)
    )


def _withdrawal(change: ReportChange) -> ReportChangeEntry:
    values = {"day": format_date(change.at), "number": change.number}
    words = _("%(day)s: publication No. %(number)d is withdrawn, and stays readable") % values
    return ReportChangeEntry(to_print(change.member), words, to_print(change.reason))


def _method(source: str) -> list[tuple[str, str]]:
    """How the document came about, and how to read it."""
    return [
        (_("Source"), source),
        (
            _("Reports and verdicts"),
            _(
                "Members report on the measures of the charter, and a person with the authority to sign does so. "
                "The secretariat reviews each report and gives a verdict with a reason on every commitment. "
                "The member may reply, and its reply is published beside the verdict."
            ),
        ),
        (
            _("Verdicts"),
            _(
                "From no evidence through not started, limited and substantial to complete; not due is "
                "outside the scale."
            ),
        ),
        (
            _("Figures"),
            _(
                "A member’s figure is the total of its services where there is one. Figures of different "
                "members are never added up: services, methods and periods of measuring differ."
            ),
        ),
        (
            _("Withheld"),
            _(
                "The member gave the figure only to the secretariat. A total with exactly one such part is "
                "withheld too, so that the part cannot be worked out."
            ),
        ),
        (
            _("Corrections"),
            _(
                "A correction is a new revision of the whole report with a reason. Earlier revisions remain "
                "available under their numbers."
            ),
        ),
    ]


def _method_of_earlier_versions(facts: CycleFacts) -> list[tuple[str, str]]:
    """Why figures of members are not counted that had to report on an earlier version of the charter."""
    if not has_earlier_versions(facts):
        return []
    text = _(
        "Members that signed an earlier version of the charter alone report on that version. Where their reports have "
        "no figure to compare, since it did not ask for it, asked for it otherwise, or of those alone that chose the "
        "measure, they are counted under “Earlier version”, not under “No figure”. The page of the cycle shows what "
        "they gave."
    )
    return [(_("Earlier version"), text)]
