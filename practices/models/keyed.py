"""What has an address: it is named there by a random key."""

import uuid

from django.db import models


class Keyed(models.Model):
    """Its address is a random key: a running number would tell how many there are that one may not see."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True
