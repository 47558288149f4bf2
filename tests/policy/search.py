"""The lines of the library and of saved searches.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import DESK, DESK_REFUSED, HOST, HOST_HIDDEN, HOST_REFUSED, Line

# A saved search is one person's own: Alice's.
ALICE = "L o44 4 444 4 44L"
ALICE_FORM = "L 244 4 444 4 44L"
ALICE_DOES = "L >44 4 444 4 44L"
DESK_FORM = "L 222 2 444 2 44L"
HOST_FORM = "L 444 4 222 4 44L"

WORKSPACE = (
    Line("workspace:practice-list", get=DESK, post=DESK_REFUSED),
    Line("workspace:practice-titles", get=DESK, post=DESK_REFUSED, query="?text=canary"),
    Line("workspace:search-list", get=DESK, post=DESK_REFUSED),
    Line("workspace:search-save", get=DESK, post=DESK_FORM, query="?text=grooming"),
    Line("workspace:search-edit", "search.saved", get=ALICE, post=ALICE_FORM),
    Line("workspace:search-delete", "search.saved", get=DESK_REFUSED, post=ALICE_DOES),
)

SECRETARIAT = (
    Line("secretariat:practice-list", get=HOST, post=HOST_REFUSED),
    Line("secretariat:practice-titles", get=HOST, post=HOST_REFUSED, query="?text=canary"),
    Line("secretariat:search-list", get=HOST, post=HOST_REFUSED),
    Line("secretariat:search-save", get=HOST, post=HOST_FORM, query="?text=grooming"),
    Line("secretariat:search-edit", "search.saved", get=HOST_HIDDEN, post=HOST_HIDDEN),
    Line("secretariat:search-delete", "search.saved", get=HOST_REFUSED, post=HOST_HIDDEN),
)
