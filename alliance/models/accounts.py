"""What happens to an account: a change of its address, and what the secretariat has decided about it."""

from django.db import models

from alliance import access
from alliance.enums import AccountDecisionKind
from alliance.models.people import Person
from portal.kernel import clock
from portal.kernel.access import visible_by


class EmailChange(models.Model):
    """A requested change of address: confirmed at both, or cancelled at the old one.

    The tokens are only in the letters, their digests are here. Over when `ended_at` is set; done when `done_at` is.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="email_changes")
    old_email = models.EmailField()
    new_email = models.EmailField()
    old_sha256 = models.CharField(max_length=64, unique=True)
    new_sha256 = models.CharField(max_length=64, unique=True)
    requested_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    old_confirmed_at = models.DateTimeField(null=True)
    new_confirmed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = visible_by(access.email_changes).as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(ended_at__isnull=True), name="one_open_email_change"
            ),
        )

    def __str__(self) -> str:
        """No address: this goes into logs."""
        return f"change of address of {self.person_id}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.expires_at > clock.now()


class ErasureConfirmation(models.Model):
    """Where the last letter to an erased person goes, and in which language; gone once a mail server has taken it."""

    email = models.EmailField()
    name = models.CharField(max_length=150)
    language = models.CharField(max_length=8)
    time_format = models.CharField(max_length=2)
    erased_at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.erasure_confirmations).as_manager()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        """No address: this goes into logs."""
        return str(self.pk)


class AccountDecision(models.Model):
    """What the secretariat has decided about somebody's account, and why; read by the secretariat alone."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="account_decisions")
    kind = models.CharField(max_length=13, choices=AccountDecisionKind.choices)
    reason = models.TextField(max_length=2000)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.secretariat_only).as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"
