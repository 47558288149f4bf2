"""The lines of the library and of saved searches.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import HOST, HOST_HIDDEN, HOST_REFUSED, MEMBER, MEMBER_REFUSED, Case

# A saved search is one person's own: Alice's.
ALICE = "L o44 4 444 4 44L"
ALICE_FORM = "L 244 4 444 4 44L"
ALICE_DOES = "L >44 4 444 4 44L"
MEMBER_FORM = "L 222 2 444 2 44L"
HOST_FORM = "L 444 4 222 4 44L"

WORKSPACE = (
    Case("workspace:practice-list", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:practice-titles", get=MEMBER, post=MEMBER_REFUSED, query="?text=canary"),
    Case("workspace:search-list", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:search-save", get=MEMBER, post=MEMBER_FORM, query="?text=grooming"),
    Case("workspace:search-edit", "search.saved", get=ALICE, post=ALICE_FORM),
    Case("workspace:search-delete", "search.saved", get=MEMBER_REFUSED, post=ALICE_DOES),
)

SECRETARIAT = (
    Case("secretariat:practice-list", get=HOST, post=HOST_REFUSED),
    Case("secretariat:practice-titles", get=HOST, post=HOST_REFUSED, query="?text=canary"),
    Case("secretariat:search-list", get=HOST, post=HOST_REFUSED),
    Case("secretariat:search-save", get=HOST, post=HOST_FORM, query="?text=grooming"),
    Case("secretariat:search-edit", "search.saved", get=HOST_HIDDEN, post=HOST_HIDDEN),
    Case("secretariat:search-delete", "search.saved", get=HOST_REFUSED, post=HOST_HIDDEN),
)
