"""The state table of a practice."""

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.kernel.access import Actor
from portal.kernel.workflow import Step, Workflow
from practices.content import refuse_incomplete
from practices.enums import PracticeState


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
