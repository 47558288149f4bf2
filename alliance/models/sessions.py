"""Sessions as rows that know whose they are, so that a person can see and end them; also the engine that keeps them.

A session ends so many hours after signing in, whatever is done in it, and so many minutes after its last use; sooner
for people of the secretariat (`SESSION_HOURS`, `SESSION_IDLE_MINUTES`, `SESSION_IDLE_MINUTES_SECRETARIAT`). The clock
of the database decides, and who comes too late removes the row: no clock that is set back opens it again. Only the
names of the browser and the system are stored, no network address.
"""

import re
from datetime import timedelta
from typing import Any, ClassVar, cast

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models.functions import Now

from alliance.models.identity_providers import PROVIDER_KEY, SSO_FACTOR_KEY, IdentityProvider
from alliance.models.people import Person
from portal.kernel.access import ANYONE, acting_as

DEVICE_KEY = "device"
_KEY = re.compile(r"[a-z0-9]{32}")
_PERSON_KEY = "_auth_user_id"
_USE_RECORDED_EVERY = 30  # seconds; the last use is known to within this
_READ = "SELECT *, extract(epoch FROM now() - last_used_at)::float AS seconds_unused FROM alliance_session(%s, %s, %s)"


def lifetime() -> timedelta:
    """How long a session lasts, whatever is done in it."""
    return timedelta(seconds=settings.SESSION_COOKIE_AGE)


def idle_lifetime(*, of_secretariat: bool) -> timedelta:
    """How long a session lasts after its last use."""
    minutes = settings.SESSION_IDLE_MINUTES
    return timedelta(
        minutes=min(minutes, settings.SESSION_IDLE_MINUTES_SECRETARIAT) if of_secretariat else minutes
    )


class PersonSession(AbstractBaseSession):
    """One browser that is signed in, or one that is not yet. Ended by deleting the row."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="sessions")
    # through which it came, if through one: it ends when that is turned off
    identity_provider = models.ForeignKey(
        IdentityProvider, on_delete=models.CASCADE, null=True, related_name="sessions"
    )
    # whether it rests on the second factor of that provider: it ends when that is trusted no more
    has_provider_factor = models.BooleanField(default=False)
    device = models.CharField(max_length=60, blank=True, default="")
    started_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(db_default=Now())

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
        """The row of the key that the browser has sent, unless its session has ended; in one query, wherever it is
        asked for first.
        """
        limits = [idle_lifetime(of_secretariat=False), idle_lifetime(of_secretariat=True)]
        self._row = next(iter(PersonSession.objects.raw(_READ, [self.session_key, *limits])), None)
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
        """The row to save: owner and device come from the data, its moments from the row before, or from the database.

        Django would put off its end whenever something is saved in it. It is the same session under a new key, too,
        as long as the same person is signed in.
        """
        row = cast(PersonSession, super().create_model_instance(data))
        row.person_id = int(data[_PERSON_KEY]) if _PERSON_KEY in data else None
        row.device = data.get(DEVICE_KEY, "")
        row.identity_provider_id = data.get(PROVIDER_KEY)
        row.has_provider_factor = data.get(SSO_FACTOR_KEY) is True
        earlier = self._row
        if earlier is not None and self._goes_on(earlier, row):
            row.started_at, row.last_used_at = earlier.started_at, earlier.last_used_at
            row.expire_date = earlier.expire_date
        else:
            row.started_at = row.last_used_at = Now()
            row.expire_date = Now() + lifetime()
        return row

    @staticmethod
    def _goes_on(earlier: PersonSession, row: PersonSession) -> bool:
        is_same = earlier.person_id is not None or earlier.session_key == row.session_key
        return is_same and earlier.person_id == row.person_id

    def record_use(self) -> None:
        """Remember that it is in use; written at most twice in a minute."""
        row = self._row
        if row is not None and abs(getattr(row, "seconds_unused", 0.0)) > _USE_RECORDED_EVERY:
            row.last_used_at = Now()  # also for what is saved at the end of the request
            PersonSession.objects.filter(pk=self.session_key).update(last_used_at=Now())
