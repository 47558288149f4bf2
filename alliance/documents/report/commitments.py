"""The commitments on paper, one after another: pledge, measures, lines, other counts, verdict, reply."""

from collections.abc import Sequence
from datetime import date, datetime

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.documents.report import pdf_model
from alliance.documents.report.charts import charts_of
from alliance.documents.report.facts import ReportFacts, SignedReply
from alliance.documents.report.figure_tables import figure_tables_of
from alliance.documents.report.reference_counts import reference_counts_of
from alliance.documents.report.texts import (
    corrected_text,
    original_text,
    original_text_or_none,
    verdict_before,
)
from alliance.enums import EvidenceKind, VerdictValue
from alliance.models import Commitment, Measure, PublishedPledge
from alliance.queries.public.correction_wording import target_text
from alliance.queries.public.report_content import ContentRow
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.verdict_matrix import VERDICT_LEVELS
from alliance.queries.public.wording import finding_title, name_in_language, short_cycle
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.text import format_date, to_print


def commitments_of(source: ReportFacts) -> list[pdf_model.PdfCommitment]:
    """The commitments that this report has content on."""
    commitments = [_commitment(source, commitment) for commitment in source.charter.commitments.all()]
    return [commitment for commitment in commitments if commitment.measures or commitment.verdict]


def _commitment(source: ReportFacts, commitment: Commitment) -> pdf_model.PdfCommitment:
    filed = [measure for measure in commitment.measures.all() if measure.key in source.current.measures]
    pledge = source.pledges.get(commitment.key)
    reply = source.reply_to(commitment.key)
    return pdf_model.PdfCommitment(
        key=commitment.key,
        number=commitment.code,
        title=commitment.title,
        lead=" ".join(commitment.text.split()),
        pledge=_pledge(pledge) if pledge else None,
        measures=[_measure(source, commitment, measure) for measure in filed],
        charts=charts_of(source, filed, pledge),
        counts=reference_counts_of(source, filed),
        verdict=verdict_of(source.document, source.current.verdicts.get((commitment.key, ""))),
        reply=reply_of(reply) if reply else None,
        verdict_history=_verdict_history(source, commitment.key),
    )


def _pledge(pledge: PublishedPledge) -> pdf_model.PdfPledge:
    services = ", ".join(to_print(name_in_language(service)) for service in pledge.services)
    signed = f"{_('Pledge')}, {format_date(pledge.signed_at)}"
    targets = []
    for target in pledge.targets:
        due = target["due_on"]
        until = _("by %(day)s") % {"day": format_date(date.fromisoformat(due))} if due else ""
        if target["was"]:
            was = _("corrected, was: %(was)s") % {"was": to_print(target_text(target["was"]))}
            until = f"{until} ({was})" if until else f"({was})"
        targets.append(pdf_model.PdfTarget(original_text(target["text"], pledge.language), until))
    return pdf_model.PdfPledge(
        note="\n".join(filter(None, (signed, services, _pledge_mark(pledge)))),
        text=original_text(pledge.text, pledge.language),
        targets=targets,
    )


def _pledge_mark(pledge: PublishedPledge) -> str:
    """Whether it is another one by now than when the report was published; empty where it is the same."""
    if pledge.is_later:
        return _("made after the report was published")
    return _("as it stood when the report was published") if pledge.is_superseded else ""


def _measure(source: ReportFacts, commitment: Commitment, measure: Measure) -> pdf_model.PdfMeasure:
    filed = source.current.measures[measure.key]
    indicator_by_key = {indicator.key: indicator for indicator in measure.indicators.all()}
    answers = []
    for answer in filed["answers"]:
        if answer["text"].strip() or answer["withheld"]:
            indicator = indicator_by_key.get(answer["indicator"])
            text = None if answer["withheld"] else original_text(answer["text"], answer["language"])
            marked = corrected_text(source.document, text, CorrectionPlace.of_text(answer["indicator"]))
            answers.append(pdf_model.PdfAnswer(indicator.title if indicator else "", marked))
    withheld = filed.get("evidence_withheld", 0)
    withheld_text = ngettext("%(n)s item only for the secretariat",
                     "%(n)s items only for the secretariat", withheld)  # fmt: skip
    return pdf_model.PdfMeasure(
        code=measure.code,
        title=measure.title,
        answers=answers,
        tables=figure_tables_of(source, measure),
        evidence=[_evidence(item) for item in filed["evidence"]],
        evidence_withheld=withheld_text % {"n": withheld} if withheld else "",
        verdict=verdict_of(source.document, source.current.verdicts.get((commitment.key, measure.key))),
        findings=[_finding(row) for row in filed.get("findings", ())],
    )


def _finding(row: ContentRow) -> pdf_model.PdfFinding:
    withdrawal = row.get("withdrawal")
    return pdf_model.PdfFinding(
        text=original_text(row["text"], row["language"]),
        note=to_print(finding_title(row)),
        withdrawal=original_text(withdrawal["reason"], withdrawal["language"]) if withdrawal else None,
    )


def _evidence(item: ContentRow) -> pdf_model.PdfEvidence:
    if item["kind"] == EvidenceKind.PRACTICE:
        named = to_print(item["title"]) or _("Evidence was given: an adopted practice")
        return pdf_model.PdfEvidence(named, _("Adopted practice") if item["title"] else "")
    title = to_print(item["title"])
    if item["kind"] == EvidenceKind.LINK:
        return pdf_model.PdfEvidence(title, "", item["url"])
    size = filesizeformat(item["size"])
    return pdf_model.PdfEvidence(
        title, f"{to_print(item['file_name'])}, {size}, SHA-256 {item['sha256'][:16]}…"
    )


def verdict_of(document: ContentRow, row: ContentRow | None) -> pdf_model.PdfVerdict | None:
    """A verdict as the document shows it; beside who gave it and when, what it was before it was corrected."""
    if row is None:
        return None
    language = row.get("language", "")
    by = f"{_('Secretariat')}, {format_date(datetime.fromisoformat(row['given_at']))}"
    return pdf_model.PdfVerdict(
        level=VERDICT_LEVELS[row["value"]],
        word=verdict_label(row["value"]),
        reason=original_text_or_none(row["reason"], language),
        difference=original_text_or_none(row["difference"], language),
        byline="; ".join(filter(None, (by, verdict_before(document, row)))),
    )


def verdict_label(value: str) -> str:
    return str(VerdictValue(value).label)


def reply_of(reply: SignedReply) -> pdf_model.PdfReply:
    """A reply with its signature."""
    signatory = ", ".join(part for part in (to_print(reply.name), to_print(reply.office)) if part)
    signed = f"{signatory}, {format_date(reply.at)}"
    if reply.before_correction:
        signed = f"{signed}; {_('to the verdict before the correction')}"
    if reply.is_before_reopening:
        signed = f"{signed}; {_('to the verdict before the review was reopened')}"
    return pdf_model.PdfReply(
        original_text(reply.text, reply.language),
        f"{signed}; {_('corrected')}" if reply.published else signed,
    )


def _verdict_history(source: ReportFacts, commitment: str) -> Sequence[pdf_model.PdfVerdictStep]:
    """How the verdict came to be what it is; nothing when it is the first one."""
    reports = [*source.history, (source.cycle, source.current)]
    verdict_by_cycle = [(cycle, facts, facts.verdicts.get((commitment, ""))) for cycle, facts in reports]
    steps = [
        pdf_model.PdfVerdictStep(
            VERDICT_LEVELS[row["value"]],
            ": ".join(filter(None, (short_cycle(cycle), verdict_before(facts.document, row)))),
        )
        for cycle, facts, row in verdict_by_cycle
        if row
    ]
    return steps if len(steps) > 1 else ()


def own_pledges_of(source: ReportFacts) -> list[pdf_model.PdfOwnPledge]:
    """The pledges beyond the charter, with the answer for the period."""
    return [
        pdf_model.PdfOwnPledge(
            title=to_print(pledge["title"]),
            text=corrected_text(
                source.document,
                None if pledge["withheld"] else original_text_or_none(pledge["text"], pledge["language"]),
                CorrectionPlace.of_text(pledge=pledge["record"]),
            ),
            verdict=verdict_of(source.document, source.current.pledge_verdicts.get(pledge["record"])),
        )
        for pledge in source.document["pledges"]
    ]


def sources_of(source: ReportFacts) -> list[str]:
    """Who counted what beside the member, and the text that the report answers to."""
    charter = source.charter
    about = {"title": charter.title, "version": charter.version}
    sources = [_("%(title)s, version %(version)d") % about]
    sources += [in_reader_language({"": charter.note})] if charter.working_text and charter.note else []
    sources += dict.fromkeys(f"{to_print(row.observer)}: {to_print(row.source)}" for row in source.references)
    return [" ".join(cited_source.split()) for cited_source in sources]
