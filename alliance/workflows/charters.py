"""Charters, accessions, pledges, supporters."""

from django.utils.translation import gettext_lazy as _

from alliance.enums import AccessionState, CharterState, PledgeState, SupporterState
from portal.kernel.workflow import Step, Workflow

CHARTER = Workflow(
    "charter",
    (
        Step("put_in_force", (CharterState.DRAFT,), CharterState.IN_FORCE, _("Put in force")),
        Step("supersede", (CharterState.IN_FORCE,), CharterState.SUPERSEDED, _("Replace")),
    ),
    acts={
        "edit_mapping": (CharterState.DRAFT,),
        "correct_translation": (CharterState.IN_FORCE,),
        "check": (CharterState.DRAFT,),
        "announce": (CharterState.DRAFT,),
        "recall_announcement": (CharterState.DRAFT,),
        "plan": (CharterState.DRAFT,),
        "cancel_plan": (CharterState.DRAFT,),
        "discard": (CharterState.DRAFT,),
    },
    referenced=True,
)


ACCESSION = Workflow(
    "accession",
    (
        Step("sign", (AccessionState.DRAFT,), AccessionState.SIGNED, _("Sign")),
        Step("publish", (AccessionState.SIGNED,), AccessionState.PUBLISHED, _("Publish")),
        Step("carry_over", (AccessionState.DRAFT,), AccessionState.PUBLISHED, _("Carry over")),
        Step("end", (AccessionState.PUBLISHED,), AccessionState.ENDED, _("End")),
    ),
)


PLEDGE = Workflow(
    "pledge",
    (
        Step("sign", (PledgeState.DRAFT,), PledgeState.SIGNED, _("Sign")),
        Step("return", (PledgeState.SIGNED,), PledgeState.DRAFT, _("Return")),
        Step("publish", (PledgeState.SIGNED,), PledgeState.PUBLISHED, _("Countersign and publish")),
        Step("replace", (PledgeState.PUBLISHED,), PledgeState.REVISED, _("Replace")),
        Step("fulfil", (PledgeState.PUBLISHED,), PledgeState.FULFILLED, _("Record as fulfilled")),
        Step("withdraw", (PledgeState.PUBLISHED,), PledgeState.WITHDRAWN, _("Withdraw")),
    ),
    acts={
        "edit": (PledgeState.DRAFT,),
        "discard": (PledgeState.DRAFT,),
        "revise": (PledgeState.PUBLISHED,),
        "decide_target": (PledgeState.PUBLISHED,),
    },
)


SUPPORTER = Workflow(
    "supporter",
    (
        Step("confirm", (SupporterState.UNCONFIRMED,), SupporterState.LISTED, _("Confirm")),
        Step("hide", (SupporterState.LISTED,), SupporterState.HIDDEN, _("Hide")),
        Step("show", (SupporterState.HIDDEN,), SupporterState.LISTED, _("Show again")),
        Step(
            "end",
            (SupporterState.UNCONFIRMED, SupporterState.LISTED, SupporterState.HIDDEN),
            SupporterState.ENDED,
            _("End the accession"),
        ),
        Step("merge", (SupporterState.LISTED, SupporterState.HIDDEN), SupporterState.ENDED, _("Merge")),
        Step(
            "take_back_merger",
            (SupporterState.ENDED,),
            SupporterState.LISTED,
            _("Take the merger back"),
            other_targets=(SupporterState.HIDDEN,),
        ),
    ),
    acts={
        "correct": (SupporterState.UNCONFIRMED, SupporterState.LISTED, SupporterState.HIDDEN),
        "keep_apart": (SupporterState.LISTED, SupporterState.HIDDEN),
    },
)
