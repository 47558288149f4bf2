"""Documents that the worker builds: their request, progress and result."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

# of a document under way that is built in steps: its file lists the parts that are built so far
MEDIA_TYPE_OF_PARTS = "application/x-document-parts+json"


class DocumentState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    BUILDING = "building", _("Building")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class DocumentQuerySet(models.QuerySet["Document"]):
    def of(self, person_id: int | None, tenant_id: int | None) -> "DocumentQuerySet":
        """The documents that this person asked for while acting for this tenant."""
        return self.filter(requested_by_id=person_id, tenant_id=tenant_id)


class Document(models.Model):
    """One document asked for by one person (nobody for public ones); the bytes are a private file."""

    # how pages are addressed: it cannot be guessed, and does not reveal how many documents there are
    key = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    kind = models.CharField(max_length=64)
    target_id = models.BigIntegerField()
    compared_id = models.BigIntegerField(null=True)  # of one that sets its target beside another of its kind
    # the last publication that may be in it, of what is made of the public record: built again later, it is the same
    as_of = models.PositiveBigIntegerField(null=True)
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=300)
    # of a kind that not everybody may have: its title is for its requester alone, in overviews and in the database
    is_restricted = models.BooleanField(default=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="documents"
    )
    tenant_id = models.BigIntegerField(null=True)
    # public documents are built once per publication and found again by this key
    cache_key = models.CharField(max_length=200, unique=True, null=True)  # noqa: DJ001 - unique among those that have one
    state = models.CharField(max_length=8, choices=DocumentState.choices, default=DocumentState.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=200, blank=True, default="")
    error = models.CharField(max_length=500, blank=True, default="")
    # where its bytes are; while it is built in steps, the list of its parts
    file = models.CharField(max_length=300, blank=True, default="")
    file_name = models.CharField(max_length=200, blank=True, default="")
    media_type = models.CharField(max_length=100, blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    about = models.CharField(max_length=300, blank=True, default="")  # what it was built of
    # digests of the stored files that were read for it: it goes where they go
    source_digests = ArrayField(models.CharField(max_length=64), default=list)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["requested_by", "tenant_id", "-id"], name="document_mine"),
            # a file that somebody has is found by its digest
            models.Index(fields=["sha256"], condition=~models.Q(sha256=""), name="document_sha256"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.target_id} ({self.language})"

    @property
    def is_for_everybody(self) -> bool:
        """Asked for by nobody in particular, and so built of what everybody may read."""
        return self.requested_by_id is None and self.tenant_id is None

    @property
    def is_open(self) -> bool:
        return self.state in (DocumentState.QUEUED, DocumentState.BUILDING)

    @property
    def is_paused(self) -> bool:
        """Built in steps, of which the first ones are done: its file lists their parts."""
        return bool(self.file) and self.media_type == MEDIA_TYPE_OF_PARTS
