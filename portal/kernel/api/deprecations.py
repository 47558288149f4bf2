"""What programs should use no more: said by one declaration on a view, in headers and in the schema."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime

from django.conf import settings
from django.http.response import HttpResponseBase


@dataclass(frozen=True, slots=True)
class Deprecation:
    """Since when an address is deprecated, when it may go, and the page that says what takes its place.

    `guide` is a path of this portal or a whole address. The policy is in docs/api/README.md.
    """

    since: date
    sunset: date | None = None
    guide: str = "/api/v1/docs/"

    def write_headers(self, response: HttpResponseBase) -> None:
        """Write `Deprecation` (RFC 9745), `Sunset` (RFC 8594), and the link to what takes its place."""
        response["Deprecation"] = f"@{int(_midnight(self.since).timestamp())}"
        if self.sunset is not None:
            response["Sunset"] = format_datetime(_midnight(self.sunset), usegmt=True)
        url = self.guide if "://" in self.guide else f"{settings.ORIGIN}{self.guide}"
        response["Link"] = f'<{url}>; rel="deprecation"; type="text/html"'


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
