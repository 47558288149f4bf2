"""The portal's own texts, and its mail server."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TextKind(TextChoices):
    """The portal's own longer texts: those of its pages, and those that somebody agrees to."""

    HOME = "home", _("Home page")
    ABOUT = "about", _("About the portal")
    PRIVACY = "privacy", _("Privacy")
    TERMS = "terms", _("Terms of use")
    ACCESSIBILITY = "accessibility", _("Accessibility")
    CONTACT = "contact", _("Contact")
    CONSENT = "consent", _("Consent of new users")
    ACCESSION = "accession", _("Signatory’s agreement")
    SUPPORTER = "supporter", _("Supporter’s agreement")
    QUESTION = "question", _("Questions and complaints")


class MailTestState(TextChoices):
    QUEUED = "queued", _("Being sent")
    SENT = "sent", _("Accepted by the mail server")
    REFUSED = "refused", _("Not sent")
