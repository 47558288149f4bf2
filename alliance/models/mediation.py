"""Comments of third parties: a partner that the secretariat invites says something about one measure of a report."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import InvitedCommentState
from alliance.models.charters import Measure
from alliance.models.cycles import Cycle
from alliance.models.organisations import Organisation
from alliance.models.people import Person
from alliance.models.reports import Report
from portal.kernel import clock
from portal.kernel.access import visible_by


class InvitedComment(models.Model):
    """An invitation to a partner, what the secretariat asks, and the comment.

    The partner sees no more of the report than the public does. The member whose report it is reads a comment once it
    is given; everybody, once the partner and the member have both agreed, or the secretariat has published it for a
    member without a signatory who has access.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="invited_comments")
    # of the report, which neither the partner nor the public may read
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # the member
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="+")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invited_comments")
    state = models.CharField(
        max_length=9, choices=InvitedCommentState.choices, default=InvitedCommentState.OPEN
    )
    question = models.TextField(_("What you ask"), max_length=2000)
    language = models.CharField(max_length=8)
    due_on = models.DateField()
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=clock.now)
    text = models.TextField(_("Comment"), max_length=4000, blank=True, default="")
    text_language = models.CharField(max_length=8, blank=True, default="")
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(null=True)
    reason = models.TextField(max_length=2000, blank=True, default="")  # of declining, or of withdrawing it
    partner_agrees = models.BooleanField(default=False)  # that the comment is public
    member_agrees = models.BooleanField(default=False)
    # the secretariat published it: nobody who could agree for the member had access
    published_without_member_at = models.DateTimeField(null=True)

    objects = visible_by(access.invited_comments).as_manager()

    class Meta:
        ordering = ("due_on", "id")
        verbose_name = _("Invited comment")
        constraints = (
            # one partner is asked once about the same, until it has answered
            models.UniqueConstraint(
                fields=["report", "measure", "partner"],
                condition=models.Q(state=InvitedCommentState.OPEN),
                name="one_open_invited_comment",
            ),
        )
        indexes = (
            # the secretariat's list of what waits, by date
            models.Index(fields=["state", "due_on"], name="invited_comment_state_due"),
            # a partner's own, and those about a member
            models.Index(fields=["partner", "state"], name="invited_comment_partner"),
            models.Index(fields=["organisation", "state"], name="invited_comment_member"),
        )

    def __str__(self) -> str:
        """No text: this goes into logs."""
        return f"invited comment {self.pk}"

    @property
    def is_public(self) -> bool:
        """Whether everybody reads it."""
        is_released = self.member_agrees or self.published_without_member_at is not None
        return self.state == InvitedCommentState.ANSWERED and self.partner_agrees and is_released

    @property
    def is_public_without_member(self) -> bool:
        """Whether everybody reads it although the member has not agreed."""
        return self.is_public and not self.member_agrees
