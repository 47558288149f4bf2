"""Cycles, and the reports that are due in them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CycleState(TextChoices):
    """Each language writes a state in the gender of its word for a cycle."""

    PLANNED = "planned", _("Planned")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    PUBLISHED = "published", _("Published")


class CycleDecisionKind(TextChoices):
    """What a manager has decided about a cycle with a reason: closed early, opened again, published early."""

    CLOSE = "close", _("Closed early")
    REOPEN = "reopen", _("Reopened")
    PUBLISH = "publish", _("Published early")


class ReportState(TextChoices):
    """Each language writes a state in the gender of its word for a report."""

    DRAFT = "draft", _("Draft")
    AWAITING_SIGN_OFF = "awaiting_sign_off", _("Awaiting sign-off")
    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in_review", _("In review")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    CONCLUDED = "concluded", _("Concluded")
    PUBLISHED = "published", _("Published")
    EXEMPT = "exempt", _("Exempt")
    NOT_FILED = "not_filed", _("Not filed")


class SignOffOutcome(TextChoices):
    """What became of a request for sign-off; none yet while the report awaits it."""

    SIGNED = "signed", pgettext_lazy("request for sign-off", "Signed")
    RETURNED = "returned", pgettext_lazy("request for sign-off", "Returned")
    WITHDRAWN = "withdrawn", pgettext_lazy("request for sign-off", "Taken back")


class ReportDecisionKind(TextChoices):
    """A step back in the life of a report, taken by one side, with its reason; each is named by its step."""

    RECALL = "recall", pgettext_lazy("submission", "Recalled")
    RESUME_REVIEW = "resume_review", _("Review resumed")
    TAKE_BACK_REQUEST = "take_back_request", _("Request for changes taken back")
    REOPEN = "reopen", pgettext_lazy("review", "Reopened")


DRAFT_REPORT_STATES = (ReportState.DRAFT, ReportState.AWAITING_SIGN_OFF)


# In these states a report that was returned for changes waits for its next submission.
RETURNED_REPORT_STATES = (ReportState.CHANGES_REQUESTED, ReportState.AWAITING_SIGN_OFF)


# A report can still be filed, or filed anew.
FILEABLE_REPORT_STATES = (*DRAFT_REPORT_STATES, ReportState.CHANGES_REQUESTED, ReportState.NOT_FILED)


REVIEWABLE_REPORT_STATES = (ReportState.SUBMITTED, ReportState.IN_REVIEW)


# The member reads what its review says.
CONCLUDED_REPORT_STATES = (ReportState.CONCLUDED, ReportState.PUBLISHED)


# Somebody still has work with the report: it has been filed once, and is not public yet. Of those that await sign-off,
# only what was returned is among them.
OPEN_REVIEW_STATES = (*REVIEWABLE_REPORT_STATES, *RETURNED_REPORT_STATES, ReportState.CONCLUDED)


class Standing(TextChoices):
    """What became of the obligation to report, as the public reads it; each language in the gender of a report."""

    FILED = "filed", pgettext_lazy("report", "Filed")
    LATE = "late", pgettext_lazy("report", "Filed late")
    IN_REVIEW = "in_review", _("In review")
    DUE = "due", pgettext_lazy("report", "Not submitted yet")
    NOT_FILED = "not_filed", _("Not filed")
    EXEMPT = "exempt", _("Exempt")
    ENDED = "ended", pgettext_lazy("organisation", "Membership ended")  # before the report was due
    WITHDRAWN = "withdrawn", pgettext_lazy("report", "Withdrawn")


# Nobody had to file these.
NOT_REQUIRED_STANDINGS = (Standing.EXEMPT, Standing.ENDED)


class Gap(TextChoices):
    """Why there is no figure in a period at all: what became of the report, or that the report had no such figure."""

    NOT_FILED = "not_filed", _("Did not file")
    EXEMPT = "exempt", _("Exempt")
    ENDED = "ended", pgettext_lazy("organisation", "Membership ended")
    IN_REVIEW = "in_review", _("In review")
    DUE = "due", pgettext_lazy("report", "Not submitted yet")
    NOT_ASKED = "not_asked", _("Not asked")
    NO_REPORT = "no_report", _("No report was due")
    WITHDRAWN = "withdrawn", pgettext_lazy("report", "Withdrawn")


class ExtensionRequestState(TextChoices):
    OPEN = "open", pgettext_lazy("extension request", "Waiting for an answer")
    GRANTED = "granted", pgettext_lazy("extension request", "Granted")
    REFUSED = "refused", pgettext_lazy("extension request", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("extension request", "Withdrawn")
    # the report was filed, exempted or not filed before it was answered, or its cycle’s day moved as far
    LAPSED = "lapsed", pgettext_lazy("extension request", "Closed without an answer")


class EvidenceKind(TextChoices):
    FILE = "file", _("File")
    LINK = "link", _("Link")
    PRACTICE = "practice", _("Adopted practice")
