"""The portal's longer texts, revision by revision; who has agreed to which; and what visitors write to it."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import TextKind
from alliance.models.people import Person
from portal.kernel.access import append_only, visible_by


class SiteText(models.Model):
    """One revision of a text of the site, in Markdown, in all languages. The highest one holds."""

    append_only = True

    kind = models.CharField(_("Text"), max_length=13, choices=TextKind.choices)
    revision = models.PositiveIntegerField(_("Revision"))
    text = models.TextField(_("Text"), blank=True, default="")
    # nobody: a starting text
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = visible_by(access.site_texts).as_manager()

    class Meta:
        ordering = ("kind", "-revision")
        verbose_name = _("Text of the portal")
        constraints = (models.UniqueConstraint(fields=["kind", "revision"], name="one_text_revision"),)
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} {self.revision}"

    @property
    def is_reviewed(self) -> bool:
        """Whether a person has saved it; a starting text has no writer."""
        return self.written_by_id is not None


class Agreement(models.Model):
    """A person has agreed to one revision of a text, in the language in which they read it."""

    append_only = True

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="agreements")
    text = models.ForeignKey(SiteText, on_delete=models.PROTECT, related_name="agreements")
    language = models.CharField(max_length=8)
    agreed_at = models.DateTimeField()

    objects = visible_by(access.agreements).as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("Agreement")
        constraints = (models.UniqueConstraint(fields=["person", "text"], name="agreed_once"),)
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.person_id} to {self.text_id}"


class ContactMessage(models.Model):
    """What a visitor has written on the contact page, until it is handed to the mail server."""

    name = models.CharField(_("Full name"), max_length=150, blank=True, default="")
    email = models.EmailField(_("E-mail"))
    text = models.TextField(_("Text"))
    language = models.CharField(max_length=8)
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = visible_by(access.contact_messages).as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("Message from the contact page")

    def __str__(self) -> str:
        return str(self.pk)
