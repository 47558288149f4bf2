"""The fields that a page of a review posts beside its forms: which drafts it has shown, and a choice between two."""

from alliance.enums import DraftKind

EXPECTED_DIGEST = "expected_digest-"  # with the kind: of the draft that the page had shown
SHOWN_DIGEST = (
    "shown_digest-"  # with the kind: of all that its form said on the page, by a draft or without one
)
CONFLICT_DIGEST = "conflict_digest-"  # with the kind: of the other one of two that stand in conflict on it
DRAFT_FIELDS = (
    "conflict",
    "resolve",
    *(
        f"{prefix}{kind}"
        for prefix in (EXPECTED_DIGEST, SHOWN_DIGEST, CONFLICT_DIGEST)
        for kind in DraftKind.values
    ),
)
