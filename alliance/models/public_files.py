"""The files that were made of the public record, by their digests: whoever has one can ask what it is."""

from django.db import models
from django.db.models.functions import Now


class PublicFile(models.Model):
    """A file that everybody could take. The row stays when the file is replaced, withheld or gone."""

    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)  # of the document, or one of `FileKind`
    number = models.PositiveBigIntegerField()  # the publication that it is made of; 0 of the open data
    as_of = models.PositiveBigIntegerField()  # the last publication that is in it
    language = models.CharField(max_length=8, blank=True, default="")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField(default=0)
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=["sha256", "kind", "name", "number"], name="public_file_once"),
        )
        indexes = (
            models.Index(fields=["number"], name="public_file_of"),
            models.Index(fields=["name", "-id"], name="public_file_name"),
        )

    def __str__(self) -> str:
        return self.name
