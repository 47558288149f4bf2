"""What the PDF says of a member's own figure beside somebody else's count."""

from decimal import Decimal

import pytest

from alliance.documents.report.reference_counts import deviation_stats
from alliance.models import ReferenceCount
from alliance.queries.public.readings import Reading


@pytest.mark.parametrize(
    ("own", "words"),
    [
        (110, "difference: at most 10 % of the independent count, no note required"),
        (111, "difference: over 10 % of the independent count"),
    ],
)
def test_over_ten_per_cent_a_note_is_asked_for(own: int, words: str) -> None:
    ((_distance, message),) = deviation_stats(Reading(value=Decimal(own)), ReferenceCount(value=Decimal(100)))

    assert message == words
