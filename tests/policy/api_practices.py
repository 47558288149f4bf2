"""The lines of the practices in the policy table of the API. Places: tests/support/world_practices.py.

One letter for each actor's token: vera (none) | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o here it is (200), c made (201), - done (204), u a token is needed (401), 3 may see, may not do (403), 4 does not exist
for them (404), 5 not this method (405), 9 cannot be done now (409), 7 not the present version (412), 2 cannot be
accepted (422), 8 say which version (428).
"""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.policy.api_rows import ApiCase, hidden, public
from tests.support.api_matrix import MISSING
from tests.support.canaries import canary

PRACTICES: tuple[ApiCase, ...] = (
    public("api:public-practice-list"),
    public("api:public-practice", "practice.clear"),
    public("api:public-practice", "practice.withdrawn"),
    hidden("api:public-practice", "practice.green"),
    hidden("api:public-practice", "practice.draft"),
    public("api:public-practice-version-list", "practice.clear"),
    hidden("api:public-practice-version-list", "practice.green"),
    public("api:public-practice-version", "practice.clear.version"),
    hidden("api:public-practice-version", "version"),
    public("api:public-practice-markdown", "practice.clear"),
    hidden("api:public-practice-markdown", "practice.withdrawn"),
    hidden("api:public-practice-markdown", "practice.green"),
)

# everyone who has a token with the scope; Aurora's alone; Alice, who wrote it, and Carol, whom it names
HOLDERS = "u ooo o ooo o uuu"
OWN = "u ooo 4 444 4 uuu"
RED = "u o44 o 444 4 uuu"


def _read(route: str, text: str = "", row: str = HOLDERS, **others: str) -> ApiCase:
    return ApiCase(route, text, {"GET": row}, **others)


# Aurora's who write it; who may read it and do nothing with it; what only its authors do
NOT_READ = "5 555 5 555 5 uuu"
OWN_WRITER = "u oo3 4 444 4 uuu"
OPEN_WRITER = "u oo3 3 333 3 uuu"
NOTE = {"note": "Two pauses."}
COPY = {"content": {"title": canary("practice-draft"), "kind": "technique"}, "language": "en"}
STEP = {"state": "in_use", "on": "2026-01-01", "note": "On both.", "language": "en"}
DIGEST = {"readers_digest": "0"}
READ = {"version": 0, **DIGEST}
IF_MATCH = {"If-Match": '"1"'}


def _file() -> dict[str, object]:
    return {"file": SimpleUploadedFile("table.csv", b"a,b\n1,2\n", "text/csv"), "title": "A table"}


def _hashes() -> dict[str, object]:
    content = b"9e107d9d372bb6826bd81d3542a419d6"
    return {"file": SimpleUploadedFile("hashes.txt", content), "kind": "hash_list", "algorithm": "md5"}


def _run() -> dict[str, object]:
    return {"file": SimpleUploadedFile("answers.csv", b"1,harm\n"), "name": "A model", "ran_on": "2026-01-01"}


def _writes(route: str, text: str, row: str, method: str = "POST", **others: Any) -> ApiCase:
    return ApiCase(f"api:{route}", text, {"GET": NOT_READ, method: row}, **others)


WRITING: tuple[ApiCase, ...] = (
    ApiCase(
        "api:practice-draft-list",
        methods={"GET": HOLDERS, "POST": "u cc3 c 333 3 uuu"},
        data={**COPY, "content": {"title": "A new one"}},
    ),
    ApiCase(
        "api:practice-working-copy",
        "practice.draft",
        {"GET": OWN_WRITER, "PUT": OWN_WRITER},
        data=COPY,
        headers=IF_MATCH,
    ),
    ApiCase(
        "api:practice-working-copy",
        "practice.red",
        {"GET": "u o44 3 444 4 uuu", "PUT": "u o44 3 444 4 uuu"},
        data=COPY,
        headers=IF_MATCH,
    ),
    ApiCase(
        "api:practice-working-copy",
        "practice.green",
        {"GET": OPEN_WRITER, "PUT": OPEN_WRITER},
        data=COPY,
        headers=IF_MATCH,
    ),
    _writes("practice-files", "practice.draft", "u cc3 4 444 4 uuu", data=_file),
    _writes("practice-test-set", "practice.draft", "u 223 4 444 4 uuu", data=_file),  # it has no classes
    _writes("practice-test-set-confirm", "practice.draft", OWN_WRITER),
    _writes("practice-signals", "practice.draft", "u cc3 4 444 4 uuu", data=_hashes),
    _writes("practice-run", "practice.green", "u 444 4 444 4 uuu", "DELETE", extra_kwargs={"run": MISSING}),
    _writes("practice-file-remove", "practice.file.draft", "u --3 4 444 4 uuu"),
    ApiCase("api:practice-people", "practice.draft", {"GET": OWN_WRITER}, query="?text=carol"),
    _writes(
        "practice-readers", "practice.draft", "u 993 4 444 4 uuu", "PUT", data={"tlp": "TLP:GREEN", **DIGEST}
    ),
    _writes("practice-submit", "practice.ready", OWN_WRITER),
    _writes("practice-take-back", "practice.in_moderation", "u oo3 4 333 4 uuu"),
    _writes("practice-share", "practice.named", "u 393 4 333 4 uuu", data=READ),
    _writes("practice-share-version", "practice.amber", "u 393 3 333 4 uuu", data={**NOTE, **READ}),
    _writes(
        "practice-propose-version", "practice.green", "u 223 3 333 3 uuu", data=NOTE
    ),  # nothing has changed
    _writes("practice-take-back-version", "practice.proposed", OPEN_WRITER),
    _writes("practice-retire", "practice.green", OPEN_WRITER, data={"reason": "It has to be."}),
)

TAKING_PART: tuple[ApiCase, ...] = (
    *(
        ApiCase("api:practice-use-list", place, {"GET": row, "POST": may}, data={**STEP, "service": "aurora-live"})
        for place, row, may in (
            ("practice.green", HOLDERS, "u cc3 2 333 3 uuu"), ("practice.draft", OWN, "u 993 4 444 4 uuu"),
            ("practice.red", RED, "u c44 2 444 4 uuu"),
        )
    ),
    ApiCase("api:practice-own-use-list", methods={"GET": HOLDERS}),
    ApiCase("api:practice-use", "api.use", {"GET": OWN, "PATCH": OWN_WRITER}, data=STEP, headers=IF_MATCH),
    ApiCase("api:practice-use", "api.use.red", {"GET": "u o44 4 444 4 uuu", "PATCH": "u o44 4 444 4 uuu"},
            data=STEP, headers=IF_MATCH),
    _writes("practice-use-results", "api.use", "u cc3 4 444 4 uuu", data={"note": "Fewer reports."}),
    _writes("practice-use-result", "api.use.result", OWN_WRITER, "PATCH",
            data={"reason": "The wrong month was counted.", "replacement": None}),
    _writes("practice-use-readers", "api.use", OWN_WRITER, "PUT", data={"tlp": "TLP:GREEN"}, headers=IF_MATCH),
    *(
        ApiCase("api:practice-post-list", place, {"GET": row, "POST": may}, data={"text": "How long is it?"})
        for place, row, may in (
            ("practice.green", HOLDERS, "u cc3 c cc3 3 uuu"), ("practice.draft", OWN, "u 993 4 444 4 uuu"),
            ("practice.red", RED, "u c44 c 444 4 uuu"),
        )
    ),
    ApiCase("api:practice-post", "api.post", {
        "GET": NOT_READ, "PATCH": "u 333 o 333 3 uuu", "DELETE": "u 333 o 333 3 uuu",
    }, data={"text": "How long is it?"}),
    _writes("practice-post-accept", "api.answer", "u oo3 o 333 3 uuu"),
    _writes("practice-post-unaccept", "api.answer", "u oo3 o 333 3 uuu"),
)  # fmt: skip

LIBRARY: tuple[ApiCase, ...] = (
    _read("api:practice-list"),
    _read("api:practice-facets", query="?text=canary"),
    _read("api:practice-change-feed"),
    *(
        _read(f"api:{route}", place, row)
        for route in (
            "practice",
            "practice-markdown",
            "practice-version-list",
        )
        for place, row in (("practice.green", HOLDERS), ("practice.draft", OWN), ("practice.red", RED))
    ),
    *(
        ApiCase("api:practice-run-list", place, {"GET": row, "POST": may}, data=_run)  # there is no test set
        for place, row, may in (
            ("practice.green", HOLDERS, "u 223 2 333 3 uuu"),
            ("practice.draft", OWN, "u 223 4 444 4 uuu"),
            ("practice.red", RED, "u 244 2 444 4 uuu"),
        )
    ),
    *(
        _read(f"api:practice-{form}", place, row)
        for form in ("pack", "stix", "misp", "prompt")
        for place, row in (("practice.green", HOLDERS), ("practice.draft", OWN), ("practice.red", RED))
    ),
    _read("api:practice-version", "version"),
    _read("api:practice-version", "version.red", RED),
    _read("api:practice-file", "practice.file.shared"),
    _read("api:practice-file", "practice.file.draft", OWN),
    *WRITING,
    *TAKING_PART,
)
