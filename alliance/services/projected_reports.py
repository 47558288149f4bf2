"""One report's row in the public tables with its verdicts', from the document alone."""

from datetime import datetime
from typing import Any

from alliance.models import Cycle, Organisation, PublishedReport, PublishedVerdict
from alliance.queries.public.verdict_matrix import verdict_counts
from alliance.services.projection_keys import CycleKeys
from alliance.validators.corrections import CorrectionPlace, PublishedCorrection, last_corrections
from portal.kernel.publishing import PublicationContent


def report_rows(
    number: int, document: PublicationContent, keys: CycleKeys, *, organisation: Organisation, cycle: Cycle
) -> tuple[PublishedReport, list[PublishedVerdict]]:
    """The report and its verdicts as the public reads them from publication `number` on; nothing is stored."""
    member_and_cycle = {"organisation": organisation, "cycle": cycle}
    submitted_at = document["submission"]["submitted_at"]
    verdicts = _verdicts(number, member_and_cycle, document, keys)
    report = PublishedReport(
        valid_from=number,
        late=document["late"],
        earlier_version=keys.earlier_version,
        submitted_at=datetime.fromisoformat(submitted_at) if submitted_at else None,
        submission_sha256=document["submission"]["sha256"],
        signatory_name=document["signatory"]["name"],
        signatory_office=document["signatory"]["office"],
        answers=_answers(number, document, keys),
        evidence=_evidence(document, keys),
        verdict_counts=verdict_counts(verdicts),
        **correction_of_standing(number, document),
        **member_and_cycle,
    )
    return report, verdicts


def correction_of_standing(number: int, document: PublicationContent) -> dict[str, Any]:
    """Of a report or a notice: what was said of its filing before that was corrected."""
    last = last_corrections(document).get(CorrectionPlace.of_standing())
    return correction_columns(last, number)


def correction_columns(last: PublishedCorrection | None, number: int) -> dict[str, Any]:
    """By which publication a value was last corrected, and what it was; `number` is the one in the making."""
    if last is None or last.old is None:
        return {}
    return {"corrected_in": last.entry["publication"] or number, "was": dict(last.old)}


def _answers(number: int, document: PublicationContent, keys: CycleKeys) -> list[dict[str, Any]]:
    """The texts, each that was corrected with what it was."""
    corrections = last_corrections(document)

    def marked(row: dict[str, Any], place: CorrectionPlace) -> dict[str, Any]:
        return {**row, **correction_columns(corrections.get(place), number)}

    measured = [
        {
            **marked(answer, CorrectionPlace.of_text(answer["indicator"])),
            "indicator": indicator,
            "measure": name,
            "pledge": None,
        }
        for measure in document["measures"]
        for answer in measure["answers"]
        if (name := keys.key(measure["measure"])) and (indicator := keys.key(answer["indicator"]))
    ]
    own = [
        {
            **marked(pledge, CorrectionPlace.of_text(pledge=pledge["record"])),
            "measure": "",
            "indicator": "",
            "pledge": pledge["record"],
        }
        for pledge in document["pledges"]
    ]
    return [*measured, *own]


def _evidence(document: PublicationContent, keys: CycleKeys) -> list[dict[str, Any]]:
    return [
        {**item, "measure": name}
        for measure in document["measures"]
        for item in measure["evidence"]
        if (name := keys.key(measure["measure"]))
    ]


def _verdicts(
    number: int, member_and_cycle: dict[str, Any], document: PublicationContent, keys: CycleKeys
) -> list[PublishedVerdict]:
    corrections = last_corrections(document)
    return [
        PublishedVerdict(
            valid_from=number,
            commitment_key=commitment,
            measure_key=measure,
            pledge_record=verdict["pledge"],
            value=verdict["value"],
            reason=verdict["reason"],
            difference=verdict["difference"],
            language=verdict.get("language", ""),
            given_at=datetime.fromisoformat(verdict["given_at"]),
            **correction_columns(corrections.get(CorrectionPlace.of_verdict(verdict)), number),
            **member_and_cycle,
        )
        for verdict in document["verdicts"]
        if (commitment := keys.key(verdict["commitment"])) is not None
        and (measure := keys.key(verdict["measure"])) is not None
    ]
