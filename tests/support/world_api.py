"""Places of the world as the API addresses them: below their report."""

from collections.abc import Mapping
from typing import Any


def places_of_reports(places: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """A figure, a piece of evidence and a question, each with the report that it belongs to."""
    report, reviewed = places["report"]["pk"], places["receipt"]["pk"]
    return {
        "api.figure": {"pk": report, "figure": places["report.figure"]["draft"]},
        "api.evidence": {"pk": report, "evidence": places["evidence"]["pk"]},
        "api.question": {"pk": reviewed, "question": places["question"]["pk"]},
    }
