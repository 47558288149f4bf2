"""Reviews: verdicts, questions, findings, who reviews and who reads a second time."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class QuestionState(TextChoices):
    OPEN = "open", _("Open")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


class WaitsFor(TextChoices):
    """Whose turn it is with a report that was filed."""

    SECRETARIAT = "secretariat", _("the secretariat")
    MEMBER = "member", _("the member")
    NOBODY = "nobody", _("nobody")


class ViewedList(TextChoices):
    """The lists of which somebody can keep views."""

    REVIEWS = "reviews", _("Reviews")
    CYCLE = "cycle", _("Reports of a cycle")


class AssignmentAct(TextChoices):
    """How a report came to its reviewer, or lost them."""

    ASSIGN = "assign", _("Assigned")
    HAND_OVER = "hand_over", _("Handed over")
    TAKE_OVER = "take_over", _("Taken over")
    UNASSIGN = "unassign", _("Taken from its reviewer")


class SecondReadingState(TextChoices):
    """Of a reading that differs the reviewer or a manager settles each measure; one that agrees is over."""

    ASKED = "asked", pgettext_lazy("second reading", "Asked")
    AGREES = "agrees", pgettext_lazy("second reading", "Agrees")
    DIFFERS = "differs", pgettext_lazy("second reading", "Differs")
    SETTLED = "settled", pgettext_lazy("second reading", "Settled")
    WITHDRAWN = "withdrawn", pgettext_lazy("second reading", "Withdrawn")


UNSETTLED_READING_STATES = (SecondReadingState.ASKED, SecondReadingState.DIFFERS)


class ReadingOutcome(TextChoices):
    """How a difference between the reviewer and the second reader was settled."""

    ADOPTED = "adopted", _("The second reader’s verdict was taken over")
    KEPT = "kept", _("The first verdict was kept")


class DraftKind(TextChoices):
    """What a reviewer is writing on a page of a review and has not given yet."""

    VERDICT = "verdict", _("Verdict")
    QUESTION = "question", _("Question")
    NOTE = "note", _("Internal note")
    FINDING = "finding", _("Finding")


class FindingState(TextChoices):
    OPEN = "open", pgettext_lazy("finding", "Open")
    CARRIED = "carried", pgettext_lazy("finding", "Carried on")
    DONE = "done", pgettext_lazy("finding", "Done")
    WITHDRAWN = "withdrawn", pgettext_lazy("finding", "Withdrawn")
    DISCARDED = "discarded", pgettext_lazy("finding", "Withdrawn before the member read it")


OPEN_FINDING_STATES = (FindingState.OPEN, FindingState.CARRIED)


WITHDRAWN_FINDING_STATES = (FindingState.WITHDRAWN, FindingState.DISCARDED)


class FindingEntryKind(TextChoices):
    """What was written on a finding after it was made."""

    CLAIM = "claim", _("The member reports it done")
    CARRY = "carry", _("Carried on to a new date")
    COMPLETE = "complete", _("Recorded as done")
    REOPEN = "reopen", _("Opened again")
    EDIT = "edit", pgettext_lazy("finding", "Edited")
    REDRAFT = "redraft", _("Edited before the member read it")
    WITHDRAW = "withdraw", pgettext_lazy("finding", "Withdrawn")
    DISCARD = "discard", pgettext_lazy("finding", "Withdrawn before the member read it")


# Their text is what the finding said before.
EDIT_ENTRY_KINDS = (FindingEntryKind.EDIT, FindingEntryKind.REDRAFT)


# What is about a wording, a day or a finding that its member has not read: the secretariat's alone.
SECRETARIAT_ENTRY_KINDS = (FindingEntryKind.REDRAFT, FindingEntryKind.DISCARD)


class VerdictValue(TextChoices):
    """The Open Government Partnership scale, in order; `not due` is outside it."""

    NO_EVIDENCE = "no_evidence", _("No evidence")
    NOT_STARTED = "not_started", _("Not started")
    LIMITED = "limited", _("Limited")
    SUBSTANTIAL = "substantial", _("Substantial")
    COMPLETE = "complete", _("Complete")
    NOT_DUE = "not_due", _("Not due")


VERDICT_SCALE = (
    VerdictValue.NO_EVIDENCE,
    VerdictValue.NOT_STARTED,
    VerdictValue.LIMITED,
    VerdictValue.SUBSTANTIAL,
    VerdictValue.COMPLETE,
)
