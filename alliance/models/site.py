"""The portal's own texts: its name, its banner, its contact. One row."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Site(models.Model):
    """What the portal calls itself; texts are in all languages."""

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

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="site_single"),)

    def __str__(self) -> str:
        return self.name
