"""The rows of the policy table of the API: one address and what it answers to each actor's token.

A row has one letter for each of ACTORS, as in tests/policy/rows.py; Vera sends no token, the last three one that
does not hold any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.policy.rows import ACTORS

# Stands at the head of each module with such rows.
LEGEND = """\
One letter for each actor's token: vera (none) | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o here it is (200), c made (201), - done (204), u a token is needed (401), 3 may see, may not do (403), 4 does not exist
for them (404), 5 not this method (405), 9 cannot be done now (409), 7 not the present version (412), 2 cannot be
accepted (422), 8 say which version (428).
"""

#        the public | editor, signatory, reader | rival | reviewer, manager, auditor | partner | ended tokens
PUBLIC = "o ooo o ooo o uuu"
PUBLIC_HIDDEN = "4 444 4 444 4 uuu"
BEARER = "u ooo o ooo o uuu"


@dataclass(frozen=True)
class ApiCase:
    """One address: the route, what fills it, and for each method a row of letters; what a write carries."""

    route: str
    object_name: str = ""
    methods: Mapping[str, str] = field(default_factory=dict)
    data: Any = None  # as JSON; a callable is called for each request
    headers: Mapping[str, str] = field(default_factory=dict)
    extra_kwargs: Mapping[str, Any] = field(default_factory=dict)  # the rest of the address
    query: str = ""

    def __str__(self) -> str:
        return f"{self.route}[{self.object_name}]" if self.object_name else self.route

    def expected(self, method: str) -> dict[str, str]:
        return dict(zip(ACTORS, self.methods[method].replace(" ", ""), strict=True))

    def request_body(self) -> Any:
        return self.data() if callable(self.data) else self.data


def public(route: str, text: str = "", **others: Any) -> ApiCase:
    """What everybody may read."""
    return ApiCase(route, text, {"GET": PUBLIC}, **others)


def hidden(route: str, text: str, **others: Any) -> ApiCase:
    """What nobody may read yet."""
    return ApiCase(route, text, {"GET": PUBLIC_HIDDEN}, **others)
