"""Public pages as they stood on a day: read as of the last publication before its end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse

from alliance.queries.local_dates import end_of_day, today
from alliance.queries.public.record import RecordHead, first_publication_day, head_on
from portal.kernel.publishing import reading_as_of
from portal.kernel.web import Parameter

AS_OF = Parameter("as-of", r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day as of which a page is read, and the last publication by then."""

    day: date
    head: RecordHead | None  # None: before the first
    first_day: date | None  # on which the record begins

    @property
    def number(self) -> int:
        """The number of the publication; 0 before the first."""
        return self.head.number if self.head else 0

    @property
    def is_too_early(self) -> bool:
        return self.head is None


def as_it_stood(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a page with the parameter `AS_OF` be read as of that day; of today and later it is the page itself.

    A day before the first publication shows the page of today, and says so beside the field.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        as_of = read_as_of(request.GET.get("as-of", ""))
        request.as_of = as_of  # type: ignore[attr-defined]  # for `public_page`
        with reading_as_of(as_of.number if as_of and not as_of.is_too_early else None):
            return view(request, *args, **kwargs)

    return answer


def shown_day(request: HttpRequest) -> date:
    """The day that such a page shows, which decides what is due on it and what is over."""
    return today() if is_present(request) else request.as_of.day  # type: ignore[attr-defined]  # set by `as_it_stood`


def on_the_same_day(request: HttpRequest, url: str, **choices: str) -> str:
    """The address with these choices and the day that this request asks for."""
    day = request.GET.get("as-of", "")
    query = urlencode(choices | ({"as-of": day} if day else {}))
    return f"{url}?{query}" if query else url


def is_present(request: HttpRequest) -> bool:
    """Whether such a page shows the record as it is now."""
    as_of: AsOf | None = getattr(request, "as_of", None)
    return as_of is None or as_of.is_too_early


def day_in(text: str) -> date | None:
    """The day that an address names, such as 2026-03-20; None for none.

    Raises Http404 for what is no day, such as 30 February: who asks for it must not take today for it.
    """
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


def read_as_of(text: str) -> AsOf | None:
    """The day that an address names; None for none, for today and for days to come."""
    day = day_in(text)
    if day is None or day >= today():
        return None
    return AsOf(day, head_on(end_of_day(day)), first_publication_day())
