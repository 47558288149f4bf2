"""The lines of the practices in the policy table. Places: tests/support/world_practices.py."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.policy_rows import DESK, DESK_REFUSED, HERE_EDITOR, HOST, HOST_HIDDEN, HOST_REFUSED, OWN, Line

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

PRACTICES_PUBLIC: tuple[Line, ...] = ()

PRACTICES_WORKSPACE: tuple[Line, ...] = (
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
)

PRACTICES_SECRETARIAT: tuple[Line, ...] = (
    Line("secretariat:practice", "practice.green", get=HOST, post=HOST_REFUSED),
    Line("secretariat:practice", "practice.draft", get=HOST_HIDDEN, post=HOST_REFUSED),
    Line("secretariat:practice-markdown", "practice.green", get=HOST, post=HOST_REFUSED),
    Line("secretariat:practice-markdown", "practice.draft", get=HOST_HIDDEN, post=HOST_REFUSED),
    Line("secretariat:practice-json", "practice.green", get=HOST, post=HOST_REFUSED),
    Line("secretariat:practice-json", "practice.draft", get=HOST_HIDDEN, post=HOST_REFUSED),
    Line("secretariat:practice-document", "practice.green", get=HOST_REFUSED, post=HOST_DOES),
    Line("secretariat:practice-document", "practice.draft", get=HOST_REFUSED, post=HOST_HIDDEN),
)
