"""The lines of the public pages of practices in the policy table. Places: tests/support/world_practices.py.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import ALL, NOBODY, Line

PUBLIC = (
    Line("public:practice-list", get=ALL),
    Line("public:practice-list-data", get=ALL),
    Line("public:practice-feed", get=ALL),
    Line("public:practice", "practice.clear", get=ALL),
    Line("public:practice", "practice.withdrawn", get=ALL),
    Line("public:practice", "practice.green", get=NOBODY),
    Line("public:practice", "practice.draft", get=NOBODY),
    Line("public:practice-data", "practice.clear", get=ALL),
    Line("public:practice-data", "practice.green", get=NOBODY),
    Line("public:practice-version", "practice.clear.version", get=ALL),
    Line("public:practice-version", "version", get=NOBODY),
    Line("public:practice-compare", "practice.clear.versions", get=ALL),
    Line("public:practice-compare", "comparison", get=NOBODY),
    Line("public:practice-attachment", "practice.clear.file", get=ALL),
    Line("public:practice-attachment", "practice.green.file", get=NOBODY),
)
