"""The state tables: of a practice, and of a request."""

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.kernel.access import Actor
from portal.kernel.workflow import Step, Workflow
from practices.content import refuse_incomplete
from practices.enums import PracticeState, RequestState


def _complete(actor: Actor, practice: Any) -> None:
    del actor
    refuse_incomplete(practice.draft.content)


PRACTICE = Workflow(
    "practice",
    (
        Step(
            "submit",
            (PracticeState.DRAFT,),
            PracticeState.IN_MODERATION,
            gettext_lazy("Submit to moderation"),
            needs=(_complete,),
        ),
        Step(
            "share_directly",
            (PracticeState.DRAFT,),
            PracticeState.SHARED,
            pgettext_lazy("practice", "Share"),
            needs=(_complete,),
        ),
        Step(
            "share", (PracticeState.IN_MODERATION,), PracticeState.SHARED, pgettext_lazy("practice", "Share")
        ),
        Step("return", (PracticeState.IN_MODERATION,), PracticeState.DRAFT, gettext_lazy("Return")),
        Step("retire", (PracticeState.SHARED,), PracticeState.RETIRED, gettext_lazy("Retire")),
        Step(
            "recall",
            (PracticeState.SHARED, PracticeState.RETIRED),
            PracticeState.RECALLED,
            pgettext_lazy("practice", "Recall"),
        ),
    ),
)

REQUEST = Workflow(
    "request",
    (
        Step("answer", (RequestState.OPEN,), RequestState.ANSWERED, gettext_lazy("Accept this offer")),
        Step(
            "close",
            (RequestState.OPEN, RequestState.ANSWERED),
            RequestState.CLOSED,
            pgettext_lazy("request", "Close"),
        ),
        Step(
            "reopen",
            (RequestState.ANSWERED, RequestState.CLOSED),
            RequestState.OPEN,
            pgettext_lazy("request", "Reopen"),
        ),
    ),
)
