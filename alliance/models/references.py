"""Reference counts: the same quantity counted by somebody else."""

from django.db import models
from django.db.models.functions import Now

from alliance import access
from alliance.models.organisations import Organisation, Service
from portal.kernel.access import visible_by


class ReferenceLoad(models.Model):
    """One file of reference counts, loaded whole."""

    sha256 = models.CharField(max_length=64, unique=True)
    file_name = models.CharField(max_length=200)
    rows = models.PositiveIntegerField()
    loaded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = visible_by(access.references).as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.file_name


class ReferenceCount(models.Model):
    """What an observer counted for an organisation (or one of its services) in a period."""

    load = models.ForeignKey(ReferenceLoad, on_delete=models.PROTECT, related_name="counts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="reference_counts")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="reference_counts")
    indicator_key = models.SlugField(max_length=60)
    cell = models.CharField(max_length=130, blank=True, default="")
    starts_on = models.DateField()
    ends_on = models.DateField()
    value = models.DecimalField(max_digits=39, decimal_places=15)
    observer = models.CharField(max_length=120)
    source = models.CharField(max_length=300)
    # a later load of the same count replaces this row; it stays readable. A row that names itself withdraws a count.
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaces")

    objects = visible_by(access.references).as_manager()

    class Meta:
        ordering = ("organisation", "indicator_key", "starts_on")
        constraints = (
            models.UniqueConstraint(
                fields=[
                    "organisation",
                    "service",
                    "indicator_key",
                    "cell",
                    "starts_on",
                    "ends_on",
                    "observer",
                ],
                condition=models.Q(replaced_by__isnull=True),
                name="one_current_reference",
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.indicator_key} {self.starts_on}: {self.value}"

    @property
    def is_withdrawal(self) -> bool:
        """Whether the row takes the count that it replaced out of the record, and counts nothing itself.

        Its value is the one that it takes back. Until a later load counts the same again.
        """
        return self.replaced_by_id == self.pk
