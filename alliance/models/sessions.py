"""Sessions as rows that know whose they are, so that a person can see and end them; also the engine that keeps them.

A session ends `LIFETIME` after signing in, whatever is done in it, and `IDLE_LIFETIME` after its last use. Only the
names of the browser and the system are stored, no network address.
"""

import re
from datetime import datetime, timedelta
from typing import Any, ClassVar, cast

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from alliance.models.identity_providers import PROVIDER_KEY, IdentityProvider
from alliance.models.people import Person
from portal.kernel.access import ANYONE, acting_as

DEVICE_KEY = "device"
LIFETIME = timedelta(seconds=settings.SESSION_COOKIE_AGE)
IDLE_LIFETIME = timedelta(hours=4)
_KEY = re.compile(r"[a-z0-9]{32}")
_PERSON_KEY = "_auth_user_id"
_USE_RECORDED_EVERY = timedelta(minutes=5)  # the last use is known to within this


class PersonSession(AbstractBaseSession):
    """One browser that is signed in, or one that is not yet. Ended by deleting the row."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="sessions")
    # through which it came, if through one: it ends when that is turned off
    identity_provider = models.ForeignKey(
        IdentityProvider, on_delete=models.CASCADE, null=True, related_name="sessions"
    )
    device = models.CharField(max_length=60, blank=True, default="")
    started_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = BaseSessionManager()

    @classmethod
    def get_session_store_class(cls) -> "type[SessionStore]":
        return SessionStore


class KnownDevice(models.Model):
    """A browser in which the person has signed in before, known by the digest of what its cookie holds.

    Whoever guesses elsewhere does not stop them there. A browser that several people use has a row for each.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="known_devices")
    sha256 = models.CharField(max_length=64)
    device = models.CharField(max_length=60, blank=True, default="")
    first_used_at = models.DateTimeField(db_default=Now(), editable=False)
    last_used_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("-last_used_at", "-pk")
        constraints = (models.UniqueConstraint(fields=["person", "sha256"], name="known_device_once"),)

    def __str__(self) -> str:
        return f"device {self.pk} of {self.person_id}"


class SessionStore(DatabaseStore):
    """The database engine of sessions, over our own rows."""

    _row: PersonSession | None = None

    def _validate_session_key(self, key: str | None) -> bool:
        """Whatever a cookie says that is no key is not looked for."""
        return bool(key and _KEY.fullmatch(key))

    @classmethod
    def get_model_class(cls) -> type[PersonSession]:
        return PersonSession

    def _get_session_from_db(self) -> PersonSession | None:
        """The row of the key that the browser has sent; in one query, wherever it is asked for first."""
        now = timezone.now()
        rows = PersonSession.objects.raw("SELECT * FROM alliance_session(%s, %s)", [self.session_key, now])
        self._row = next(iter(rows), None)
        if self._row and self._row.person_id and self._row.last_used_at < now - IDLE_LIFETIME:
            self._row = None
        if self._row is None:
            self._session_key: str | None = None
        return self._row

    def exists(self, session_key: str) -> bool:
        with acting_as(ANYONE, identifying=True):
            return bool(super().exists(session_key))

    def save(self, must_create: bool = False) -> None:
        """Save the row of whoever it is: after the request, when nobody acts any more."""
        with acting_as(ANYONE, identifying=True):
            super().save(must_create=must_create)

    def delete(self, session_key: str | None = None) -> None:
        with acting_as(ANYONE, identifying=True):
            super().delete(session_key)

    def create_model_instance(self, data: dict[str, Any]) -> PersonSession:
        """The row to save: owner and device come from the data, its moments from the row before.

        Django would put off its end whenever something is saved in it.
        """
        row = cast(PersonSession, super().create_model_instance(data))
        row.person_id = int(data[_PERSON_KEY]) if _PERSON_KEY in data else None
        row.device = data.get(DEVICE_KEY, "")
        row.identity_provider_id = data.get(PROVIDER_KEY)
        if self._row is not None and self._row.session_key == row.session_key:
            row.started_at, row.last_used_at = self._row.started_at, self._row.last_used_at
        row.expire_date = min(row.expire_date, row.started_at + LIFETIME)
        return row

    def record_use(self, at: datetime) -> None:
        """Remember that it is in use; written at most once in five minutes."""
        row = self._row
        if row is not None and at - row.last_used_at > _USE_RECORDED_EVERY:
            row.last_used_at = at
            PersonSession.objects.filter(pk=row.pk).update(last_used_at=at)
