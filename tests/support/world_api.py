"""Places of the world as the API addresses them: below their report."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from alliance.models import ExtensionRequest


def places_of_reports(places: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """A figure, evidence, a question, each with the report that it belongs to; steps, by what they are of."""
    report, reviewed = places["report"]["pk"], places["receipt"]["pk"]
    return {
        "api.figure": {"pk": report, "figure": places["report.figure"]["draft"]},
        "api.extension": {
            "pk": ExtensionRequest.objects.get(pk=places["extension"]["pk"]).report_id,
            "extension": places["extension"]["pk"],
        },
        "api.evidence": {"pk": report, "evidence": places["evidence"]["pk"]},
        "api.question": {"pk": reviewed, "question": places["question"]["pk"]},
        "api.review.pledge": {"pk": reviewed, "key": UUID(str(places["review.pledge"]["record"]))},
        "api.finding.edit": {"pk": places["finding.edit"]["pk"]},
        "api.finding.done": {"pk": places["finding.reopen"]["pk"]},
        "api.use": {"use": places["adoption"]["key"]},
        "api.use.red": {"use": places["adoption.red"]["key"]},
        "api.use.result": {"use": places["adoption"]["key"], "result": places["adoption.result"]["result"]},
        "api.post": {"post": places["post"]["key"]},
        "api.offer": {"offer": places["offer"]["key"]},
        "api.answer": {"post": places["post.answer"]["key"]},
        "api.correctable": {"report": places["report.published"]["pk"]},
        "api.correction.agreed": {"pk": places["correction.publish"]["pk"]},
        "api.correction.published": {"pk": places["correction.uphold_verdicts"]["pk"]},
    }
