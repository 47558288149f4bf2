"""The parameters that a public page knows, and the one address of each page: known ones in a fixed order, nothing else.

What a page does not know is ignored, as if it had not been sent (`utm_source`, `fbclid`): the page is the same, and
comes from the same copy. A value that cannot be one leads nowhere.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


class MalformedParameter(ValueError):
    """A value that the parameter cannot have."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: what its values look like, and which value says no more than none at all.

    `is_list`: several values, in any order, repeated or separated by commas. `is_flag`: it is there or not, whatever
    its value. `is_open`: any text, such as a search: answers to it are not stored, for there is no end of them.
    """

    name: str
    pattern: str = r"[-\w]{1,100}"
    default: str = ""
    is_list: bool = False
    is_flag: bool = False
    is_open: bool = False

    def canonical(self, values: Sequence[str]) -> str:
        """The value as it stands in the one address; empty for none. Raises MalformedParameter."""
        if self.is_flag:
            return "1"
        sent = values if self.is_list else values[-1:]
        parts = {part.strip() for value in sent for part in (value.split(",") if self.is_list else [value])}
        parts -= {"", self.default}
        if any(re.fullmatch(self.pattern, part, re.ASCII | re.DOTALL) is None for part in parts):
            raise MalformedParameter(self.name)
        return ",".join(sorted(parts))


PAGE = Parameter("page", r"[1-9]\d{0,5}", default="1")


def open_text(name: str, most: int) -> Parameter:
    """A parameter of any text, of at most so many characters."""
    return Parameter(name, rf".{{1,{most}}}", is_open=True)


class DeclaredQuery(QueryDict):
    """What a public page was asked for. To read a parameter that it has not declared is a fault of the program."""

    def __init__(self, parameters: Iterable[Parameter], query: str = "") -> None:
        self._names = frozenset(parameter.name for parameter in parameters)
        super().__init__(query)

    def _check(self, name: str) -> str:
        if name not in self._names:
            raise LookupError(f"{name} is not among the view’s @parameters")
        return name

    def __getitem__(self, key: str) -> Any:
        return super().__getitem__(self._check(key))

    def __contains__(self, key: object) -> bool:
        return super().__contains__(self._check(str(key)))

    def get(self, key: str, default: Any = None) -> Any:
        return super().get(self._check(key), default)

    def getlist(self, key: str, default: Any = None) -> list[Any]:
        return super().getlist(self._check(key), default)

    def copy(self) -> Any:
        """A plain one that can be changed: for links to other pages of a list."""
        return QueryDict(self.urlencode(), mutable=True)


def parameters(*declared: Parameter) -> Callable[[View], View]:
    """Declare what the public view reads from the query; everything else is not there for it."""

    def decorate(view: View) -> View:
        @wraps(view)
        def declaring(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        declaring.parameters = declared  # type: ignore[attr-defined]  # read by `declared_parameters`
        return declaring

    return decorate


def declared_parameters(view: Any) -> tuple[Parameter, ...]:
    """What a view has declared; nothing, where it reads nothing."""
    declared: tuple[Parameter, ...] = getattr(view, "parameters", ())
    return declared


def canonical_query(declared: Sequence[Parameter], query: str) -> str:
    """The query of the one address of the page; raises MalformedParameter for a value that cannot be one."""
    if not any(parameter.name in query for parameter in declared):
        return ""
    try:
        sent = QueryDict(query)
    except TooManyFieldsSent as error:
        raise MalformedParameter("too many") from error
    values = {each.name: each.canonical(sent.getlist(each.name)) for each in declared if each.name in sent}
    return urlencode({name: value for name, value in values.items() if value}, safe=",")
