"""The lines of the public pages of practices in the policy table. Places: tests/support/world_practices.py.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import ALL, NOBODY, Case

PUBLIC = (
    Case("public:practice-list", get=ALL),
    Case("public:practice-list-data", get=ALL),
    Case("public:practice-feed", get=ALL),
    Case("public:practice", "practice.clear", get=ALL),
    Case("public:practice", "practice.withdrawn", get=ALL),
    Case("public:practice", "practice.green", get=NOBODY),
    Case("public:practice", "practice.draft", get=NOBODY),
    Case("public:practice-data", "practice.clear", get=ALL),
    Case("public:practice-data", "practice.green", get=NOBODY),
    Case("public:practice-history-feed", "practice.clear", get=ALL),
    Case("public:practice-history-feed", "practice.withdrawn", get=ALL),
    Case("public:practice-history-feed", "practice.green", get=NOBODY),
    Case("public:practice-history-feed", "practice.draft", get=NOBODY),
    Case("public:practice-version", "practice.clear.version", get=ALL),
    Case("public:practice-version", "version", get=NOBODY),
    Case("public:practice-compare", "practice.clear.versions", get=ALL),
    Case("public:practice-compare", "comparison", get=NOBODY),
    Case("public:practice-attachment", "practice.clear.file", get=ALL),
    Case("public:practice-attachment", "practice.green.file", get=NOBODY),
)
