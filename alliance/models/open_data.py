"""The open data as it was built: one release for each state of the record, and its files."""

from django.db import models
from django.db.models.functions import Now


class DataRelease(models.Model):
    """All tables as of one publication; a day on which promises fall due makes another of the same number."""

    number = models.PositiveBigIntegerField()  # the last publication that is in it; 0 before the first
    as_of = models.DateTimeField(null=True)  # the moment of that publication
    version = models.CharField(max_length=10)  # of the columns
    rows = models.JSONField(default=dict)  # how many, by table
    # [{"table", "new", "changed", "corrected", "removed", "examples": [[key, …]], "columns": [name, …]}]
    changes = models.JSONField(default=list)
    built_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-number", "-pk")

    def __str__(self) -> str:
        return f"No. {self.number}"


class DataFile(models.Model):
    """One file of a release; the tables of earlier releases go, their packages stay for a while."""

    release = models.ForeignKey(DataRelease, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=80)  # at its address: `figures.csv`
    file = models.CharField(max_length=300)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=["release", "name"], name="data_file_name"),)
        indexes = (models.Index(fields=["sha256"], name="data_file_sha256"),)

    def __str__(self) -> str:
        return self.name
