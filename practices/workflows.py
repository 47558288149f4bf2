"""The state tables: of a practice, of a request, and of an affiliation."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from alliance.enums import OrganisationKind, OrganisationState
from alliance.models import Harm, Organisation
from alliance.queries.local_dates import today
from portal.kernel.access import ANYONE, Actor
from portal.kernel.errors import DomainError
from portal.kernel.text import format_date
from portal.kernel.workflow import Step, Workflow
from practices.access import AFFILIATE_KINDS, COMMUNITY_KINDS
from practices.content import refuse_incomplete
from practices.enums import (
    WAITING_AFFILIATION_STATES,
    AffiliationState,
    OpeningState,
    PracticeKind,
    PracticeState,
    RequestState,
    TranslationState,
)


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

TRANSLATION = Workflow(
    "translation",
    (
        Step("offer", (TranslationState.DRAFT,), TranslationState.OFFERED),
        Step(
            "remove",
            (TranslationState.DRAFT,),
            TranslationState.WITHDRAWN,
            pgettext_lazy("translation", "Remove"),
        ),
        Step(
            "accept",
            (TranslationState.OFFERED,),
            TranslationState.IN_MODERATION,
            pgettext_lazy("translation", "Accept"),
        ),
        Step(
            "take_back",
            (TranslationState.IN_MODERATION,),
            TranslationState.OFFERED,
            gettext_lazy("Withdraw from moderation"),
        ),
        Step(
            "withdraw",
            (TranslationState.OFFERED, TranslationState.IN_MODERATION),
            TranslationState.WITHDRAWN,
            pgettext_lazy("translation", "Withdraw"),
        ),
        Step(
            "share",
            (TranslationState.OFFERED, TranslationState.IN_MODERATION),
            TranslationState.SHARED,
            pgettext_lazy("translation", "Share"),
        ),
        Step(
            "replace",
            (TranslationState.DRAFT, TranslationState.SHARED),
            TranslationState.REPLACED,
        ),
        Step(
            "decline",
            (TranslationState.OFFERED, TranslationState.IN_MODERATION, TranslationState.SHARED),
            TranslationState.DECLINED,
            pgettext_lazy("translation", "Decline"),
        ),
    ),
)

OPENING = Workflow(
    "opening",
    (
        Step(
            "share",
            (OpeningState.PROPOSED,),
            OpeningState.SHARED,
            pgettext_lazy("opening", "Open to the community"),
        ),
        Step("return", (OpeningState.PROPOSED,), OpeningState.RETURNED, pgettext_lazy("opening", "Return")),
        Step(
            "take_back",
            (OpeningState.PROPOSED,),
            OpeningState.TAKEN_BACK,
            pgettext_lazy("opening", "Withdraw the proposal"),
        ),
        Step("end", (OpeningState.PROPOSED,), OpeningState.ENDED),
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


# --- Affiliations ----------------------------------------------------------------------------


def require_possible_affiliate(organisation: Organisation, affiliate: Organisation) -> None:
    """Refuse two that cannot be an organisation and its affiliate now; `access.in_effect` asks the same of rows."""
    if organisation.pk == affiliate.pk:
        raise DomainError(_("Your own organisation is no affiliate of itself."), field="affiliate")
    if affiliate.kind == OrganisationKind.SECRETARIAT:
        raise DomainError(
            _("The secretariat cannot be an affiliate. It reads what names it."), field="affiliate"
        )
    if affiliate.kind not in AFFILIATE_KINDS:
        message = _(
            "%(name)s takes part in the alliance in its own right (%(kind)s), so it cannot be an affiliate."
        )
        raise DomainError(
            message % {"name": affiliate.name, "kind": affiliate.get_kind_display()}, field="affiliate"
        )
    if organisation.kind not in COMMUNITY_KINDS:
        raise DomainError(_("%(name)s cannot have affiliates.") % {"name": organisation.name})
    for row in (organisation, affiliate):
        if row.state != OrganisationState.ACTIVE:
            raise DomainError(_inactive_text(row), field="affiliate")


def _inactive_text(organisation: Organisation) -> str:
    if organisation.state == OrganisationState.SUSPENDED:
        return _("%(name)s is suspended: until it is reinstated, it neither gives nor gets access.") % {
            "name": organisation.name
        }
    if organisation.successor is not None:
        return _("%(name)s is now part of %(successor)s: choose that organisation.") % {
            "name": organisation.name,
            "successor": organisation.successor.name,
        }
    return _("%(name)s is not an active organisation of the alliance.") % {"name": organisation.name}


def _require_both_possible(actor: Actor, affiliation: Any) -> None:
    del actor
    require_possible_affiliate(affiliation.organisation, affiliation.affiliate)


def _require_in_time(actor: Actor, affiliation: Any) -> None:
    del actor
    if affiliation.lapses_on < today():
        raise DomainError(
            _("The last day for confirming this was %(day)s. It can be proposed again.")
            % {"day": format_date(affiliation.lapses_on)}
        )


def _require_another_person(actor: Actor, affiliation: Any) -> None:
    """One person must not stand for two of the three, whatever organisations they belong to."""
    if actor.person_id is not None and actor.person_id == affiliation.proposed_by_id:
        raise DomainError(
            _("You proposed this yourself for %(name)s: another person has to confirm it.")
            % {"name": affiliation.organisation.name}
        )


def _require_uninvolved(actor: Actor, affiliation: Any) -> None:
    _require_another_person(actor, affiliation)
    parties = {affiliation.organisation_id, affiliation.affiliate_id}
    if actor.person_id == affiliation.confirmed_by_id or not actor.conflicts.isdisjoint(parties):
        raise DomainError(
            _(
                "You belong, or belonged in the last two years, to one of the two organisations: another manager "
                "has to decide."
            )
        )


AFFILIATION = Workflow(
    "affiliation",
    (
        Step(
            "confirm",
            (AffiliationState.PROPOSED,),
            AffiliationState.CONFIRMED,
            pgettext_lazy("affiliation", "Confirm"),
            requirements=(_require_both_possible, _require_in_time, _require_another_person),
        ),
        Step(
            "take_back",
            (AffiliationState.CONFIRMED,),
            AffiliationState.PROPOSED,
            gettext_lazy("Take back the confirmation"),
        ),
        Step(
            "approve",
            (AffiliationState.CONFIRMED,),
            AffiliationState.IN_FORCE,
            gettext_lazy("Put in force"),
            requirements=(_require_both_possible, _require_in_time, _require_uninvolved),
        ),
        Step(
            "decline",
            WAITING_AFFILIATION_STATES,
            AffiliationState.DECLINED,
            pgettext_lazy("affiliation", "Decline"),
        ),
        Step(
            "withdraw",
            WAITING_AFFILIATION_STATES,
            AffiliationState.WITHDRAWN,
            gettext_lazy("Withdraw the proposal"),
        ),
        Step("lapse", WAITING_AFFILIATION_STATES, AffiliationState.LAPSED),
        Step(
            "end",
            (AffiliationState.IN_FORCE,),
            AffiliationState.ENDED,
            gettext_lazy("End the affiliation"),
        ),
    ),
)
