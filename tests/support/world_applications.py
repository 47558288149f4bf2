"""Applications for membership: one that waits for the secretariat, with a question that was answered."""

from typing import Any

from alliance.enums import ApplicationEntryKind, ApplicationState
from alliance.models import ApplicationEntry, MembershipApplication
from portal.kernel.access import SYSTEM, acting_as
from tests.support.canaries import canary


def make_applications() -> dict[str, dict[str, Any]]:
    """The applications of the policy table; gives back the places."""
    with acting_as(SYSTEM):
        waiting = MembershipApplication.objects.create(
            kind="member",
            state=ApplicationState.OPEN,
            name=canary("application-name"),
            services=canary("application-services"),
            reason=canary("application-reason"),
            applicant_name=canary("application-applicant"),
            applicant_office="Director",
            email=f"{canary('application-email')}@example.org",
            language="en",
        )
        ApplicationEntry.objects.create(
            application=waiting,
            kind=ApplicationEntryKind.ANSWER,
            text=canary("application-answer"),
            language="en",
        )
    return {
        "application": {"pk": waiting.pk},
        "application.ask": {"pk": waiting.pk, "action": "ask"},
        "application.admit": {"pk": waiting.pk, "action": "admit"},
        "application.decline": {"pk": waiting.pk, "action": "decline"},
    }
