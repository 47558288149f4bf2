"""Questions and complaints of the public about a commitment or a member; apart, how each asker is reached."""

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import PublicQuestionKind, PublicQuestionState, Side
from alliance.models.organisations import Organisation
from alliance.models.people import Person
from portal.kernel import clock
from portal.kernel.access import visible_by
from portal.kernel.text import LANGUAGES, reader_language


class PublicQuestion(models.Model):
    """What somebody asks, of whom or about what, and the answer to it. It is outside the numbered record.

    The member whom it concerns reads it once it is forwarded to them; everybody, once it is published: for that the
    asker has to agree, the member if the answer is theirs, and the secretariat publishes it.
    """

    kind = models.CharField(_("Kind"), max_length=9, choices=PublicQuestionKind.choices)
    state = models.CharField(
        max_length=11, choices=PublicQuestionState.choices, default=PublicQuestionState.UNCONFIRMED
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="public_questions"
    )
    commitment_key = models.SlugField(_("Commitment"), max_length=60, blank=True, default="")
    text = models.TextField(_("Your question or complaint"), max_length=4000)
    language = models.CharField(max_length=8)
    asker_name = models.CharField(_("Name to be shown"), max_length=100, blank=True, default="")
    asker_agrees = models.BooleanField(default=False)  # that it is published with its answer
    asked_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True)
    forwarded_at = models.DateTimeField(null=True)  # to the member; they answer it, until it is taken back
    taken_back_at = models.DateTimeField(null=True)  # from the member, who reads this day and no more
    answer = models.TextField(max_length=4000, blank=True, default="")
    answer_language = models.CharField(max_length=8, blank=True, default="")
    answer_side = models.CharField(max_length=11, choices=Side.choices, blank=True, default="")
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    member_agrees = models.BooleanField(default=False)  # that its answer is published
    closed_at = models.DateTimeField(null=True)
    closing_reason = models.JSONField(default=dict, blank=True)  # by language, in one at least
    published_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)  # by the secretariat: it waits for no publication any more

    objects = visible_by(access.public_questions).as_manager()

    class Meta:
        ordering = ("-asked_at", "-pk")
        verbose_name = _("Question of the public")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=False) | ~models.Q(commitment_key=""),
                name="public_question_about",
            ),
        )
        indexes = (
            # the secretariat's list by state, the newest first
            models.Index(fields=["state", "-asked_at", "-id"], name="public_question_state"),
            # what concerns a member: its own list, and its public page
            models.Index(fields=["organisation", "-asked_at"], name="public_question_member"),
            # the public page of a commitment
            models.Index(
                fields=["commitment_key", "-published_at"],
                condition=models.Q(published_at__isnull=False),
                name="public_question_published",
            ),
        )

    def __str__(self) -> str:
        """No text: this goes into logs."""
        return f"public question {self.pk}"

    @property
    def kind_label(self) -> str:
        """What it is, in the reader's language."""
        return str(PublicQuestionKind(self.kind).label)

    @property
    def closing_language(self) -> str:
        """The language in which the reader gets the reason: their own where it is given in it, else another."""
        reason, own = self.closing_reason, reader_language()
        return own if own in reason else next((code for code in LANGUAGES if code in reason), "")

    @property
    def closing_text(self) -> str:
        """Why it is closed, in that language; empty while it is not closed by the secretariat."""
        return str(self.closing_reason.get(self.closing_language, ""))


class PublicQuestionContact(models.Model):
    """The e-mail of an asker: the secretariat's alone, and erased in time. Its link is here as a digest.

    One link confirms the question and later leads to its state: it holds as long as this row does.
    """

    question = models.OneToOneField(
        PublicQuestion, on_delete=models.CASCADE, primary_key=True, related_name="contact"
    )
    email = models.EmailField(_("E-mail"))
    language = models.CharField(max_length=8)
    link_sha256 = models.CharField(max_length=64, blank=True, default="")
    confirm_until = models.DateTimeField()
    bounce_code = models.CharField(
        max_length=16, blank=True, default=""
    )  # of the last letter, if it came back

    objects = visible_by(access.secretariat_only).as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("E-mail of a question of the public")
        indexes = (
            # what somebody with this address has asked: limits, and the export of their data
            models.Index(Upper("email"), name="public_question_email"),
            models.Index(
                fields=["link_sha256"], condition=~models.Q(link_sha256=""), name="public_question_link"
            ),
        )

    def __str__(self) -> str:
        """No address: this goes into logs."""
        return f"contact of public question {self.pk}"
