"""A member's report as a document: its content, for everybody or as a preview for those who see it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from alliance.documents.imprint import check_file_text
from alliance.documents.report import pdf_model
from alliance.documents.report.commitments import (
    commitments_of,
    own_pledges_of,
    reply_of,
    sources_of,
    verdict_label,
)
from alliance.documents.report.corrections import corrections_of
from alliance.documents.report.facts import (
    ReportFacts,
    draft_report_facts,
    ended_submission_facts,
    preview_report_facts,
    published_report_facts,
)
from alliance.documents.report.texts import filing_before, original_text, period_text
from alliance.models import Report, Submission
from alliance.queries.public.correction_wording import upheld_sentence
from alliance.queries.public.record import ended_withdrawal
from alliance.queries.public.report_editions import ReportEdition
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.verdict_matrix import VERDICT_LEVELS, VERDICT_ORDER
from alliance.queries.public.wording import name_in_language
from alliance.queries.site import load_site
from alliance.services.site import document_logo
from portal.kernel.access import Actor
from portal.kernel.charts import Ray, SunMark
from portal.kernel.documents import Document
from portal.kernel.text import format_date, format_moment, to_print


def collect_published_pdf(actor: Actor, document: Document) -> pdf_model.PdfReport:
    """The report of publication `target_id`, from the public record alone, the same for every actor."""
    del actor
    return _pdf_report(published_report_facts(document.target_id, document.as_of), document.language)


def collect_preview(actor: Actor, document: Document) -> pdf_model.PdfReport:
    """The last submission of report `target_id` as it would be published; refuses who may not see it."""
    return preview_pdf(actor, document.target_id, document.language)


def preview_pdf(actor: Actor, report_id: int, language: str) -> pdf_model.PdfReport:
    """The same, by the number of the report."""
    return _pdf_report(preview_report_facts(actor, report_id), language)


def public_pdf(number: int, language: str) -> pdf_model.PdfReport:
    """The published report of this publication, as everybody has it."""
    return _pdf_report(published_report_facts(number), language)


def ended_submission_pdf(
    report: Report, submission: Submission, ended: str, language: str
) -> pdf_model.PdfReport:
    """A submission that was recalled or replaced, as `ended` says; raises DomainError where it cannot be true."""
    return _pdf_report(ended_submission_facts(report, submission, ended), language)


def collect_draft(actor: Actor, document: Document) -> pdf_model.PdfReport:
    """The working copy of report `target_id` as it would be published; refuses all but its own organisation."""
    return _pdf_report(draft_report_facts(actor, document.target_id), document.language)


def _pdf_report(source: ReportFacts, language: str) -> pdf_model.PdfReport:
    content, reply = source.document, source.reply_to("")
    member, cycle = (
        to_print(name_in_language(content["organisation"])),
        to_print(name_in_language(content["cycle"])),
    )
    signatory = content["signatory"]
    submitted = format_date(datetime.fromisoformat(content["submission"]["submitted_at"]))
    suffix = "-draft-not-filed" if source.is_draft else "" if source.edition else "-preview"
    title = _("%(name)s: report for %(cycle)s") % {"name": member, "cycle": cycle}
    signature = filter(None, (to_print(signatory["name"]), to_print(signatory["office"]), submitted))
    return pdf_model.PdfReport(
        language=language,
        title=_("Draft, not filed. %(title)s") % {"title": title} if source.is_draft else title,
        file_name=f"{source.organisation.slug}-{source.cycle.slug}-{language}{suffix}.pdf",
        document_date=source.document_date,
        member=member,
        period=cycle,
        rays=len(source.charter.commitments.all()),
        imprint=_imprint(source, member, cycle, language),
        cover=_cover(source, member),
        statement=original_text(content["statement"]),
        signed=_("Not signed") if source.is_draft else ", ".join(signature),
        is_draft=source.is_draft,
        reply=reply_of(reply) if reply else None,
        commitments=commitments_of(source),
        own_pledges=own_pledges_of(source),
        sources=sources_of(source),
        corrections=corrections_of(source),
        before=source.previous[0].title if source.previous else "",
        logo=document_logo(),
    )  # fmt: skip


def _imprint(source: ReportFacts, member: str, cycle: str, language: str) -> pdf_model.PdfImprint:
    site, edition = load_site(), source.edition
    submission = source.document["submission"]
    url = f"{settings.ORIGIN}/{language}/publications/{edition.report.number}/" if edition else ""
    numbered = _("Submission %(number)s") % {"number": submission["number"]}
    revision, record, watermark = _("Not published"), numbered, _("Not published")
    check = _("Preview, not published.")
    if source.ended:
        check, watermark = source.ended, _("Does not stand")
    if source.is_draft:
        revision = watermark = _("Draft, not filed")
        record, check = _draft_record(source), _("This is neither signed nor submitted.")
    if edition:
        values = {"number": edition.report.revision, "day": format_date(edition.report.published_at)}
        revision = _("Revision %(number)s, %(day)s") % values
    return pdf_model.PdfImprint(
        site_name=to_print(site.short_name or site.name),
        running_title=_("%(name)s: report for %(cycle)s") % {"name": member, "cycle": cycle},
        revision=revision,
        record=_publication(edition) if edition else record,
        digest=edition.report.sha256 if edition else submission["sha256"],
        check=_("Verify at") if edition else check,
        url=url,
        body_url=f"{url}body" if url else "",
        check_file=check_file_text(language) if edition else "",
        banner=to_print(site.banner),
        watermark="" if edition else watermark,
    )


def _draft_record(source: ReportFacts) -> str:
    return _("Draft as of %(at)s") % {"at": format_moment(source.document_date)}


def _publication(edition: ReportEdition) -> str:
    return _("Publication No. %(number)s") % {"number": edition.report.number}


def _cover(source: ReportFacts, member: str) -> pdf_model.PdfCover:
    content, edition = source.document, source.edition
    signatory = content["signatory"]
    signed_by = ", ".join(
        part for part in (to_print(signatory["name"]), to_print(signatory["office"])) if part
    )
    submitted = format_moment(datetime.fromisoformat(content["submission"]["submitted_at"]))
    if content["late"]:
        submitted = _("%(moment)s, after the deadline") % {"moment": submitted}
    submitted = ", ".join(filter(None, (submitted, filing_before(content))))
    facts = [
        (_("Member"), member),
        (_("Period"), period_text(source.cycle.starts_on, source.cycle.ends_on)),
        (_("Charter"), _("%(title)s, version %(version)d") % {
            "title": source.charter.title, "version": source.charter.version
        }),
        *([(_("As it stood"), format_moment(source.document_date))] if source.is_draft else [
            (_("Signed by"), signed_by),
            (_("Submitted"), submitted),
        ]),
    ]  # fmt: skip
    if edition:
        facts.append(
            (_("Published"), f"{format_moment(edition.report.published_at)}, {_publication(edition)}")
        )
    return pdf_model.PdfCover(
        kicker=_("Draft, not filed")
        if source.is_draft
        else _("Submission that does not stand")
        if source.ended
        else _("Report and verdicts")
        if edition
        else _("Preview of an unpublished report"),
        lead=source.charter.title,
        facts=facts,
        notice=_notice(edition, source),
        tally=_tally(source),
        sun=_sun_mark(source, member),
    )


def _notice(edition: ReportEdition | None, source: ReportFacts) -> tuple[str, str] | None:
    if source.is_draft:
        return _("Draft, not filed"), _(
            "It shows what the public would read if the report were signed and published as it stood at %(at)s. Only "
            "the organisation can create this document; the secretariat has not received it."
        ) % {"at": format_moment(source.document_date)}
    if source.ended:
        return source.ended, _(
            "It shows what the public would have read if this submission had been published. "
            "It was laid out afterwards, from the bytes that were signed."
        )
    if edition is None:
        return _("Not published"), _(
            "It shows what the public would read if the report were published as submitted. Only "
            "the organisation and the secretariat can create this document."
        )
    if edition.report.previous_id is None:
        return None
    values = {"number": edition.report.number, "earlier": edition.report.previous_id}
    if ended_withdrawal(edition.report) is not None:
        return _("Published again"), _(
            "Publication No. %(number)d repeats No. %(earlier)d, which had been withdrawn."
        ) % values
    entries = source.document.get("corrections", ())
    if entries and "upheld" in entries[-1]:
        return _("Verdicts looked at again"), _upheld_text(entries, values)
    sentence = _(
        "Publication No. %(number)d replaces No. %(earlier)d, which remains available. Changed "
        "figures are marked."
    )
    reasons = [in_reader_language(row["reason"]) for row in entries[-1:]]
    return _("This is a correction"), " ".join((sentence % values, *reasons))


def _upheld_text(entries: Sequence[Mapping[str, Any]], values: Mapping[str, object]) -> str:
    """That nothing changed, why the verdicts stay, and which correction was before it, and why."""
    last = entries[-1]
    sentence = _(
        "Publication No. %(number)d replaces No. %(earlier)d, which remains available. The values are the same."
    )
    correction = _("Publication No. %(number)d corrected figures, which are marked: %(reason)s")
    return " ".join(
        (
            sentence % values,
            upheld_sentence(in_reader_language(last["reason"])),
            *(
                correction % {"number": last["of_publication"], "reason": in_reader_language(row["reason"])}
                for row in entries
                if row["publication"] == last["of_publication"]
            ),
        )
    )


def _verdicts(source: ReportFacts) -> dict[str, str]:
    return {
        key: row["value"] for (key, measure), row in source.current.verdicts.items() if key and not measure
    }


def _tally(source: ReportFacts) -> list[pdf_model.PdfVerdictCount]:
    counts = Counter(_verdicts(source).values())
    return [
        pdf_model.PdfVerdictCount(VERDICT_LEVELS[value], verdict_label(value), str(counts[value]))
        for value in VERDICT_ORDER
        if counts[value]
    ]


def _sun_mark(source: ReportFacts, member: str) -> SunMark | None:
    """The member's sun: a ray for each commitment, as long as its verdict; none before there are verdicts."""
    verdicts = _verdicts(source)
    if not verdicts:
        return None
    rays = [
        Ray(
            VERDICT_LEVELS[verdicts.get(commitment.key, VERDICT_ORDER[-1])],
            f"{commitment.code} {commitment.short}",
        )
        for commitment in source.charter.commitments.all()
    ]
    names = {VERDICT_LEVELS[value]: verdict_label(value).lower() for value in VERDICT_ORDER}
    title = _("Verdicts of %(name)s") % {"name": member}
    return SunMark(name="sun", title=title, rays=rays, size=160, level_names=names)
