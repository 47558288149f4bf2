"""The working copies of the small alliance: complete, with evidence, and a canary in every text."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from alliance.enums import CycleState, ExtensionRequestState, FigureStatus, ReportState, UploadState
from alliance.models import (
    Answer,
    Charter,
    Cycle,
    Delegation,
    Evidence,
    ExtensionRequest,
    Figure,
    Measure,
    MeasureComment,
    MeasureConfirmation,
    MeasureVisit,
    Report,
    ReportUpload,
    SignOffRequest,
    TableMapping,
)
from alliance.report_proposals import Proposal
from alliance.validators.table_plans import TablePlan
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report
from tests.support.canaries import DRAFT_NUMBER, canary
from tests.support.working_copies import fill_report
from tests.support.world_evidence import citation_of, make_evidence

UrlKwargs = dict[str, Any]


def make_working_copy(cast: Cast, charter: Charter, places: Mapping[str, UrlKwargs]) -> dict[str, UrlKwargs]:
    """A report in draft, one awaiting sign-off: complete, with evidence, and a canary in every text."""
    draft = make_report(Cycle.objects.get(slug="2026-h1"), cast.aurora)
    awaiting = make_report(make_cycle(charter, "2025-h2", CycleState.CLOSED), cast.aurora)
    for report in (draft, awaiting):
        fill_report(cast.actor("alice"), report, text=canary("answer"))
    with acting_as(SYSTEM):
        for report in (draft, awaiting):
            text = canary("pledge-answer")
            Answer.objects.create(
                report=report,
                organisation=cast.aurora,
                pledge_record=places["own pledge"]["record"],
                text=text,
            )
        Figure.objects.update(
            note=canary("figure-note"),
            method=canary("figure-method"),
            disclosure_reason=canary("figure-reason"),
        )
        counts = Figure.objects.filter(indicator__key="content-actioned")
        counts.update(value=DRAFT_NUMBER, disclosure="secretariat")
        Answer.objects.update(disclosure_reason=canary("answer-reason"))
    later = draft.due_on + timedelta(days=1)
    Report.objects.filter(pk=draft.pk).update(extension_reason=canary("extension"), due_on=later)
    Report.objects.filter(pk=awaiting.pk).update(
        state=ReportState.AWAITING_SIGN_OFF, sign_off_requested_by=cast.alice
    )
    extension = _make_extension_requests(cast, draft, awaiting)
    measure = Measure.objects.get(charter=charter, key="search")
    evidence = make_evidence(draft, measure, "draft-evidence")
    Evidence.objects.create(
        report=draft, organisation=draft.organisation, measure=measure, kind="practice", disclosure="public",
        source="adoption", reference=citation_of(places["adoption.red"])["reference"],
    )  # fmt: skip
    MeasureConfirmation.objects.create(
        report=draft,
        organisation=draft.organisation,
        measure=measure,
        confirmed_by=cast.sven,
        confirmed_at=timezone.now(),
        digest="0" * 64,
    )
    waiting, failed, saved, table = _make_uploads(cast, draft)
    sections = _make_sections(cast, draft, measure)
    SignOffRequest.objects.create(
        report=awaiting,
        organisation=awaiting.organisation,
        message=canary("sign-off-message"),
        asked_by=cast.alice,
    )
    SignOffRequest.objects.create(
        report=draft,
        organisation=draft.organisation,
        reason=canary("sign-off-reason"),
        asked_by=cast.alice,
        outcome="returned",
        answered_by=cast.sven,
        answered_at=timezone.now(),
    )
    answer = Answer.objects.filter(report=draft).first()
    figure = Figure.objects.filter(report=draft, status=FigureStatus.REPORTED).first()
    return {
        "report": {"pk": draft.pk},
        "report.awaiting": {"pk": awaiting.pk},
        "report.measure": {"pk": draft.pk, "measure": "search"},
        "report.pledge": {"pk": draft.pk, **places["own pledge"]},
        "report.text": {"pk": draft.pk, "kind": "text", "draft": answer.pk},
        "report.figure": {"pk": draft.pk, "kind": "figure", "draft": figure.pk},
        "report.figure_details": {"pk": draft.pk, "name": f"f{figure.indicator_id}-{figure.service_id or 0}"},
        "report.field": {"pk": draft.pk, "field": f"t{answer.indicator_id}"},
        "evidence": {"pk": evidence.pk},
        "upload": {"pk": waiting.pk},
        "upload.failed": {"pk": failed.pk},
        "upload.saved": {"pk": saved.pk},
        "upload.table": {"pk": table.pk},
        "table_mapping": {"pk": _make_table_mapping(cast, draft).pk},
        "extension": {"pk": extension.pk},
        **sections,
    }


def _make_sections(cast: Cast, report: Report, measure: Measure) -> dict[str, UrlKwargs]:
    """What Sven gave Alice, and what she handed back; what she wrote to colleagues beside the measure."""
    other = Measure.objects.get(charter=measure.charter, key="speed")
    of_report: dict[str, Any] = {"report": report, "organisation": report.organisation}
    given = {**of_report, "assignee": cast.alice, "given_by": cast.sven, "note": canary("section-note")}
    day = timezone.localdate() - timedelta(days=1)
    section = Delegation.objects.create(measure=measure, due_on=day, **given)
    done = Delegation.objects.create(measure=other, due_on=day, state="done", done_at=timezone.now(), **given)
    written = {**of_report, "measure": measure, "written_by": cast.alice, "language": "en"}
    message = MeasureComment.objects.create(
        text=canary("colleague-message"),
        mentions=[cast.sven.pk],
        written_at=timezone.now() + timedelta(days=1),  # a run may last longer than a message may be edited
        **written,
    )
    settled = MeasureComment.objects.create(
        text=canary("colleague-settled"),
        state="settled",
        settled_by=cast.bob,
        settled_at=timezone.now(),
        **written,
    )
    MeasureVisit.objects.create(person=cast.bob, measure=measure, **of_report)
    return {
        "section": {"pk": section.pk},
        "section.done": {"pk": done.pk},
        "colleague_message": {"pk": message.pk},
        "colleague_message.settled": {"pk": settled.pk},
        "api.section": {"pk": report.pk, "delegation": section.pk},
        "api.section.done": {"pk": report.pk, "delegation": done.pk},
    }


def _make_uploads(cast: Cast, report: Report) -> list[ReportUpload]:
    """A file of Alice's that waits for a decision, one that cannot be taken, and one whose answers are saved."""
    proposal = Proposal(
        narrative="search-story", values={"text": canary("upload-text")}, addresses={"text": "Texts!C5"}
    )
    shared = {
        "organisation": cast.aurora,
        "person": cast.alice,
        "kind": "form",
        "size": 1,
        "sha256": "0" * 64,
    }
    moments = {"expires_at": timezone.now() + timedelta(days=7), "ready_at": timezone.now()}
    with acting_as(SYSTEM):
        return [
            ReportUpload.objects.create(
                **{
                    "report": report, "name": canary("upload-name"), "remarks": [canary("upload-remark")],
                    **(shared | moments | columns),
                }
            )
            for columns in (
                {"state": UploadState.READY, "proposals": [proposal.to_json()]},
                {"state": UploadState.FAILED, "refusal": canary("upload-refusal")},
                {"state": UploadState.SAVED, "saved_at": timezone.now(), "saved_count": 1},
                {
                    "state": UploadState.MAPPING, "kind": "table",
                    "table": {"rows": [["name", canary("table-header")], ["a", "1"]], "remarks": []},
                },
            )
        ]  # fmt: skip


def _make_table_mapping(cast: Cast, report: Report) -> TableMapping:
    """A mapping that Alice has kept for tables of another make."""
    plan = TablePlan(names={canary("mapping-plan"): "whole:"}).to_json()
    with acting_as(SYSTEM):
        return TableMapping.objects.create(
            organisation=cast.aurora, charter_key=report.charter.key, shape="0" * 64, name=canary("mapping-name"),
            plan=plan, saved_by=cast.alice,
        )  # fmt: skip


def _make_extension_requests(cast: Cast, refused: Report, waiting: Report) -> ExtensionRequest:
    """Alice asked for more time twice: for one report it was refused, for the other she waits for an answer."""
    asked = {"reason": canary("extension-asked"), "asked_by": cast.alice, "organisation": cast.aurora}
    ExtensionRequest.objects.create(
        report=refused, requested_due_on=refused.due_on + timedelta(days=7), state=ExtensionRequestState.REFUSED,
        decision_reason=canary("extension-refused"), decided_by=cast.mona, decided_at=timezone.now(), **asked,
    )  # fmt: skip
    return ExtensionRequest.objects.create(
        report=waiting, requested_due_on=waiting.due_on + timedelta(days=7), **asked
    )
