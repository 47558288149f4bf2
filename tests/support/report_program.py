"""A person's program at one report: requests to the API below the report's address."""

from typing import Any

from django.test import Client

from alliance.models import Report
from portal.kernel.access import SYSTEM, acting_as
from tests.support.bearers import token_of

COUNT = {"indicator": "content-actioned", "service": "aurora-kids"}


class ReportProgram:
    """Sends requests with the person's token; a body that is a text goes as it is, with the given type."""

    def __init__(self, person: Any, report: Report) -> None:
        self.token, self.client = token_of(person), Client()
        self.url = f"/api/v1/workspace/reports/{report.pk}/"

    def __call__(self, method: str, path: str = "", body: Any = None, **headers: str) -> Any:
        all_headers = {"Authorization": f"Bearer {self.token}", **headers}
        kind = all_headers.pop("Content-Type", "application/json")
        options = {} if method == "get" else {"data": body or {}, "content_type": kind}
        return getattr(self.client, method)(self.url + path, headers=all_headers, **options)

    def signed(self) -> dict[str, str]:
        """What it sends to submit the report as it is now: the statement, and what it has read."""
        shown = self("get", "check/").json()["shown"]
        return {"statement": self("get").json()["statement"], "shown": shown}

    def send(self, path: str, **form: Any) -> Any:
        """Post a form, with a file in it."""
        return self.client.post(self.url + path, form, headers={"Authorization": f"Bearer {self.token}"})


def stored_rows(model: Any) -> list[Any]:
    """All rows of a model, oldest first."""
    with acting_as(SYSTEM):
        return list(model.objects.order_by("pk"))


def faults(answer: Any) -> list[tuple[str, str]]:
    """What a refusal names: pointers with their sentences."""
    return [(fault["pointer"], fault["detail"]) for fault in answer.json()["errors"]]


def answer_data(text: str) -> dict[str, str]:
    """The body that saves a text in English."""
    return {"text": text, "language": "en"}
