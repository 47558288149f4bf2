"""Readers without an account who follow a part of the public record by e-mail."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import LetterPace
from portal.kernel import clock
from portal.kernel.access import visible_by


class Subscriber(models.Model):
    """An address to which letters about the public record go; nobody reads it in the portal.

    It is removed with its last subscription. The link in its letters is here as a digest. How far a letter reaches is
    written before it is sent (`letter_*`), so that another try says the same; `last_*` is how far the last one reached.
    """

    email = models.EmailField(_("E-mail"), unique=True)  # in small letters
    language = models.CharField(max_length=8)
    pace = models.CharField(max_length=6, choices=LetterPace.choices, default=LetterPace.DAILY)
    created_at = models.DateTimeField(default=clock.now)
    link_sha256 = models.CharField(max_length=64, unique=True)
    # the day of the last letter, or of that on which there was nothing to say
    last_on = models.DateField(null=True)
    # the last publication and the moment that it spoke of
    last_number = models.PositiveBigIntegerField(default=0)
    last_moment = models.DateTimeField(default=clock.now)
    # the same of the letter that is on its way
    letter_on = models.DateField(null=True)
    letter_number = models.PositiveBigIntegerField(null=True)
    letter_moment = models.DateTimeField(null=True)
    bounce_code = models.CharField(
        max_length=16, blank=True, default=""
    )  # of the last letter, if it came back
    bounces = models.PositiveSmallIntegerField(default=0)  # letters in a row that came back

    objects = visible_by(access.subscribers).as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("Follower of the record by e-mail")
        indexes = (
            # who is due, and whom nothing keeps
            models.Index(fields=["pace", "last_on"], name="subscriber_due"),
        )

    def __str__(self) -> str:
        """No address: this goes into logs."""
        return f"subscriber {self.pk}"


class Subscription(models.Model):
    """One subject that somebody follows: nothing is sent about it before its address is confirmed.

    `kind` and `key` name it as its page does; `titles` is what it was called in the last letter.
    """

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="subscriptions")
    kind = models.SlugField(max_length=20)
    key = models.CharField(max_length=300)
    titles = models.JSONField(default=dict)  # by language
    # as asked for; the subscriber's own from the confirmation on
    language = models.CharField(max_length=8)
    pace = models.CharField(max_length=6, choices=LetterPace.choices)
    asked_at = models.DateTimeField(default=clock.now)
    link_sha256 = models.CharField(max_length=64, unique=True)
    confirm_until = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    # what was published up to then is no news
    from_number = models.PositiveBigIntegerField(default=0)

    objects = visible_by(access.subscribers).as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("Subscription to a part of the record")
        constraints = (models.UniqueConstraint(fields=["subscriber", "kind", "key"], name="subscribed_once"),)
        indexes = (
            # those that were not confirmed in time
            models.Index(
                fields=["confirm_until"],
                condition=models.Q(confirmed_at__isnull=True),
                name="subscription_unconfirmed",
            ),
        )

    def __str__(self) -> str:
        """No address: this goes into logs."""
        return f"subscription {self.pk}"
