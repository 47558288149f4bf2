"""The lines of the public pages of practices in the policy table. Places: tests/support/world_practices.py."""

from tests.policy_rows import ALL, NOBODY, Line

PRACTICES_PUBLIC: tuple[Line, ...] = (
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
