"""Published reports: through the real chain for one, straight into the projections for a thousand."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from alliance.enums import CycleState, ReportState, Role, VerdictValue
from alliance.models import (
    Charter,
    Commitment,
    Cycle,
    Organisation,
    PublishedFigure,
    PublishedReport,
    PublishedVerdict,
    Report,
    Response,
    Verdict,
)
from alliance.queries.public.verdict_matrix import VERDICT_ORDER
from alliance.services.publications import record_report_publication
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, touch_public_revision
from tests.factories import make_person, make_report
from tests.support.submissions import body_of, make_submission

BY_MEASURE = Mapping[str, list[dict[str, Any]]]


def make_published_report(
    cycle: Cycle,
    organisation: Organisation,
    figures: BY_MEASURE | None = None,
    verdicts: Mapping[str, str] | None = None,
    replies: Mapping[str, str] | None = None,
    evidence: BY_MEASURE | None = None,
    language: str = "en",
    pledge_verdicts: Mapping[str, str] | None = None,
    earlier_charter: Charter | None = None,
    **parts: Any,
) -> Publication:
    """File, judge and publish a report: verdicts and replies by commitment; '' replies to all of them.

    `pledge_verdicts` are those on pledges beyond the charter, by record. The reasons of all verdicts are in `language`.
    `earlier_charter` is the version that it answers to where it is not that of the cycle.
    """
    report = make_report(cycle, organisation)
    if earlier_charter is not None:
        report.earlier_charter = earlier_charter
        with acting_as(SYSTEM):
            report.save(update_fields=["earlier_charter"])
    measures = parts.pop("measures", None) or body_of(report, figures=figures, **parts)["measures"]
    for measure in measures if evidence else ():
        measure["evidence"] = (evidence or {}).get(measure["measure"], [])
    submission = make_submission(report, ReportState.CONCLUDED, measures=measures, **parts)
    signatory = organisation.memberships.first()
    assert signatory is not None
    with acting_as(SYSTEM):
        for key, value in (verdicts or {}).items():
            commitment = Commitment.objects.get(charter=report.charter, key=key)
            _judge(report, submission, commitment, value, signatory.person, language)
        for record, value in (pledge_verdicts or {}).items():
            Verdict.objects.create(
                report=report, organisation=organisation, submission=submission, pledge_record=record, value=value,
                reason="Reason for the pledge.", language=language, given_by=signatory.person,
            )  # fmt: skip
        for key, text in (replies or {}).items():
            commitment = Commitment.objects.filter(charter=report.charter, key=key).first()
            Response.objects.create(
                report=report,
                organisation=organisation,
                commitment=commitment,
                text=text,
                language="en",
                signatory_name="Sven",
                signed_by=signatory.person,
            )
        return record_report_publication(SYSTEM, report)


def _judge(
    report: Report, submission: Any, commitment: Commitment, value: str, reviewer: Any, language: str
) -> None:
    for measure in (None, *commitment.measures.all()):
        Verdict.objects.create(
            report=report,
            organisation=report.organisation,
            submission=submission,
            commitment=commitment,
            measure=measure,
            value=value,
            reason=f"Reason for {measure.key if measure else commitment.key}.",
            language=language,
            given_by=reviewer,
        )


def make_published_cycle(cycle: Cycle) -> Cycle:
    """The cycle, published now."""
    Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.PUBLISHED, published_at=clock.now())
    cycle.refresh_from_db()
    touch_public_revision()
    return cycle


def make_published_members(
    cycle: Cycle, count: int, indicator: str = "content-actioned"
) -> list[Organisation]:
    """Many members, each with a published report, verdicts, a figure and a publication of its own."""
    now = timezone.now()
    begin = Organisation.objects.count()
    slugs = [f"member-{begin + number:05}" for number in range(count)]
    members = Organisation.objects.bulk_create(
        Organisation(slug=slug, name_en=slug, name_ru=slug, kind="member", state="active") for slug in slugs
    )
    keys = list(Commitment.objects.filter(charter=cycle.charter).values_list("key", flat=True))
    rows = [
        {"valid_from": number, "organisation": member, "cycle": cycle}
        for number, member in enumerate(members, 1)
    ]
    counts = [len(keys) * (value == VerdictValue.LIMITED) for value in VERDICT_ORDER]
    PublishedReport.objects.bulk_create(
        PublishedReport(submitted_at=now, verdict_counts=counts, **row) for row in rows
    )
    PublishedVerdict.objects.bulk_create(
        PublishedVerdict(commitment_key=key, value=VerdictValue.LIMITED, given_at=now, **row)
        for row in rows
        for key in keys
    )
    PublishedFigure.objects.bulk_create(
        PublishedFigure(indicator_key=indicator, status="reported", value=Decimal(12), **row) for row in rows
    )
    _number(count, now)
    touch_public_revision()
    return members


def _number(count: int, now: datetime) -> None:
    """So many publications more, as if each member had published something."""
    begin = Publication.objects.count()
    Publication.objects.bulk_create(
        Publication(
            number=begin + number,
            type="pledge",
            record=f"record-{begin + number}",
            revision=1,
            published_at=now,
            languages=["en"],
            title={"en": f"Pledge {number}", "ru": f"Обязательство {number}"},
            body=b'{"document":{"text":"","organisation":{"slug":"member-00001"}}}',
            salt="0" * 32,
            sha256="0" * 64,
        )
        for number in range(1, count + 1)
    )


def with_signatory(organisation: Organisation) -> Organisation:
    """The organisation with somebody who can sign, so that `make_published_report` can file for it."""
    make_person("Sven", organisation, Role.SIGNATORY)
    return organisation
