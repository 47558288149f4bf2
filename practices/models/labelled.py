"""What carries a label: whose it is, who wrote it, and whom it names as readers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.models import Organisation
from practices.enums import NAMED_LABELS, Label


def ids() -> ArrayField:
    return ArrayField(models.BigIntegerField(), default=list, blank=True)


def names() -> ArrayField:
    """People as `access.named` writes them."""
    return ArrayField(models.CharField(max_length=41), default=list, blank=True)


class Labelled(models.Model):
    """Readers are kept in arrays, so that seeing takes no join and the row-level policy reads the row alone."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="%(class)ss")
    author_people = names()
    label = models.CharField(_("label"), max_length=12, choices=Label.choices, default=Label.AMBER_STRICT)
    reader_people = names()
    reader_organisations = ids()
    reader_groups = ids()

    class Meta:
        abstract = True

    @property
    def is_named(self) -> bool:
        """Whether its readers are named, so that nobody else may learn that it exists."""
        return self.label in NAMED_LABELS
