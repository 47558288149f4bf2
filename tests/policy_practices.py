"""The lines of the practices in the policy table. Places: tests/support/world_practices.py."""

from tests.policy_rows import DESK, DESK_REFUSED, HOST, HOST_HIDDEN, HOST_REFUSED, OWN, Line

PRACTICES_PUBLIC: tuple[Line, ...] = ()

PRACTICES_WORKSPACE: tuple[Line, ...] = (
    Line("workspace:practice", "practice.green", get=DESK, post=DESK_REFUSED),
    Line("workspace:practice", "practice.draft", get=OWN, post=DESK_REFUSED),
)

PRACTICES_SECRETARIAT: tuple[Line, ...] = (
    Line("secretariat:practice", "practice.green", get=HOST, post=HOST_REFUSED),
    Line("secretariat:practice", "practice.draft", get=HOST_HIDDEN, post=HOST_REFUSED),
)
