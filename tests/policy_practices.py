"""The lines of the practices in the policy table. Places: tests/support/world_practices.py."""

from tests.policy_rows import (
    DESK,
    DESK_REFUSED,
    HERE_EDITOR,
    HERE_EDITOR_FORM,
    HOST,
    HOST_HIDDEN,
    HOST_REFUSED,
    OWN,
    OWN_EDITOR,
    OWN_EDITOR_DOES,
    OWN_EDITOR_FORM,
    Line,
)

# What is GREEN is seen by all on the desk; its source's writers alone act on it.
SOURCE_WRITES = "L oo3 3 444 3 44L"
SOURCE_WRITES_FORM = "L 223 3 444 3 44L"
SOURCE_WRITES_DOES = "L >>3 3 444 3 44L"
# What is RED is seen by its author Alice and by Carol, whom it names.
RED = "L o44 o 444 4 44L"

WORKS = {"kind": "works"}

PRACTICES_WORKSPACE: tuple[Line, ...] = (
    Line("workspace:practice", "practice.green", get=DESK, post=DESK_REFUSED),
    Line("workspace:practice", "practice.draft", get=OWN, post=DESK_REFUSED),
    Line("workspace:practice", "practice.red", get=RED, post=DESK_REFUSED),
    Line("workspace:practice-uses", "practice.green", get=DESK, post=DESK_REFUSED),
    Line("workspace:practice-uses", "practice.red", get=RED, post=DESK_REFUSED),
    Line("workspace:practice-react", "practice.green", get=DESK_REFUSED, post="L >>> > 444 > 44L", data=WORKS),
    Line("workspace:practice-react", "practice.red", get=DESK_REFUSED, post="L >44 > 444 4 44L", data=WORKS),
    Line("workspace:practice-versions", "practice.green", get=DESK, post=DESK_REFUSED),
    Line("workspace:practice-version", "version", get=DESK, post=DESK_REFUSED),
    Line("workspace:practice-version", "version.red", get=RED, post=DESK_REFUSED),
    Line("workspace:practice-compare", "comparison", get=DESK, post=DESK_REFUSED),
    Line("workspace:practice-openings", "practice.green", get=OWN, post=DESK_REFUSED),
    Line("workspace:practice-openings", "practice.red", get="L o44 4 444 4 44L", post=DESK_REFUSED),
    Line("workspace:practice-openings-table", "practice.green", get=OWN, post=DESK_REFUSED),
    Line("workspace:practice-relate", "practice.green", get=SOURCE_WRITES, post=SOURCE_WRITES_FORM),
    Line("workspace:practice-unrelate", "relation", get=DESK_REFUSED, post=SOURCE_WRITES_DOES),
    Line("workspace:practice-unrelate", "relation.red", get=DESK_REFUSED, post="L >44 3 444 4 44L"),
    Line("workspace:adoption-record", "practice.green", get=HERE_EDITOR, post=HERE_EDITOR_FORM),
    Line("workspace:adoption-record", "practice.red", get=RED, post="L 244 2 444 4 44L"),
    Line("workspace:adoption-list", get=DESK, post=DESK_REFUSED),
    Line("workspace:adoption", "adoption", get=OWN, post=DESK_REFUSED),
    Line("workspace:adoption-change", "adoption", get=OWN_EDITOR, post=OWN_EDITOR_FORM),
    Line("workspace:adoption-readers", "adoption", get=OWN_EDITOR, post=OWN_EDITOR_FORM),
    Line("workspace:adoption-result", "adoption", get=OWN_EDITOR, post=OWN_EDITOR_DOES,
         data={"note": "It works.", "language": "en"}),
    Line("workspace:adoption-result-remove", "adoption.result", get=DESK_REFUSED, post=OWN_EDITOR_DOES),
)  # fmt: skip

PRACTICES_SECRETARIAT: tuple[Line, ...] = (
    Line("secretariat:practice", "practice.green", get=HOST, post=HOST_REFUSED),
    Line("secretariat:practice", "practice.draft", get=HOST_HIDDEN, post=HOST_REFUSED),
    Line("secretariat:practice", "practice.red", get=HOST_HIDDEN, post=HOST_REFUSED),
    Line("secretariat:practice-uses", "practice.green", get=HOST, post=HOST_REFUSED),
    Line(
        "secretariat:practice-react", "practice.green", get=HOST_REFUSED, post="L 444 4 >>> 4 44L", data=WORKS
    ),
    Line("secretariat:practice-react", "practice.red", get=HOST_REFUSED, post=HOST_HIDDEN, data=WORKS),
    Line("secretariat:practice-versions", "practice.green", get=HOST, post=HOST_REFUSED),
    Line("secretariat:practice-version", "version", get=HOST, post=HOST_REFUSED),
    Line("secretariat:practice-version", "version.red", get=HOST_HIDDEN, post=HOST_REFUSED),
    Line("secretariat:practice-compare", "comparison", get=HOST, post=HOST_REFUSED),
)
