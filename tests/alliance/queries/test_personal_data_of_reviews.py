"""What the archive of personal data says of a reviewer's work."""

from collections.abc import Mapping
from typing import Any

import pytest

from alliance.enums import FindingEntryKind, ReportState, Role
from alliance.models import FindingEntry, Measure, Person
from alliance.queries.personal_data import actors_of_person
from portal.kernel import privacy
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_person, make_report, read_charter
from tests.support.personal_data import all_rows
from tests.support.submissions import make_submission
from tests.support.world_reviews import make_finding

pytestmark = pytest.mark.django_db


def parts_of(person: Person) -> Mapping[str, list[Mapping[str, Any]]]:
    actors = actors_of_person(person.pk)
    return {part.name: all_rows(part, actors) for part in privacy.personal_data_parts()}


def test_a_finding_is_in_the_archive_of_who_wrote_it_and_not_of_who_edited_it(cast: Cast) -> None:
    """What it said before stands in the entry of the edit: words of whoever wrote them, not of the editor."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    measure = Measure.objects.get(charter=report.cycle.charter, key="search")
    with acting_as(SYSTEM):
        colleague = make_person("Nils", cast.secretariat, Role.REVIEWER)
        finding = make_finding(cast, report, measure, "Rita's last words.")  # and an entry with the same
        earlier = {"edit": ("Rita's first words.", colleague), "redraft": ("Nils's words.", cast.rita)}
        for kind, (text, editor) in earlier.items():
            FindingEntry.objects.create(
                finding=finding, kind=FindingEntryKind(kind), text=text, language="en", written_by=editor
            )

    own, other = parts_of(cast.rita), parts_of(colleague)

    assert [row["text"] for row in own["findings"]] == ["Rita's first words.", "Rita's last words."]
    assert [row["text"] for row in other["findings"]] == ["Nils's words."]
    assert [(row["kind"], row["text"]) for row in own["finding-entries"]] == [
        ("reopen", "Rita's last words.")
    ]
    for parts in (own, other):
        edits = [(row["organisation"], row["cycle"], row["measure"]) for row in parts["finding-edits"]]
        assert edits == [("Aurora Video", "2026-h1", "1.1")]
