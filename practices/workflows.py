"""The state tables: of a practice, and of a request."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from alliance.models import Harm
from portal.kernel.access import ANYONE, Actor
from portal.kernel.errors import DomainError
from portal.kernel.workflow import Step, Workflow
from practices.content import refuse_incomplete
from practices.enums import PracticeKind, PracticeState, RequestState


def require_complete(actor: Actor, practice: Any) -> None:
    """Everything is there without which nobody else should read it; of an alert, the day until which it holds."""
    del actor
    content = practice.draft.content
    refuse_incomplete(content)
    if not Harm.objects.visible_to(ANYONE).filter(key__in=content["harms"]).exists():
        raise DomainError(
            _("None of the chosen harms is in a charter: choose one that the practice protects from."),
            field="harms",
        )
    if content.get("kind") != PracticeKind.ALERT:
        return
    if practice.expires_on is None:
        raise DomainError(_("Enter the date until which the alert is valid."), field="expires_on")
    if practice.has_expired:
        raise DomainError(_("The alert has expired: choose a later day."), field="expires_on")


def require_readers(actor: Actor, practice: Any) -> None:
    """Sharing with named readers requires at least one name."""
    del actor
    if practice.is_named and not (
        practice.reader_people or practice.reader_organisations or practice.reader_groups
    ):
        raise DomainError(_("Choose who may read it."))


PRACTICE = Workflow(
    "practice",
    (
        Step(
            "submit",
            (PracticeState.DRAFT,),
            PracticeState.IN_MODERATION,
            gettext_lazy("Submit to moderation"),
            requirements=(require_complete,),
        ),
        Step(
            "share_directly",
            (PracticeState.DRAFT,),
            PracticeState.SHARED,
            gettext_lazy("Share the practice"),
            requirements=(require_complete, require_readers),
        ),
        Step(
            "share", (PracticeState.IN_MODERATION,), PracticeState.SHARED, gettext_lazy("Share the practice")
        ),
        Step("return", (PracticeState.IN_MODERATION,), PracticeState.DRAFT, gettext_lazy("Return")),
        Step(
            "take_back",
            (PracticeState.IN_MODERATION,),
            PracticeState.DRAFT,
            gettext_lazy("Withdraw from moderation"),
        ),
        Step("retire", (PracticeState.SHARED,), PracticeState.RETIRED, gettext_lazy("Retire")),
        Step(
            "recall",
            (PracticeState.SHARED, PracticeState.RETIRED),
            PracticeState.RECALLED,
            gettext_lazy("Recall"),
        ),
    ),
    acts={
        # a next version is added to the one that is shared, and moves no state
        "update": (PracticeState.SHARED,),
        "propose_update": (PracticeState.SHARED,),
        "share_update": (PracticeState.SHARED,),
        "return_update": (PracticeState.SHARED,),
        "take_back_update": (PracticeState.SHARED,),
        "react": (PracticeState.SHARED, PracticeState.RETIRED),
        "relate": tuple(state for state in PracticeState if state != PracticeState.RECALLED),
    },
)

REQUEST = Workflow(
    "request",
    (
        Step("answer", (RequestState.OPEN,), RequestState.ANSWERED, gettext_lazy("Accept this offer")),
        Step(
            "close",
            (RequestState.OPEN, RequestState.ANSWERED),
            RequestState.CLOSED,
            gettext_lazy("Close"),
        ),
        Step(
            "reopen",
            (RequestState.ANSWERED, RequestState.CLOSED),
            RequestState.OPEN,
            pgettext_lazy("request", "Reopen"),
        ),
    ),
    acts={"edit": (RequestState.OPEN,)},
)
