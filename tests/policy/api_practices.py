"""The lines of the practices in the policy table of the API. Places: tests/support/world_practices.py.

One letter for each actor's token: vera (none) | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o here it is (200), c made (201), - done (204), u a token is needed (401), 3 may see, may not do (403), 4 does not exist
for them (404), 5 not this method (405), 9 cannot be done now (409), 7 not the present version (412), 2 cannot be
accepted (422), 8 say which version (428).
"""

from tests.policy.api_rows import ApiCase, hidden, public

PRACTICES: tuple[ApiCase, ...] = (
    public("api:public-practice-list"),
    public("api:public-practice", "practice.clear"),
    public("api:public-practice", "practice.withdrawn"),
    hidden("api:public-practice", "practice.green"),
    hidden("api:public-practice", "practice.draft"),
    public("api:public-practice-version-list", "practice.clear"),
    hidden("api:public-practice-version-list", "practice.green"),
    public("api:public-practice-version", "practice.clear.version"),
    hidden("api:public-practice-version", "version"),
    public("api:public-practice-markdown", "practice.clear"),
    hidden("api:public-practice-markdown", "practice.withdrawn"),
    hidden("api:public-practice-markdown", "practice.green"),
)

# everyone who has a token with the scope; Aurora's alone; Alice, who wrote it, and Carol, whom it names
HOLDERS = "u ooo o ooo o uuu"
OWN = "u ooo 4 444 4 uuu"
RED = "u o44 o 444 4 uuu"


def _read(route: str, text: str = "", row: str = HOLDERS, **others: str) -> ApiCase:
    return ApiCase(route, text, {"GET": row}, **others)


LIBRARY: tuple[ApiCase, ...] = (
    _read("api:practice-list"),
    _read("api:practice-facets", query="?text=canary"),
    _read("api:practice-draft-list"),
    _read("api:practice-change-feed"),
    *(
        _read(f"api:{route}", place, row)
        for route in (
            "practice",
            "practice-markdown",
            "practice-version-list",
            "practice-use-list",
            "practice-post-list",
        )
        for place, row in (("practice.green", HOLDERS), ("practice.draft", OWN), ("practice.red", RED))
    ),
    _read("api:practice-version", "version"),
    _read("api:practice-version", "version.red", RED),
    _read("api:practice-file", "practice.file.shared"),
    _read("api:practice-file", "practice.file.draft", OWN),
)
