"""What becomes public, as documents for the numbered record; one function for each type of publication."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.enums import CycleState, ReportState, Standing
from alliance.models import (
    Accession,
    Charter,
    Cycle,
    Organisation,
    ReferenceCount,
    ReferenceLoad,
    Report,
    Response,
    SignatureObjection,
    Submission,
)
from alliance.queries.obligations import ended_memberships, standing_of
from alliance.queries.public.cycle_editions import cycle_slug_of
from alliance.queries.published_states import (
    record_name,
)
from alliance.queries.replies import replies_before_reopening
from alliance.queries.site import load_site
from alliance.services.charter_publication_content import charter_publication_content, in_languages
from alliance.services.public_documents import enqueue_public_cycle, prepare_public_report
from alliance.services.public_files import record_attachments
from alliance.services.report_publication_content import public_evidence, report_publication_content
from alliance.workflows import REPORT
from portal.kernel import clock
from portal.kernel.access import Actor
from portal.kernel.publishing import Publication, publish, touch_public_revision
from portal.kernel.text import LANGUAGES, Texts, plain_decimal


def statement_text(sentence: str | Promise, **parts: Texts | str) -> dict[str, str]:
    """A sentence in every language, with parts that are texts by language or the same in all."""
    spoken = {}
    for language in LANGUAGES:
        with translation.override(language):
            values = {name: part if isinstance(part, str) else part[language] for name, part in parts.items()}
            spoken[language] = str(sentence) % values
    return spoken


def names_in_languages(organisation: Organisation) -> dict[str, Any]:
    """How a publication names an organisation: as it was called on the day."""
    return {"slug": organisation.slug, "kind": organisation.kind, "name": in_languages(organisation, "name")}


# Titles of an example, whose members take no part: it holds what they really made public, and nothing else.
_EXAMPLE_SENTENCES = {
    "organisation": _("Example: %(name)s"),
    "accession": _("Example: figures of %(name)s under “%(charter)s”"),
    "report": _("Example: what %(name)s made public, %(cycle)s"),
}


def _example_sentence(type_: str, sentence: str | Promise) -> str | Promise:
    return _EXAMPLE_SENTENCES[type_] if load_site().is_example else sentence


def record_publication(
    actor: Actor, type_: str, record: str, document: dict[str, Any], **options: Any
) -> Publication:
    """Publish a document, with the portal's banner in its bytes; the documents of its cycle are queued.

    Every type of publication goes through here, those of the layers above too.
    """
    site = load_site()
    banner = {"banner": in_languages(site, "banner")} if site.banner else {}
    publication = publish(actor, type_, record, {**document, **banner}, **options)
    record_attachments(publication)
    if slug := cycle_slug_of(type_, record):
        enqueue_public_cycle(slug)
    return publication


def record_charter_publication(
    actor: Actor, charter: Charter, correction: Mapping[str, Any] | None = None
) -> Publication:
    """The whole text of a version; `correction` says of a later revision which translations it corrects, and why."""
    sentence = (
        _("The translation of %(charter)s, version %(version)s, is corrected")
        if correction
        else _("%(charter)s, version %(version)s, is in force")
    )
    title = statement_text(sentence, charter=in_languages(charter, "title"), version=str(charter.version))
    record = f"{charter.key}/{charter.version}"
    content = charter_publication_content(charter)
    if correction:
        content["correction"] = dict(correction)
    return record_publication(actor, "charter", record, content, title=title, languages=LANGUAGES)


_ORGANISATION_SENTENCES = {
    "active": _("%(name)s takes part"),
    "suspended": _("%(name)s is suspended"),
    "former": _("%(name)s no longer takes part"),
}


def record_organisation_publication(actor: Actor, organisation: Organisation) -> Publication:
    """A change of an organisation's status, with its public reason."""
    name = in_languages(organisation, "name")
    document = {
        "organisation": names_in_languages(organisation),
        "state": organisation.state,
        "reason": organisation.state_reason,
        "since": organisation.since.isoformat() if organisation.since else None,
    }
    parts: dict[str, Texts | str] = {"name": name}
    sentence = _ORGANISATION_SENTENCES[organisation.state]
    if organisation.successor and organisation.merged_on:
        document["successor"] = names_in_languages(organisation.successor)
        document["merged_on"] = organisation.merged_on.isoformat()
        parts["successor"] = in_languages(organisation.successor, "name")
        sentence = _("%(name)s has merged into %(successor)s")
    title = statement_text(_example_sentence("organisation", sentence), **parts)
    return record_publication(
        actor, "organisation", organisation.slug, document, title=title, languages=LANGUAGES
    )


def record_accession_publication(actor: Actor, accession: Accession) -> Publication:
    document = {
        "organisation": names_in_languages(accession.organisation),
        "charter": {"key": accession.charter.key, "version": accession.charter.version},
        "state": accession.state,
        "signatory": {"name": accession.signatory_name, "office": accession.signatory_office},
        "signed_at": _moment(accession.signed_at),
        "reason": accession.ended_reason,
    }
    sentence = (
        _("%(name)s signs %(charter)s") if not accession.ended_reason else _("%(name)s leaves %(charter)s")
    )
    title = statement_text(
        _example_sentence("accession", sentence),
        name=in_languages(accession.organisation, "name"),
        charter=in_languages(accession.charter, "title"),
    )
    record = f"{accession.organisation.slug}/{accession.charter.key}/{accession.charter.version}"
    return record_publication(actor, "accession", record, document, title=title, languages=LANGUAGES)


def record_signatures_publication(
    actor: Actor,
    charter: Charter,
    superseded: Charter,
    accessions: Sequence[Accession],
    objections: Sequence[SignatureObjection],
) -> Publication:
    """All signatures that carry over from a version to the next, and the members that stay on the one they signed."""
    document = {
        "charter": {"key": charter.key, "version": charter.version},
        "superseded": superseded.version,
        "announced_at": _moment(charter.announced_at),
        "objections_until": charter.objections_until.isoformat() if charter.objections_until else None,
        "signatures": [
            {
                "organisation": names_in_languages(row.organisation),
                "signatory": {"name": row.signatory_name, "office": row.signatory_office},
                "signed_at": _moment(row.signed_at),
            }
            for row in accessions
        ],
        "objecting": [
            names_in_languages(row.organisation) | {"objected_at": _moment(row.signed_at)}
            for row in objections
        ],
    }
    title = statement_text(
        _("Signatures under %(charter)s carry over to version %(version)s"),
        charter=in_languages(charter, "title"),
        version=str(charter.version),
    )
    record = f"{charter.key}/{charter.version}"
    return record_publication(actor, "signatures", record, document, title=title, languages=LANGUAGES)


@transaction.atomic
def record_report_publication(actor: Actor, report: Report, *, within: str = "") -> Publication:
    """Publish a concluded report with its verdicts, then the replies that were given before.

    Takes the step itself, and queues its files in every language. `within` names the larger act whose letter says it:
    then this one has none. Raises Forbidden, and WrongState when the review is not concluded.
    """
    published = REPORT.apply(
        actor,
        report,
        "publish",
        changes={"published_at": clock.now()},
        data={"within": within} if within else {},
    )
    submission = Submission.objects.standing().filter(report=published).first()
    assert submission is not None, "a concluded report has been submitted"
    content = json.loads(bytes(submission.body))
    title = statement_text(
        _example_sentence("report", _("%(name)s: report and verdicts, %(cycle)s")),
        name=in_languages(published.organisation, "name"),
        cycle=in_languages(published.cycle, "title"),
    )
    publication = record_publication(
        actor,
        "report",
        record_name(published),
        report_publication_content(published, submission, content),
        title=title,
        languages=LANGUAGES,
        attachments=public_evidence(content),
    )
    replies = list(published.responses.filter(replaced_at=None).select_related("commitment", "report"))
    earlier = replies_before_reopening(replies)
    for response in replies:
        record_response_publication(actor, response, is_before_reopening=response.pk in earlier)
    prepare_public_report(published.organisation.slug, published.cycle.slug)
    return publication


def record_report_notice(actor: Actor, report: Report) -> Publication:
    """That a report was not filed, or that the member was exempt, with the reason."""
    sentence = (
        _("%(name)s did not file its report, %(cycle)s")
        if report.counts_as_not_filed
        else _("%(name)s need not report, %(cycle)s")
    )
    document = {
        "organisation": names_in_languages(report.organisation),
        "cycle": cycle_names(report.cycle),
        "notice": ReportState.NOT_FILED.value if report.counts_as_not_filed else report.state,
        "reason": report.exempt_reason,
    }
    title = statement_text(
        sentence, name=in_languages(report.organisation, "name"), cycle=in_languages(report.cycle, "title")
    )
    return record_publication(
        actor, "report_notice", record_name(report), document, title=title, languages=LANGUAGES
    )


def record_response_publication(
    actor: Actor, response: Response, *, is_before_reopening: bool = False
) -> Publication:
    """The member's reply beside the verdict on one commitment, or on the whole report.

    `is_before_reopening`: it is to a verdict that was another one before the review was reopened.
    """
    report, commitment = response.report, response.commitment
    document = {
        "organisation": names_in_languages(report.organisation),
        "cycle": cycle_names(report.cycle),
        "commitment": commitment.key if commitment else "",
        "text": response.text,
        "language": response.language,
        "signatory": {"name": response.signatory_name, "office": response.signatory_office},
        "signed_at": _moment(response.signed_at),
        **({"before_reopening": True} if is_before_reopening else {}),
    }
    sentence = (
        _("%(name)s replies to the verdict on commitment %(code)s, %(cycle)s")
        if commitment
        else _("%(name)s replies to the verdicts, %(cycle)s")
    )
    title = statement_text(
        sentence,
        name=in_languages(report.organisation, "name"),
        code=commitment.code if commitment else "",
        cycle=in_languages(report.cycle, "title"),
    )
    record = f"{record_name(report)}/{commitment.key if commitment else ''}"
    return record_publication(actor, "response", record, document, title=title, languages=[response.language])


def record_cycle_publication(actor: Actor, cycle: Cycle, unconfirmed: Collection[int] = ()) -> Publication:
    """That a cycle is published: its frame, and what becomes of each report that was due.

    Called before its reports, which are publications of their own: those concluded are recorded as filed, but for those
    of these numbers, which are not published with it.
    """
    reports = list(cycle.reports.select_related("organisation").order_by("organisation__slug"))
    ended = ended_memberships(reports)
    document = {
        **cycle_names(cycle),
        "charter": {"key": cycle.charter.key, "version": cycle.charter.version},
        "reports": [
            _obligation_row(report, ended.get(report.pk), is_unconfirmed=report.pk in unconfirmed)
            for report in reports
        ],
    }
    title = statement_text(_("Reporting cycle %(cycle)s is published"), cycle=in_languages(cycle, "title"))
    return record_publication(actor, "cycle", cycle.slug, document, title=title, languages=LANGUAGES)


def _obligation_row(report: Report, ended_on: date | None, *, is_unconfirmed: bool) -> dict[str, Any]:
    """`ended_on`: the day on which the membership ended, where that was before the report was due."""
    standing = standing_of(report, [report.pk] if ended_on else ())
    if report.state == ReportState.CONCLUDED and not is_unconfirmed:
        standing = Standing.LATE if report.late else Standing.FILED
    return {
        "organisation": names_in_languages(report.organisation),
        "standing": standing.value,
        "due_on": report.due_on.isoformat(),
        **({"ended_on": ended_on.isoformat()} if ended_on else {}),
    }


def refresh_public_standing(report: Report) -> None:
    """What the pages of a published cycle say of this report has changed, without a publication."""
    if report.cycle.state == CycleState.PUBLISHED:
        touch_public_revision()


def record_reference_load(actor: Actor, load: ReferenceLoad) -> Publication:
    """The reference counts of one file, with who counted and the source."""
    counts = list(load.counts.select_related("organisation", "service").order_by("pk"))
    observer = ", ".join(dict.fromkeys(count.observer for count in counts))
    document = {
        "observer": observer,
        "rows": load.rows,
        "sha256": load.sha256,
        "counts": [_reference_row(count) for count in counts],
    }
    sentence = (
        _("Independent counts withdrawn: %(observer)s")
        if all(count.is_withdrawal for count in counts)
        else _("Independent counts: %(observer)s")
    )
    title = statement_text(sentence, observer=observer)
    return record_publication(
        actor, "reference_load", load.sha256, document, title=title, languages=LANGUAGES
    )


def _reference_row(count: ReferenceCount) -> dict[str, Any]:
    """A count in the document; one without a value is withdrawn."""
    return {
        "organisation": count.organisation.slug,
        "service": count.service.slug if count.service else None,
        "indicator": count.indicator_key,
        "cell": count.cell,
        "starts_on": count.starts_on.isoformat(),
        "ends_on": count.ends_on.isoformat(),
        "value": None if count.is_withdrawal else plain_decimal(count.value),
        "observer": count.observer,
        "source": count.source,
    }


def cycle_names(cycle: Cycle) -> dict[str, Any]:
    return {
        "slug": cycle.slug,
        "title": in_languages(cycle, "title"),
        "starts_on": cycle.starts_on.isoformat(),
        "ends_on": cycle.ends_on.isoformat(),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
