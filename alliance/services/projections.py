"""From publications to the rows that public pages read; each projector needs the document alone."""

from datetime import datetime
from typing import Any

from alliance.figure_fields import filed_figures
from alliance.models import (
    Cycle,
    Organisation,
    PublishedFigure,
    PublishedPledge,
    PublishedReport,
    PublishedResponse,
    PublishedTotal,
    PublishedVerdict,
    Service,
    TimelineEntry,
)
from portal.kernel.publishing import Publication, PublicationContent, projects, register_projection, supersede

register_projection(
    PublishedReport,
    PublishedFigure,
    PublishedTotal,
    PublishedVerdict,
    PublishedResponse,
    PublishedPledge,
    TimelineEntry,
)


def add_timeline_entry(publication: Publication, kind: str, **values: Any) -> None:
    """One entry of the public timeline."""
    TimelineEntry.objects.create(
        valid_from=publication.number,
        kind=kind,
        at=publication.published_at,
        title=publication.title,
        **values,
    )


def _organisation(document: PublicationContent) -> Organisation:
    return Organisation.objects.get(slug=document["organisation"]["slug"])


def _member_and_cycle(document: PublicationContent) -> dict[str, Any]:
    """The member and the cycle that the rows belong to."""
    return {
        "organisation": _organisation(document),
        "cycle": Cycle.objects.get(slug=document["cycle"]["slug"]),
    }


@projects("charter")
def project_charter(publication: Publication, document: PublicationContent) -> None:
    add_timeline_entry(
        publication, "charter", detail={"key": document["key"], "version": document["version"]}
    )


@projects("organisation")
def project_organisation(publication: Publication, document: PublicationContent) -> None:
    detail = {"state": document["state"], "reason": document["reason"]}
    add_timeline_entry(publication, "organisation", organisation=_organisation(document), detail=detail)


@projects("accession")
def project_accession(publication: Publication, document: PublicationContent) -> None:
    detail = {"charter": document["charter"], "signatory": document["signatory"], "state": document["state"]}
    add_timeline_entry(publication, "accession", organisation=_organisation(document), detail=detail)


@projects("pledge")
def project_pledge(publication: Publication, document: PublicationContent) -> None:
    organisation = _organisation(document)
    supersede(PublishedPledge, publication, record=document["record"])
    PublishedPledge.objects.create(
        valid_from=publication.number,
        organisation=organisation,
        record=document["record"],
        revision=document["pledge_revision"],
        state=document["state"],
        commitment_key=document["commitment"],
        title=document["title"],
        text=document["text"],
        language=document["language"],
        services=document["services"],
        measures=document["measures"],
        targets=document["targets"],
        signatory_name=document["signatory"]["name"],
        signatory_office=document["signatory"]["office"],
        signed_at=datetime.fromisoformat(document["signed_at"]),
        ended_reason=document["reason"],
    )
    detail = {"record": document["record"], "state": document["state"]}
    add_timeline_entry(
        publication, "pledge", organisation=organisation, commitment_key=document["commitment"], detail=detail
    )


@projects("report")
def project_report(publication: Publication, document: PublicationContent) -> None:
    member_and_cycle = _member_and_cycle(document)
    for model in (PublishedReport, PublishedFigure, PublishedTotal, PublishedVerdict):
        supersede(model, publication, **member_and_cycle)
    number, submitted_at = publication.number, document["submission"]["submitted_at"]
    PublishedReport.objects.create(
        valid_from=number,
        late=document["late"],
        submitted_at=datetime.fromisoformat(submitted_at) if submitted_at else None,
        submission_sha256=document["submission"]["sha256"],
        signatory_name=document["signatory"]["name"],
        signatory_office=document["signatory"]["office"],
        answers=_answers(document),
        evidence=_evidence(document),
        **member_and_cycle,
    )
    PublishedFigure.objects.bulk_create(_figures(number, member_and_cycle, document))
    PublishedTotal.objects.bulk_create(_totals(number, member_and_cycle, document))
    PublishedVerdict.objects.bulk_create(_verdicts(number, member_and_cycle, document))
    add_timeline_entry(
        publication, "report", detail={"verdicts": len(document["verdicts"])}, **member_and_cycle
    )


def _answers(document: PublicationContent) -> list[dict[str, Any]]:
    measured = [
        {**answer, "measure": measure["measure"], "pledge": None}
        for measure in document["measures"]
        for answer in measure["answers"]
    ]
    own = [
        {**pledge, "measure": "", "indicator": "", "pledge": pledge["record"]}
        for pledge in document["pledges"]
    ]
    return [*measured, *own]


def _evidence(document: PublicationContent) -> list[dict[str, Any]]:
    return [
        {**item, "measure": measure["measure"]}
        for measure in document["measures"]
        for item in measure["evidence"]
    ]


def _figures(
    number: int, member_and_cycle: dict[str, Any], document: PublicationContent
) -> list[PublishedFigure]:
    slugs = [service["slug"] for service in document["services"]]
    services = {service.slug: service for service in Service.objects.filter(slug__in=slugs)}
    return [
        PublishedFigure(
            valid_from=number,
            service=services.get(figure.place.service or ""),
            indicator_key=figure.place.indicator,
            cell=figure.place.cell,
            withheld=figure.withheld,
            **figure.values.as_columns(),
            **member_and_cycle,
        )
        for figure in filed_figures(document)
    ]


def _totals(
    number: int, member_and_cycle: dict[str, Any], document: PublicationContent
) -> list[PublishedTotal]:
    return [
        PublishedTotal(
            valid_from=number,
            indicator_key=total["indicator"],
            **{name: total[name] for name in ("cell", "withheld", "value", "parts", "of")},
            **member_and_cycle,
        )
        for total in document["totals"]
    ]


def _verdicts(
    number: int, member_and_cycle: dict[str, Any], document: PublicationContent
) -> list[PublishedVerdict]:
    return [
        PublishedVerdict(
            valid_from=number,
            commitment_key=verdict["commitment"],
            measure_key=verdict["measure"],
            pledge_record=verdict["pledge"],
            value=verdict["value"],
            reason=verdict["reason"],
            difference=verdict["difference"],
            language=verdict.get("language", ""),
            given_at=datetime.fromisoformat(verdict["given_at"]),
            **member_and_cycle,
        )
        for verdict in document["verdicts"]
    ]


@projects("report_notice")
def project_report_notice(publication: Publication, document: PublicationContent) -> None:
    member_and_cycle = _member_and_cycle(document)
    supersede(PublishedReport, publication, **member_and_cycle)
    PublishedReport.objects.create(
        valid_from=publication.number,
        notice=document["notice"],
        reason=document["reason"],
        **member_and_cycle,
    )
    add_timeline_entry(
        publication, "report_notice", detail={"notice": document["notice"]}, **member_and_cycle
    )


@projects("response")
def project_response(publication: Publication, document: PublicationContent) -> None:
    member_and_cycle = _member_and_cycle(document)
    supersede(PublishedResponse, publication, commitment_key=document["commitment"], **member_and_cycle)
    PublishedResponse.objects.create(
        valid_from=publication.number,
        commitment_key=document["commitment"],
        text=document["text"],
        language=document["language"],
        signatory_name=document["signatory"]["name"],
        signatory_office=document["signatory"]["office"],
        signed_at=datetime.fromisoformat(document["signed_at"]),
        **member_and_cycle,
    )
    add_timeline_entry(publication, "response", commitment_key=document["commitment"], **member_and_cycle)


@projects("cycle")
def project_cycle(publication: Publication, document: PublicationContent) -> None:
    add_timeline_entry(publication, "cycle", cycle=Cycle.objects.get(slug=document["slug"]))


@projects("reference_load")
def project_reference_load(publication: Publication, document: PublicationContent) -> None:
    add_timeline_entry(
        publication, "reference_load", detail={"rows": document["rows"], "observer": document["observer"]}
    )
