"""Questions and complaints of the public."""

from django.utils.translation import gettext_lazy as _

from alliance.enums import PublicQuestionState
from portal.kernel.workflow import Step, Workflow

_READ = (PublicQuestionState.OPEN, PublicQuestionState.ANSWERED, PublicQuestionState.CLOSED)

PUBLIC_QUESTION = Workflow(
    "public_question",
    (
        Step("confirm", (PublicQuestionState.UNCONFIRMED,), PublicQuestionState.OPEN, _("Confirm")),
        Step("answer", (PublicQuestionState.OPEN,), PublicQuestionState.ANSWERED, _("Answer")),
        Step(
            "close",
            (PublicQuestionState.OPEN, PublicQuestionState.ANSWERED),
            PublicQuestionState.CLOSED,
            _("Close"),
        ),
        Step(
            "reopen",
            (PublicQuestionState.ANSWERED, PublicQuestionState.CLOSED),
            PublicQuestionState.OPEN,
            _("Open again"),
        ),
        # the asker, by their link
        Step(
            "withdraw",
            (PublicQuestionState.UNCONFIRMED, PublicQuestionState.OPEN, PublicQuestionState.ANSWERED),
            PublicQuestionState.CLOSED,
            _("Withdraw"),
        ),
    ),
    acts={
        "forward": (PublicQuestionState.OPEN,),
        "take_back": (PublicQuestionState.OPEN,),
        "agree": (PublicQuestionState.ANSWERED, PublicQuestionState.CLOSED),
        "publish": (PublicQuestionState.ANSWERED, PublicQuestionState.CLOSED),
        "hide": _READ,
    },
)
