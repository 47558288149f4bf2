"""The rows of the policy table: who is asked, what may be answered, and the answers that come again and again.

A row has one letter for each actor, in the order of ACTORS; blanks only group them.
Places name what fills an address: the records of `tests/support/world.py`, Aurora's unless the name says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# the public | an editor, a signatory who administers, a reader | a rival | reviewer, manager, auditor |
# a partner's reader | of a suspended organisation, of an ended membership, deactivated: all in open sessions
ACTORS = (
    "vera", "alice", "sven", "bob", "carol", "rita", "mona", "otto", "petra", "selma", "emil", "ines",
)  # fmt: skip

# Stands at the head of each module with such rows.
LEGEND = """\
One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

ALL = "o ooo o ooo o ooo"
ALL_GO = "> >>> > >>> > >>>"
NOBODY = "4 444 4 444 4 444"
REFUSED = "5 555 5 555 5 555"

# --- The workspace: people of any member or partner; others find nothing there.
MEMBER = "L ooo o 444 o 44L"
MEMBER_REFUSED = "L 555 5 444 5 44L"
OWN = "L ooo 4 444 4 44L"
OWN_EDITOR = "L oo3 4 444 4 44L"
OWN_EDITOR_DOES = "L >>3 4 444 4 44L"
OWN_EDITOR_FORM = "L 223 4 444 4 44L"
OWN_SIGNATORY = "L 3o3 4 444 4 44L"
OWN_SIGNATORY_DOES = "L 3>3 4 444 4 44L"
OWN_SIGNATORY_FORM = "L 323 4 444 4 44L"
# of one's own organisation, which the address does not name: Carol has her own, and so has Petra, who only reads
HERE_SIGNATORY = "L 3o3 o 444 3 44L"
HERE_SIGNATORY_FORM = "L 323 2 444 3 44L"
HERE_EDITOR = "L oo3 o 444 3 44L"
HERE_EDITOR_FORM = "L 223 2 444 3 44L"

# --- The secretariat: its people alone.
HOST = "L 444 4 ooo 4 44L"
HOST_REFUSED = "L 444 4 555 4 44L"
HOST_HIDDEN = "L 444 4 444 4 44L"
MANAGER = "L 444 4 3o3 4 44L"
MANAGER_DOES = "L 444 4 3>3 4 44L"
MANAGER_FORM = "L 444 4 323 4 44L"
REVIEWER = "L 444 4 o33 4 44L"
REVIEWER_DOES = "L 444 4 >33 4 44L"
REVIEWER_FORM = "L 444 4 233 4 44L"


@dataclass(frozen=True)
class Case:
    """One address: the route, what fills it, what GET and POST answer, and what the post carries."""

    route: str
    object_name: str = ""
    get: str = REFUSED
    post: str = REFUSED
    data: Mapping[str, Any] = field(default_factory=dict)
    extra_kwargs: Mapping[str, Any] = field(default_factory=dict)  # the rest of the address
    query: str = ""
    link_shows: tuple[str, ...] = ()  # canaries that are for everybody who holds the link

    def __str__(self) -> str:
        where = ",".join([*filter(None, [self.object_name]), *map(str, self.extra_kwargs.values())])
        return (f"{self.route}[{where}]" if where else self.route) + self.query

    def expected(self, method: str) -> dict[str, str]:
        row = (self.get if method == "GET" else self.post).replace(" ", "")
        return dict(zip(ACTORS, row, strict=True))

    def post_data(self) -> dict[str, Any]:
        """What a post carries; files are read anew each time."""
        return {name: value() if callable(value) else value for name, value in self.data.items()}
