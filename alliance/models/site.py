"""The site's settings: names, look, language, time zone. One row."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import MailTestState
from alliance.models.people import Person
from portal.kernel.access import visible_by


class Site(models.Model):
    """What the portal calls itself; texts are in all languages. Longer texts have revisions: models/texts.py."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(_("Name"), max_length=200)
    short_name = models.CharField(_("Short name"), max_length=80)
    # the heading of the home page; empty: the title of the charter
    headline = models.CharField(_("Home page headline"), max_length=200, blank=True, default="")
    # shown on every page and document, for example that the figures are fictional
    banner = models.CharField(_("Banner on every page and document"), max_length=300, blank=True, default="")
    # about organisations that take no part in it: nothing published may say that they do
    is_example = models.BooleanField(default=False)
    contact = models.EmailField(_("Contact"), blank=True, default="")
    # the file name of an own logo, `<sha256>.png`; empty: the sun
    logo = models.CharField(_("Logo"), max_length=70, blank=True, default="")
    # where days end at 24:00; empty: the zone of the settings file
    time_zone = models.CharField(_("Time zone"), max_length=64, blank=True, default="")
    # who letters come from; without an address that of the settings file, without a name the portal's
    sender_name = models.CharField(_("Sender’s name"), max_length=100, blank=True, default="")
    sender_address = models.EmailField(_("Sender’s address"), blank=True, default="")
    reply_to = models.EmailField(_("Address for replies"), blank=True, default="")
    # the key of the charter that supporters accede to by the public form; empty: to none
    supporters_charter = models.SlugField(max_length=60, blank=True, default="")
    version = models.PositiveIntegerField(default=1)  # moves with each change

    class Meta:
        verbose_name = _("Settings")
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="site_single"),)

    def __str__(self) -> str:
        return self.name


# What an error of this class most likely means, and what to do about it.
MAIL_ERROR_ADVICE = {
    "SMTPSenderRefused": _("The server rejects this sender: may it send for the sender’s domain?"),
    "SMTPRecipientsRefused": _("The server rejects the recipient’s address."),
    "SMTPAuthenticationError": _("The server rejects the user and password of the settings file."),
    "SMTPNotSupportedError": _(
        "The server offers no STARTTLS or no sign-in: check EMAIL_USE_TLS and the port."
    ),
    "SMTPDataError": _("The server has read the e-mail and refused it."),
    "SMTPServerDisconnected": _("The server closed the connection: it may require TLS or be overloaded."),
    "ConnectionRefusedError": _("No answer: check EMAIL_HOST and EMAIL_PORT."),
    "TimeoutError": _("The server did not answer in time."),
    "gaierror": _("There is no server of that name: check EMAIL_HOST."),
}


class MailTest(models.Model):
    """A letter that a manager has sent to their own address to see whether letters leave at all."""

    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(db_default=Now(), editable=False)
    state = models.CharField(max_length=7, choices=MailTestState.choices, default=MailTestState.QUEUED)
    error = models.CharField(
        max_length=80, blank=True, default=""
    )  # the class of the error, and the server's code
    ended_at = models.DateTimeField(null=True)

    objects = visible_by(access.secretariat_only).as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("Test e-mail")

    def __str__(self) -> str:
        return f"{self.requested_at:%Y-%m-%d %H:%M} {self.state}"

    @property
    def advice(self) -> str:
        """What to look at when the letter did not leave, by the class of the error."""
        advice = next((text for name, text in MAIL_ERROR_ADVICE.items() if self.error.startswith(name)), "")
        return str(advice or _("Check the settings of the mail server and the worker’s log."))
