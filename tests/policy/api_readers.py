"""The lines of the request board, of working groups, affiliations and following in the policy table of the API.

One letter for each actor's token: vera (none) | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o here it is (200), c made (201), - done (204), u a token is needed (401), 3 may see, may not do (403), 4 does not exist
for them (404), 5 not this method (405), 9 cannot be done now (409), 7 not the present version (412), 2 cannot be
accepted (422), 8 say which version (428).
"""

from typing import Any

from tests.policy.api_rows import ApiCase
from tests.support.world_discussion import OFFER

NOT_READ = "5 555 5 555 5 uuu"
HOLDERS = "u ooo o ooo o uuu"
EVERYBODY_DOES = "u --- - --- - uuu"
# Aurora's writers, of what all read; those of any organisation
SOURCE = "u oo3 3 333 3 uuu"
WRITERS_MAKE = "u cc3 c 333 3 uuu"
CAROL = "u 333 o 333 3 uuu"
# of the group that Alice leads and Carol is in; of Alice's and Mona's
LEADER = "u o44 3 3o3 4 uuu"
INSIDE = "u o44 4 4o4 4 uuu"
INSIDE_DOES = "u -44 4 4-4 4 uuu"
_REASON = {"reason": "It has to be."}
_REQUEST = {"tlp": "TLP:GREEN", "title": "tell a child from an adult"}


def _writes(route: str, text: str, row: str, method: str = "POST", **others: Any) -> ApiCase:
    return ApiCase(f"api:{route}", text, {"GET": NOT_READ, method: row}, **others)


REQUESTS: tuple[ApiCase, ...] = (
    ApiCase("api:practice-request-list", methods={"GET": HOLDERS, "POST": WRITERS_MAKE}, data=_REQUEST),
    ApiCase("api:practice-solvers", methods={"GET": HOLDERS}, query="?text=canary"),
    ApiCase("api:practice-request-people", methods={"GET": "u oo3 o 333 3 uuu"}, query="?text=carol"),
    ApiCase("api:practice-request", "request.green", {"GET": HOLDERS, "PUT": SOURCE}, data=_REQUEST,
            headers={"If-Match": '"1"'}),
    ApiCase("api:practice-request", "request.sought", {"GET": HOLDERS}),
    ApiCase("api:practice-request", "request.amber", {"GET": "u ooo o 444 4 uuu"}),
    _writes("practice-request-answer", "request.green", SOURCE, data={"offer": str(OFFER)}),
    _writes("practice-request-close", "request.green", SOURCE),
    _writes("practice-request-reopen", "request.closed", SOURCE),
    _writes("practice-request-offers", "request.green", "u 333 c cc3 3 uuu", data={"text": "We have one."}),
    _writes("practice-offer-withdraw", "api.offer", CAROL),
    ApiCase("api:practice-request-post-list", "request.green", {"GET": HOLDERS, "POST": "u cc3 c cc3 3 uuu"},
            data={"text": "Since when?"}),
    ApiCase("api:practice-request-post-list", "request.amber", {"GET": "u ooo o 444 4 uuu"}),
)  # fmt: skip

GROUPS: tuple[ApiCase, ...] = (
    ApiCase("api:group-list", methods={"GET": HOLDERS, "POST": "u cc3 c 3c3 3 uuu"}, data={"name": "A group"}),
    ApiCase("api:group", "group", {"GET": "u o44 o ooo 4 uuu", "PUT": LEADER}, data={"name": "A group"}),
    ApiCase("api:group-people", "group", {"GET": LEADER}, query="?text=carol"),
    # nobody is called so
    _writes("group-members", "group", "u 244 3 323 4 uuu", data={"person": "999999999.1"}),
    _writes("group-member", "group.member", "u -44 3 3-3 4 uuu", "DELETE"),
    _writes("group-leave", "group", "u 244 - 333 4 uuu"),  # without Alice nobody would lead it
    _writes("group-close", "group", LEADER),
    ApiCase("api:group-post-list", "group.discussion", {"GET": INSIDE, "POST": INSIDE.replace("o", "c")},
            data={"text": "Since when?"}),
)  # fmt: skip

AFFILIATIONS: tuple[ApiCase, ...] = (
    # petals is proposed by both already
    ApiCase("api:affiliation-list", methods={"GET": HOLDERS, "POST": "u 323 2 333 3 uuu"},
            data={"affiliate": "petals", "relation": "group", "purpose": "Why not?"}),
    ApiCase("api:affiliation", "affiliation.proposed", {"GET": "u ooo 4 ooo o uuu"}),
    ApiCase("api:affiliation", "affiliation.confirmed", {"GET": "u 444 o ooo o uuu"}),
    _writes("affiliation-confirm", "affiliation", "u 333 9 333 4 uuu"),
    _writes("affiliation-take-back", "affiliation", "u 333 9 333 4 uuu"),
    _writes("affiliation-approve", "affiliation.confirmed", "u 444 3 3o3 3 uuu", data=_REASON),
    _writes("affiliation-decline", "affiliation.confirmed", "u 444 3 3o3 3 uuu", data=_REASON),
    _writes("affiliation-withdraw", "affiliation.proposed", "u 3o3 4 333 3 uuu"),
    _writes("affiliation-end", "affiliation", "u 3o3 o 3o3 4 uuu", data=_REASON),
)  # fmt: skip

FOLLOWING: tuple[ApiCase, ...] = (
    ApiCase("api:practice-following", methods={"GET": HOLDERS}),
    ApiCase("api:practice-follow", "practice.green", {
        "GET": NOT_READ, "PUT": EVERYBODY_DOES, "DELETE": EVERYBODY_DOES,
    }),
    ApiCase("api:practice-follow", "practice.draft", {
        "GET": NOT_READ, "PUT": "u --- 4 444 4 uuu", "DELETE": "u --- 4 444 4 uuu",
    }),
    ApiCase("api:practice-request-follow", "request.green", {
        "GET": NOT_READ, "PUT": EVERYBODY_DOES, "DELETE": EVERYBODY_DOES,
    }),
    ApiCase("api:group-follow", "group.discussion", {"GET": NOT_READ, "PUT": INSIDE_DOES, "DELETE": INSIDE_DOES}),
)  # fmt: skip

READERS_CASES = (*REQUESTS, *GROUPS, *AFFILIATIONS, *FOLLOWING)
