"""Comments that partners are invited to give."""

from django.utils.translation import gettext_lazy as _

from alliance.enums import InvitedCommentState
from portal.kernel.workflow import Step, Workflow

_OPEN = (InvitedCommentState.OPEN,)
_GIVEN = (InvitedCommentState.ANSWERED,)

INVITED_COMMENT = Workflow(
    "invited_comment",
    (
        Step("give", _OPEN, InvitedCommentState.ANSWERED, _("Give the comment")),
        Step("decline", _OPEN, InvitedCommentState.DECLINED, _("Decline")),
        # a comment that is given, too: the secretariat answers for what stands on the public pages
        Step("withdraw", _OPEN + _GIVEN, InvitedCommentState.WITHDRAWN, _("Withdraw the invitation")),
    ),
    # each side lets the comment be public, or no longer; the secretariat where nobody could agree for the member
    acts={"partner_agree": _GIVEN, "member_agree": _GIVEN, "publish": _GIVEN},
)
