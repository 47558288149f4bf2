"""The lines of the practices in the policy table. Places: tests/support/world_practices.py.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.policy.rows import (
    HERE_EDITOR,
    HERE_EDITOR_FORM,
    HOST,
    HOST_HIDDEN,
    HOST_REFUSED,
    MEMBER,
    MEMBER_REFUSED,
    OWN,
    OWN_EDITOR,
    OWN_EDITOR_DOES,
    OWN_EDITOR_FORM,
    Case,
)

# what one person has sent is that person's alone
ALICE = "L o44 4 444 4 44L"
ALICE_DOES = "L >44 4 444 4 44L"
MEMBER_DOES = "L >>> > 444 > 44L"
OWN_DOES = "L >>> 4 444 4 44L"
HERE_EDITOR_DOES = "L >>3 > 444 3 44L"
HOST_DOES = "L 444 4 >>> 4 44L"


def _file() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.md", b"# A title", content_type="text/markdown")


FILES: Mapping[str, Any] = {"upload": _file}

# What is GREEN is seen by all in the area; its source's writers alone act on it.
SOURCE_WRITES = "L oo3 3 444 3 44L"
SOURCE_WRITES_FORM = "L 223 3 444 3 44L"
SOURCE_WRITES_DOES = "L >>3 3 444 3 44L"
# What is RED is seen by its author Alice and by Carol, whom it names.
RED = "L o44 o 444 4 44L"

WORKS = {"kind": "works"}

WORKSPACE = (
    Case("workspace:practice", "practice.green", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:practice", "practice.draft", get=OWN, post=MEMBER_REFUSED),
    # in and out
    Case("workspace:practice-markdown", "practice.green", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:practice-markdown", "practice.draft", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:practice-json", "practice.green", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:practice-json", "practice.draft", get=OWN, post=MEMBER_REFUSED),
    *(
        case
        for name in ("prompt", "pack", "test-set", "test-set-jsonl", "test-set-csv", "stix", "misp")
        for case in (
            Case(f"workspace:practice-{name}", "practice.green", get=MEMBER, post=MEMBER_REFUSED),
            Case(f"workspace:practice-{name}", "practice.draft", get=OWN, post=MEMBER_REFUSED),
            Case(f"workspace:practice-{name}", "practice.red", get=RED, post=MEMBER_REFUSED),
        )
    ),
    Case("workspace:practice-run-add", "practice.green", get=HERE_EDITOR, post=HERE_EDITOR_FORM),
    Case("workspace:practice-run-add", "practice.draft", get=OWN_EDITOR, post=OWN_EDITOR_FORM),
    Case("workspace:practice-run-add", "practice.red", get=RED, post="L 244 2 444 4 44L"),
    Case("workspace:practice-run-remove", "run", get=MEMBER_REFUSED, post=SOURCE_WRITES_DOES),
    Case("workspace:practice-run-remove", "run.draft", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES),
    Case("workspace:practice-document", "practice.green", get=MEMBER_REFUSED, post=MEMBER_DOES),
    Case("workspace:practice-document", "practice.draft", get=MEMBER_REFUSED, post=OWN_DOES),
    Case("workspace:practice-archive", get=MEMBER_REFUSED, post=MEMBER_DOES),
    Case("workspace:import-prepare", get=HERE_EDITOR, post=HERE_EDITOR_DOES, data=FILES),
    Case("workspace:import-list", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:import", "import", get=ALICE, post=MEMBER_REFUSED),
    Case("workspace:import-progress", "import", get=ALICE, post=MEMBER_REFUSED),
    Case("workspace:import-choose", "import", get=MEMBER_REFUSED, post=ALICE_DOES, data={"act": "save"}),
    Case("workspace:import-discard", "import", get=MEMBER_REFUSED, post=ALICE_DOES),
    # who uses it, versions, relations
    Case("workspace:practice", "practice.red", get=RED, post=MEMBER_REFUSED),
    Case("workspace:practice-uses", "practice.green", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:practice-uses", "practice.red", get=RED, post=MEMBER_REFUSED),
    Case("workspace:practice-react", "practice.green", get=MEMBER_REFUSED, post="L >>> > 444 > 44L", data=WORKS),
    Case("workspace:practice-react", "practice.red", get=MEMBER_REFUSED, post="L >44 > 444 4 44L", data=WORKS),
    Case("workspace:practice-versions", "practice.green", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:practice-version", "version", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:practice-version", "version.red", get=RED, post=MEMBER_REFUSED),
    Case("workspace:practice-compare", "comparison", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:practice-access-log", "practice.green", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:practice-access-log", "practice.red", get="L o44 4 444 4 44L", post=MEMBER_REFUSED),
    Case("workspace:practice-access-log-table", "practice.green", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:practice-relate", "practice.green", get=SOURCE_WRITES, post=SOURCE_WRITES_FORM),
    Case("workspace:practice-unrelate", "relation", get=MEMBER_REFUSED, post=SOURCE_WRITES_DOES),
    Case("workspace:practice-unrelate", "relation.red", get=MEMBER_REFUSED, post="L >44 3 444 4 44L"),
    Case("workspace:adoption-record", "practice.green", get=HERE_EDITOR, post=HERE_EDITOR_FORM),
    Case("workspace:adoption-record", "practice.red", get=RED, post="L 244 2 444 4 44L"),
    Case("workspace:translation", "translation", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:translation", "translation.offered", get="L ooo o 444 4 44L", post=MEMBER_REFUSED),
    Case("workspace:translation", "translation.amber", get="L ooo 4 444 4 44L", post=MEMBER_REFUSED),
    Case("workspace:practice-translate", "practice.green.ru", get=HERE_EDITOR, post=HERE_EDITOR_FORM),
    Case("workspace:translation", "translation.draft", get="L ooo 4 444 4 44L", post=MEMBER_REFUSED),
    Case("workspace:translation-remove", "translation.draft", get=MEMBER_REFUSED, post="L >>3 4 444 4 44L"),
    Case("workspace:translation-accept", "translation.offered", get=MEMBER_REFUSED, post="L >>3 3 444 4 44L"),
    Case("workspace:translation-take-back", "translation.waiting", get=MEMBER_REFUSED, post="L >>3 3 444 4 44L"),
    Case("workspace:translation-withdraw", "translation.offered", get=MEMBER_REFUSED, post="L 333 > 444 4 44L"),
    Case("workspace:translation-share", "translation.offered", get="L 333 3 444 4 44L", post="L 333 3 444 4 44L"),
    Case("workspace:translation-share", "translation.amber", get="L 3o3 4 444 4 44L", post="L 3>3 4 444 4 44L"),
    Case("workspace:translation-decline", "translation.offered", get="L oo3 3 444 4 44L", post="L >>3 3 444 4 44L",
         data={"reason": "It says something else."}),
    Case("workspace:practice-people", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:practice-week", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:adoption-list", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:adoption", "adoption", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:adoption", "adoption.red", get="L o44 4 444 4 44L", post=MEMBER_REFUSED),
    Case("workspace:adoption-change", "adoption", get=OWN_EDITOR, post=OWN_EDITOR_FORM),
    Case("workspace:adoption-thank", "adoption", get=MEMBER_REFUSED, post="L 333 > 444 > 44L"),
    Case("workspace:adoption-readers", "adoption", get=OWN_EDITOR, post=OWN_EDITOR_FORM),
    Case("workspace:adoption-result", "adoption", get=OWN_EDITOR, post=OWN_EDITOR_DOES,
         data={"note": "It works.", "language": "en"}),
    Case("workspace:adoption-still-works", "adoption", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES,
         data={"answer": "later"}),
    Case("workspace:practice-results-table", "practice.green", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:practice-results-table", "practice.red", get=RED, post=MEMBER_REFUSED),
    Case("workspace:adoption-result-correct", "adoption.result", get=OWN_EDITOR, post=OWN_EDITOR_DOES,
         data={"note": "It works well.", "language": "en", "reason": "The wrong month was counted."}),
    Case("workspace:adoption-result-withdraw", "adoption.result", get=OWN_EDITOR, post=OWN_EDITOR_DOES,
         data={"reason": "The wrong month was counted."}),
)  # fmt: skip

SECRETARIAT = (
    Case("secretariat:practice", "practice.green", get=HOST, post=HOST_REFUSED),
    Case("secretariat:practice", "practice.draft", get=HOST_HIDDEN, post=HOST_REFUSED),
    Case("secretariat:practice-markdown", "practice.green", get=HOST, post=HOST_REFUSED),
    Case("secretariat:practice-markdown", "practice.draft", get=HOST_HIDDEN, post=HOST_REFUSED),
    Case("secretariat:practice-json", "practice.green", get=HOST, post=HOST_REFUSED),
    Case("secretariat:practice-json", "practice.draft", get=HOST_HIDDEN, post=HOST_REFUSED),
    *(
        case
        for name in ("prompt", "pack", "test-set", "test-set-jsonl", "test-set-csv", "stix", "misp")
        for case in (
            Case(f"secretariat:practice-{name}", "practice.green", get=HOST, post=HOST_REFUSED),
            Case(f"secretariat:practice-{name}", "practice.draft", get=HOST_HIDDEN, post=HOST_REFUSED),
            Case(f"secretariat:practice-{name}", "practice.red", get=HOST_HIDDEN, post=HOST_REFUSED),
        )
    ),
    Case("secretariat:practice-run-add", "practice.green", get="L 444 4 333 4 44L", post="L 444 4 333 4 44L"),
    Case("secretariat:practice-run-add", "practice.red", get=HOST_HIDDEN, post=HOST_HIDDEN),
    Case("secretariat:practice-run-remove", "run", get=HOST_REFUSED, post="L 444 4 333 4 44L"),
    Case("secretariat:practice-document", "practice.green", get=HOST_REFUSED, post=HOST_DOES),
    Case("secretariat:practice-document", "practice.draft", get=HOST_REFUSED, post=HOST_HIDDEN),
    Case("secretariat:practice", "practice.red", get=HOST_HIDDEN, post=HOST_REFUSED),
    Case("secretariat:practice-uses", "practice.green", get=HOST, post=HOST_REFUSED),
    Case("secretariat:practice-people", get=HOST, post=HOST_REFUSED),
    Case("secretariat:translation", "translation.waiting", get=HOST, post=HOST_REFUSED),
    Case("secretariat:translation", "translation.offered", get=HOST_HIDDEN, post=HOST_REFUSED),
    Case(
        "secretariat:translation-share",
        "translation.waiting",
        get="L 444 4 3o3 4 44L",
        post="L 444 4 3>3 4 44L",
    ),
    Case(
        "secretariat:translation-decline",
        "translation.waiting",
        get="L 444 4 3o3 4 44L",
        post="L 444 4 3>3 4 44L",
        data={"reason": "It says something else."},
    ),
    Case("secretariat:practice-results-table", "practice.green", get=HOST, post=HOST_REFUSED),
    Case("secretariat:practice-results-table", "practice.red", get=HOST_HIDDEN, post=HOST_REFUSED),
    Case(
        "secretariat:practice-react", "practice.green", get=HOST_REFUSED, post="L 444 4 >>> 4 44L", data=WORKS
    ),
    Case("secretariat:adoption-thank", "adoption", get=HOST_REFUSED, post="L 444 4 >>> 4 44L"),
    Case("secretariat:practice-react", "practice.red", get=HOST_REFUSED, post=HOST_HIDDEN, data=WORKS),
    Case("secretariat:practice-versions", "practice.green", get=HOST, post=HOST_REFUSED),
    Case("secretariat:practice-version", "version", get=HOST, post=HOST_REFUSED),
    Case("secretariat:practice-version", "version.red", get=HOST_HIDDEN, post=HOST_REFUSED),
    Case("secretariat:practice-compare", "comparison", get=HOST, post=HOST_REFUSED),
)
