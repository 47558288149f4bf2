"""Errors of the domain, with messages that say how to put them right."""

from collections.abc import Mapping

from django.utils.functional import Promise


class DomainError(Exception):
    """A refusal with a sentence for the person: what is wrong, and how to put it right.

    `field` names the form or serializer field that the sentence belongs to, if it belongs to one.
    """

    status = 422

    def __init__(self, message: str | Promise, *, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class Forbidden(DomainError):
    """The actor may see the object but not do this with it."""

    status = 403


class ForbiddenForReason(Forbidden):
    """It is no right that is missing: the sentence says what stands against it, and the page shows it."""


class MissingScope(Forbidden):
    """The person may do it, and the credential does not carry the scope; the sentence names the scope."""


class AssignedElsewhere(ForbiddenForReason):
    """The act is that of one person, who is somebody else now; the sentence says who."""


class WrongState(DomainError):
    """The step does not start from the state in which the object is now."""

    status = 409


class Conflict(DomainError):
    """Somebody else saved in between; `stored` and `sent` are both kept and shown."""

    status = 409

    def __init__(
        self, message: str | Promise, *, stored: object, sent: object, field: str | None = None
    ) -> None:
        super().__init__(message, field=field)
        self.stored = stored
        self.sent = sent


class Faults(DomainError):
    """Several refusals at once, each under the name of its place."""

    def __init__(self, message: str | Promise, faults: Mapping[str, str | Promise]) -> None:
        super().__init__(message)
        self.faults = dict(faults)


class Gaps(Faults):
    """Faults of what is stored already, by place in words: none is a field of the request."""
