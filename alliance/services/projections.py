"""From publications to the rows that public pages read; each projector needs the document alone."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from alliance.figure_fields import filed_figures
from alliance.models import (
    Charter,
    Cycle,
    Organisation,
    PublishedFigure,
    PublishedPledge,
    PublishedReport,
    PublishedResponse,
    PublishedTarget,
    PublishedTotal,
    PublishedVerdict,
    Service,
    TimelineEntry,
    WithdrawnPublication,
)
from alliance.services.projected_reports import correction_columns, correction_of_standing, report_rows
from alliance.services.projection_keys import CycleKeys, cycle_keys
from alliance.services.target_outcomes import project_targets
from alliance.validators.corrections import (
    CorrectionPlace,
    last_corrections,
    last_total_corrections,
    targets_in,
)
from portal.kernel.publishing import Publication, PublicationContent, projects, register_projection, supersede

register_projection(
    PublishedReport,
    PublishedFigure,
    PublishedTotal,
    PublishedVerdict,
    PublishedResponse,
    PublishedPledge,
    PublishedTarget,
    WithdrawnPublication,
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


def _charter(named: PublicationContent) -> Charter:
    return Charter.objects.get(key=named["key"], version=named["version"])


def _member_and_cycle(document: PublicationContent) -> dict[str, Any]:
    """The member and the cycle that the rows belong to."""
    return {
        "organisation": _organisation(document),
        "cycle": Cycle.objects.get(slug=document["cycle"]["slug"]),
    }


def _end_withdrawal(publication: Publication) -> None:
    """A new publication of the record is what undoes a withdrawal."""
    supersede(WithdrawnPublication, publication, type=publication.type, record=publication.record)


@projects("charter")
def project_charter(publication: Publication, document: PublicationContent) -> None:
    add_timeline_entry(
        publication, "charter", detail={"key": document["key"], "version": document["version"]}
    )
    pledges = PublishedPledge.objects.current().filter(charter__key=document["key"])
    project_targets(publication, pledges.values_list("organisation_id", flat=True))


@projects("organisation")
def project_organisation(publication: Publication, document: PublicationContent) -> None:
    detail = {"state": document["state"], "reason": document["reason"]}
    add_timeline_entry(publication, "organisation", organisation=_organisation(document), detail=detail)


@projects("accession")
def project_accession(publication: Publication, document: PublicationContent) -> None:
    detail = {"charter": document["charter"], "signatory": document["signatory"], "state": document["state"]}
    add_timeline_entry(publication, "accession", organisation=_organisation(document), detail=detail)


@projects("signatures")
def project_signatures(publication: Publication, document: PublicationContent) -> None:
    add_timeline_entry(publication, "signatures", detail={"charter": document["charter"]})


@projects("pledge")
def project_pledge(publication: Publication, document: PublicationContent) -> None:
    organisation = _organisation(document)
    _end_withdrawal(publication)
    supersede(PublishedPledge, publication, record=document["record"])
    PublishedPledge.objects.create(
        valid_from=publication.number,
        organisation=organisation,
        record=document["record"],
        revision=document["pledge_revision"],
        state=document["state"],
        commitment_key=document["commitment"],
        charter=_charter(document["charter"]) if document["charter"] else None,
        title=document["title"],
        text=document["text"],
        language=document["language"],
        services=document["services"],
        measures=document["measures"],
        targets=_targets(publication.number, document),
        signatory_name=document["signatory"]["name"],
        signatory_office=document["signatory"]["office"],
        signed_at=datetime.fromisoformat(document["signed_at"]),
        ended_reason=document["reason"],
    )
    detail = {"record": document["record"], "state": document["state"], **_correction_detail(document)}
    add_timeline_entry(
        publication, "pledge", organisation=organisation, commitment_key=document["commitment"], detail=detail
    )
    project_targets(publication, [organisation.pk])


def _targets(number: int, document: PublicationContent) -> list[dict[str, Any]]:
    """The targets, each with what it was before its last correction and the publication that corrected it."""
    corrections = last_corrections(document)
    unmarked = {"corrected_in": None, "was": None}
    return [
        {**target, **unmarked, **correction_columns(corrections.get(place), number)}
        for place, target in targets_in(document).items()
    ]


@projects("report")
def project_report(publication: Publication, document: PublicationContent) -> None:
    member_and_cycle = _member_and_cycle(document)
    for model in (PublishedReport, PublishedFigure, PublishedTotal, PublishedVerdict):
        supersede(model, publication, **member_and_cycle)
    _end_withdrawal(publication)
    keys, number = cycle_keys(document, member_and_cycle["cycle"]), publication.number
    report, verdicts = report_rows(number, document, keys, **member_and_cycle)
    report.save(force_insert=True)
    PublishedFigure.objects.bulk_create(_figures(number, member_and_cycle, document, keys))
    PublishedTotal.objects.bulk_create(_totals(number, member_and_cycle, document, keys))
    PublishedVerdict.objects.bulk_create(verdicts)
    kind = "correction" if _is_correction(document) else "report"
    detail = {"verdicts": len(document["verdicts"]), **_correction_detail(document)}
    add_timeline_entry(publication, kind, detail=detail, **member_and_cycle)
    project_targets(publication, [member_and_cycle["organisation"].pk])


def _is_correction(document: PublicationContent) -> bool:
    """Whether a correction made this revision: it cannot know its own number. Else the record is public again."""
    return any(each["publication"] is None for each in document.get("corrections", ()))


def _correction_detail(document: PublicationContent) -> dict[str, Any]:
    """Of a revision that a correction made: how many values it corrected, why; on which commitments verdicts stay."""
    if not _is_correction(document):
        return {}
    entry = document["corrections"][-1]
    detail = {"corrected_values": len(entry["items"]), "reasons": entry["reason"]}
    if "upheld" in entry:
        detail["upheld_on"] = sorted({row["commitment"] for row in entry["upheld"]})
    return detail


def _figures(
    number: int, member_and_cycle: dict[str, Any], document: PublicationContent, keys: CycleKeys
) -> list[PublishedFigure]:
    slugs = [service["slug"] for service in document["services"]]
    services = {service.slug: service for service in Service.objects.filter(slug__in=slugs)}
    corrections = last_corrections(document)
    return [
        PublishedFigure(
            valid_from=number,
            service=services.get(figure.place.service or ""),
            indicator_key=key,
            cell=figure.place.cell,
            withheld=figure.withheld,
            **figure.values.as_columns(),
            **correction_columns(corrections.get(CorrectionPlace.of_figure(figure.place)), number),
            **member_and_cycle,
        )
        for figure in filed_figures(document)
        if (key := keys.series_key(figure.place.indicator))
    ]


def _totals(
    number: int, member_and_cycle: dict[str, Any], document: PublicationContent, keys: CycleKeys
) -> list[PublishedTotal]:
    corrections = last_total_corrections(document)
    return [
        PublishedTotal(
            valid_from=number,
            indicator_key=key,
            **{name: total[name] for name in ("cell", "withheld", "value", "parts", "of")},
            **correction_columns(corrections.get((total["indicator"], total["cell"])), number),
            **member_and_cycle,
        )
        for total in document["totals"]
        if (key := keys.series_key(total["indicator"]))
    ]


@projects("report_notice")
def project_report_notice(publication: Publication, document: PublicationContent) -> None:
    member_and_cycle = _member_and_cycle(document)
    _end_withdrawal(publication)
    supersede(PublishedReport, publication, **member_and_cycle)
    PublishedReport.objects.create(
        valid_from=publication.number,
        notice=document["notice"],
        reason=document["reason"],
        **correction_of_standing(publication.number, document),
        **member_and_cycle,
    )
    kind = "correction" if _is_correction(document) else "report_notice"
    detail = {"notice": document["notice"], **_correction_detail(document)}
    add_timeline_entry(publication, kind, detail=detail, **member_and_cycle)


@projects("response")
def project_response(publication: Publication, document: PublicationContent) -> None:
    member_and_cycle = _member_and_cycle(document)
    _end_withdrawal(publication)
    supersede(PublishedResponse, publication, commitment_key=document["commitment"], **member_and_cycle)
    PublishedResponse.objects.create(
        valid_from=publication.number,
        commitment_key=document["commitment"],
        text=document["text"],
        language=document["language"],
        signatory_name=document["signatory"]["name"],
        signatory_office=document["signatory"]["office"],
        signed_at=datetime.fromisoformat(document["signed_at"]),
        is_before_reopening=document.get("before_reopening", False),
        **correction_columns(
            last_corrections(document).get(CorrectionPlace.of_response(document["commitment"])),
            publication.number,
        ),
        **member_and_cycle,
    )
    add_timeline_entry(
        publication,
        "response",
        commitment_key=document["commitment"],
        detail=_correction_detail(document),
        **member_and_cycle,
    )


@projects("cycle")
def project_cycle(publication: Publication, document: PublicationContent) -> None:
    kind, cycle = (
        "correction" if _is_correction(document) else "cycle",
        Cycle.objects.get(slug=document["slug"]),
    )
    add_timeline_entry(publication, kind, cycle=cycle, detail=_correction_detail(document))
    reports = PublishedReport.objects.current().filter(cycle=cycle)
    project_targets(publication, reports.values_list("organisation_id", flat=True))


@projects("reference_load")
def project_reference_load(publication: Publication, document: PublicationContent) -> None:
    detail = {"rows": document["rows"], "observer": document["observer"]}
    if withdrawn := sum(row["value"] is None for row in document["counts"]):
        detail["withdrawn"] = withdrawn
    add_timeline_entry(publication, "reference_load", detail=detail)


@projects("withdrawal")
def project_withdrawal(publication: Publication, document: PublicationContent) -> None:
    """What is withdrawn leaves every list, total and comparison; its page reads the row of the withdrawal."""
    organisation, subject = _organisation(document), document["subject"]
    own = {"organisation": organisation}
    cycle = Cycle.objects.filter(slug=subject["cycle"] or "").first()
    if subject["type"] == "pledge":
        supersede(PublishedPledge, publication, record=subject["record"])
        supersede(TimelineEntry, publication, kind="pledge", detail__record=subject["record"], **own)
    else:
        _end_rows(publication, subject, {**own, "cycle": cycle})
    WithdrawnPublication.objects.create(
        valid_from=publication.number,
        type=subject["type"],
        record=subject["record"],
        number=subject["number"],
        at=publication.published_at,
        reason=document["reason"],
        **own,
    )
    about = {"cycle": cycle, "commitment_key": subject["commitment"], **own}
    add_timeline_entry(publication, "withdrawal", detail={"reasons": document["reason"]}, **about)
    project_targets(publication, [organisation.pk])


def _end_rows(
    publication: Publication, subject: PublicationContent, member_and_cycle: dict[str, Any]
) -> None:
    """Of a report everything, with the replies to its verdicts; of a notice or a reply that alone."""
    type_, record = subject["type"], subject["record"]
    own = Q(type=type_, record=record)
    if type_ == "response":
        reply = {**member_and_cycle, "commitment_key": subject["commitment"]}
        supersede(PublishedResponse, publication, **reply)
    elif type_ == "report_notice":
        supersede(PublishedReport, publication, notice__gt="", **member_and_cycle)
    else:
        supersede(PublishedReport, publication, notice="", **member_and_cycle)
        for model in (PublishedFigure, PublishedTotal, PublishedVerdict, PublishedResponse):
            supersede(model, publication, **member_and_cycle)
        own |= Q(type="response", record__startswith=f"{record}/")
    numbers = Publication.objects.filter(own).values("number")
    supersede(TimelineEntry, publication, valid_from__in=numbers, **member_and_cycle)
