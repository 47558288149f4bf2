"""The lines of the practices in the policy table. Places: tests/support/world_practices.py."""

from tests.policy_rows import ALL, DESK, DESK_REFUSED, HOST, HOST_HIDDEN, HOST_REFUSED, NOBODY, OWN, Line

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
    Line("public:practice-version", "practice.green.version", get=NOBODY),
    Line("public:practice-compare", "practice.clear.versions", get=ALL),
    Line("public:practice-compare", "practice.green.versions", get=NOBODY),
    Line("public:practice-attachment", "practice.clear.file", get=ALL),
    Line("public:practice-attachment", "practice.green.file", get=NOBODY),
)

PRACTICES_WORKSPACE: tuple[Line, ...] = (
    Line("workspace:practice", "practice.green", get=DESK, post=DESK_REFUSED),
    Line("workspace:practice", "practice.draft", get=OWN, post=DESK_REFUSED),
)

PRACTICES_SECRETARIAT: tuple[Line, ...] = (
    Line("secretariat:practice", "practice.green", get=HOST, post=HOST_REFUSED),
    Line("secretariat:practice", "practice.draft", get=HOST_HIDDEN, post=HOST_REFUSED),
)
