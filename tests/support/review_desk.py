"""What tests of the review desk share: its addresses, what is typed there, and what is kept of it."""

from typing import Any

from django.test import Client

from alliance.enums import ReportState
from alliance.models import Report, ReviewDraft
from portal.kernel.access import SYSTEM, acting_as
from tests.alliance.web.secretariat.test_verdicts import measure_url
from tests.support.submissions import make_submission, submitted_figure

TYPED = {"value": "substantial", "reason": "Most of it,\r\nnearly.", "language": "en", "version": "0"}


def review_url(report: Report) -> str:
    return f"/secretariat/reviews/{report.pk}/"


def drafts() -> list[tuple[str, str]]:
    with acting_as(SYSTEM):
        return list(ReviewDraft.objects.order_by("pk").values_list("step", "kind"))


def typed_reason(client: Client, report: Report, key: str = "search") -> str:
    return str(client.get(measure_url(report, key)).context["form"]["reason"].value())


def shown(page: Any) -> dict[str, str]:
    """What a page posts of the drafts that it has shown."""
    posted = page.context["desk"].posted if "desk" in page.context else page.context["posted"]
    return dict(posted.digests)


def resubmit(report: Report, value: str = "164478", number: int = 2, **parts: Any) -> None:
    figures = {"search": [submitted_figure("content-actioned", value, service="aurora-kids")]}
    make_submission(report, ReportState.IN_REVIEW, number=number, figures=figures, **parts)
