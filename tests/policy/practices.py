"""The lines of the practices in the policy table. Places: tests/support/world_practices.py.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.policy.rows import (
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

# what one person has sent is that person's alone
MINE = "L o44 4 444 4 44L"
MINE_DOES = "L >44 4 444 4 44L"
DESK_DOES = "L >>> > 444 > 44L"
OWN_DOES = "L >>> 4 444 4 44L"
HERE_EDITOR_DOES = "L >>3 > 444 3 44L"
HOST_DOES = "L 444 4 >>> 4 44L"


def _file() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.md", b"# A title", content_type="text/markdown")


FILES: Mapping[str, Any] = {"upload": _file}

# What is GREEN is seen by all on the desk; its source's writers alone act on it.
SOURCE_WRITES = "L oo3 3 444 3 44L"
SOURCE_WRITES_FORM = "L 223 3 444 3 44L"
SOURCE_WRITES_DOES = "L >>3 3 444 3 44L"
# What is RED is seen by its author Alice and by Carol, whom it names.
RED = "L o44 o 444 4 44L"

WORKS = {"kind": "works"}

WORKSPACE = (
    Line("workspace:practice", "practice.green", get=DESK, post=DESK_REFUSED),
    Line("workspace:practice", "practice.draft", get=OWN, post=DESK_REFUSED),
    # in and out
    Line("workspace:practice-markdown", "practice.green", get=DESK, post=DESK_REFUSED),
    Line("workspace:practice-markdown", "practice.draft", get=OWN, post=DESK_REFUSED),
    Line("workspace:practice-json", "practice.green", get=DESK, post=DESK_REFUSED),
    Line("workspace:practice-json", "practice.draft", get=OWN, post=DESK_REFUSED),
    Line("workspace:practice-document", "practice.green", get=DESK_REFUSED, post=DESK_DOES),
    Line("workspace:practice-document", "practice.draft", get=DESK_REFUSED, post=OWN_DOES),
    Line("workspace:practice-archive", get=DESK_REFUSED, post=DESK_DOES),
    Line("workspace:import-prepare", get=HERE_EDITOR, post=HERE_EDITOR_DOES, data=FILES),
    Line("workspace:import-list", get=DESK, post=DESK_REFUSED),
    Line("workspace:import", "import", get=MINE, post=DESK_REFUSED),
    Line("workspace:import-progress", "import", get=MINE, post=DESK_REFUSED),
    Line("workspace:import-apply", "import", get=DESK_REFUSED, post=MINE_DOES),
    Line("workspace:import-discard", "import", get=DESK_REFUSED, post=MINE_DOES),
    # who uses it, versions, relations
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
    Line("workspace:adoption", "adoption.red", get="L o44 4 444 4 44L", post=DESK_REFUSED),
    Line("workspace:adoption-change", "adoption", get=OWN_EDITOR, post=OWN_EDITOR_FORM),
    Line("workspace:adoption-readers", "adoption", get=OWN_EDITOR, post=OWN_EDITOR_FORM),
    Line("workspace:adoption-result", "adoption", get=OWN_EDITOR, post=OWN_EDITOR_DOES,
         data={"note": "It works.", "language": "en"}),
    Line("workspace:adoption-result-remove", "adoption.result", get=DESK_REFUSED, post=OWN_EDITOR_DOES),
)  # fmt: skip

SECRETARIAT = (
    Line("secretariat:practice", "practice.green", get=HOST, post=HOST_REFUSED),
    Line("secretariat:practice", "practice.draft", get=HOST_HIDDEN, post=HOST_REFUSED),
    Line("secretariat:practice-markdown", "practice.green", get=HOST, post=HOST_REFUSED),
    Line("secretariat:practice-markdown", "practice.draft", get=HOST_HIDDEN, post=HOST_REFUSED),
    Line("secretariat:practice-json", "practice.green", get=HOST, post=HOST_REFUSED),
    Line("secretariat:practice-json", "practice.draft", get=HOST_HIDDEN, post=HOST_REFUSED),
    Line("secretariat:practice-document", "practice.green", get=HOST_REFUSED, post=HOST_DOES),
    Line("secretariat:practice-document", "practice.draft", get=HOST_REFUSED, post=HOST_HIDDEN),
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
