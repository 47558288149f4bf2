"""The public record: numbered publications, their bytes, and the rows that are derived from them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from portal.kernel.access import append_only


class Publication(models.Model):
    """An immutable snapshot of something made public, by its gapless number.

    `body` holds the exact RFC 8785 bytes, the salt among them; `sha256` is the digest of these bytes.
    """

    append_only = True

    number = models.PositiveBigIntegerField(primary_key=True)
    type = models.CharField(max_length=32)
    # the record that it is a revision of: stable over revisions and over rebuilding
    record = models.CharField(max_length=200)
    revision = models.PositiveIntegerField()
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="later")
    published_at = models.DateTimeField()
    languages = ArrayField(models.CharField(max_length=8))
    title = models.JSONField(default=dict)
    body = models.BinaryField()
    salt = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64)
    link = models.CharField(max_length=64)  # of the chain: made of the link before it and `sha256`
    attachments = models.JSONField(default=list)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["type", "record", "revision"], name="publication_revision"),
        )
        # a publication is found by the digest that somebody reads on paper
        # or by the link of the chain that somebody has kept
        indexes = (
            models.Index(fields=["sha256"], name="publication_sha256"),
            models.Index(fields=["link"], name="publication_link"),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return f"No. {self.number}"


class PublicRevision(models.Model):
    """One row that moves with every change of what the public sees; caches compare it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    value = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="public_revision_single"),)

    def __str__(self) -> str:
        return str(self.value)


class ChainCheck(models.Model):
    """One row: how far the chain of publications held when it was last computed again, and where it does not."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    checked_at = models.DateTimeField(db_default=Now())
    number = models.PositiveBigIntegerField(default=0)  # of the last publication up to which it held
    link = models.CharField(max_length=64, blank=True, default="")  # of that publication, as it was then
    position = models.PositiveBigIntegerField(default=0)  # the last publication whose bytes were read
    broken_at = models.PositiveBigIntegerField(null=True)  # the first that does not hold
    broken_since = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="chain_check_single"),)

    def __str__(self) -> str:
        return f"chain up to No. {self.number}"


# the publication after which the record is read; None: the last one
_AS_OF: ContextVar[int | None] = ContextVar("record_as_of", default=None)


@contextmanager
def reading_as_of(number: int | None) -> Iterator[None]:
    """In between, what is current in a projection is what was current after this publication. For pages that read."""
    token = _AS_OF.set(number)
    try:
        yield
    finally:
        _AS_OF.reset(token)


def number_read_as_of() -> int | None:
    """The publication after which the record is read now; None: the last one."""
    return _AS_OF.get()


class ProjectionQuerySet(models.QuerySet):
    def current(self) -> "ProjectionQuerySet":
        """The rows that hold now, or that held after the publication as of which the record is read."""
        number = _AS_OF.get()
        return self.filter(valid_to__isnull=True) if number is None else self.as_of(number)

    def as_of(self, number: int) -> "ProjectionQuerySet":
        """The rows as they were after publication `number`."""
        after = models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=number)
        return self.filter(after, valid_from__lte=number)


class Projection(models.Model):
    """Base of the tables that public pages read: each row holds from one publication to another."""

    valid_from = models.PositiveBigIntegerField()
    valid_to = models.PositiveBigIntegerField(null=True, editable=False)

    objects = ProjectionQuerySet.as_manager()

    class Meta:
        abstract = True
