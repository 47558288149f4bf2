"""Letters of the secretariat to a member: who wrote about what, when, in which words."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.models.organisations import Organisation
from alliance.models.people import Person
from portal.kernel import clock
from portal.kernel.access import visible_by


class MemberLetter(models.Model):
    """One letter to the signatories and administrators of an organisation; its organisation reads it too."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="letters")
    subject = models.CharField(_("Subject"), max_length=150)
    text = models.TextField(_("Text"), max_length=4000)
    language = models.CharField(max_length=8)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now, editable=False)

    objects = visible_by(access.own_or_secretariat).as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["organisation", "-written_at"], name="letter_to_member"),)

    def __str__(self) -> str:
        return f"letter {self.pk} to {self.organisation_id}"
