"""What has an address: it is named there by a random key."""

import uuid

from django.db import models


class Keyed(models.Model):
    """A random key in its URL: a running number would reveal how many records one may not see."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True
