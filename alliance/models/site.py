"""What the portal calls itself, how it looks and speaks, and in which time zone its days end. One row."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import MailTestState
from alliance.models.people import Person
from portal.kernel.access import seen_by


class Site(models.Model):
    """What the portal calls itself; texts are in all languages. Longer texts have revisions: models/texts.py."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=80)
    # what the home page says first; empty: the title of the charter
    headline = models.CharField(_("headline"), max_length=200, blank=True, default="")
    # shown on every page and document, for example that the figures are fictional
    banner = models.CharField(_("banner"), max_length=300, blank=True, default="")
    # about bodies that take no part in it: nothing that is published may say that they do
    is_example = models.BooleanField(default=False)
    contact = models.EmailField(_("contact"), blank=True, default="")
    # the file name of an own mark, `<sha256>.png`; empty: the sun
    mark = models.CharField(_("mark"), max_length=70, blank=True, default="")
    # where days end at 24:00; empty: the zone of the settings file
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    # who letters come from; empty: the sender of the settings file
    sender_name = models.CharField(_("sender’s name"), max_length=100, blank=True, default="")
    sender_address = models.EmailField(_("sender’s address"), blank=True, default="")
    reply_to = models.EmailField(_("address for replies"), blank=True, default="")
    version = models.PositiveIntegerField(default=1)  # moves with each change

    class Meta:
        verbose_name = _("settings")
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="site_single"),)

    def __str__(self) -> str:
        return self.name


# What an error of this class most likely means, and what to do about it.
MAIL_FAULTS = {
    "SMTPSenderRefused": _("The server does not take this sender: may it send for the sender’s domain?"),
    "SMTPRecipientsRefused": _("The server does not take the address that the letter goes to."),
    "SMTPAuthenticationError": _("The server does not take the user and password of the settings file."),
    "SMTPNotSupportedError": _(
        "The server offers no STARTTLS, or no sign-in: look at EMAIL_USE_TLS and the port."
    ),
    "SMTPDataError": _("The server has read the letter and refused it."),
    "SMTPServerDisconnected": _("The server hung up: it may want TLS, or is overloaded."),
    "ConnectionRefusedError": _("Nobody answers there: look at EMAIL_HOST and EMAIL_PORT."),
    "TimeoutError": _("The server did not answer in time."),
    "gaierror": _("There is no server of that name: look at EMAIL_HOST."),
}


class MailTest(models.Model):
    """A letter that a manager has sent to their own address to see whether letters leave at all."""

    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    state = models.CharField(max_length=7, choices=MailTestState.choices, default=MailTestState.OWED)
    fault = models.CharField(
        max_length=80, blank=True, default=""
    )  # the class of the error, and the server's code
    ended_at = models.DateTimeField(null=True)

    objects = seen_by(access.mail_tests).as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("test letter")

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M} {self.state}"

    @property
    def advice(self) -> str:
        """What to look at when the letter did not leave, by the class of the error."""
        found = next((words for name, words in MAIL_FAULTS.items() if self.fault.startswith(name)), "")
        return str(found or _("Look at the settings of the mail server and at the worker’s log."))
