"""What tests of practices may ask for: the words by which practices are described, the matrix, its programs."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from portal.local.test_cluster import TEMPLATE
from tests.factories.relations import ReaderRelations, make_relations
from tests.factories.taxonomy import make_taxonomy
from tests.support.api_matrix import make_bearers
from tests.support.bearers import Bearers
from tests.support.database import WITH_TAXONOMY, DatabaseState
from tests.support.label_matrix import LabelMatrix, make_label_matrix
from tests.support.snapshots import Snapshot, snapshot


@pytest.fixture(autouse=True)
def words(request: pytest.FixtureRequest) -> None:
    """The harms and measures of a charter in force."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        make_taxonomy()


@pytest.fixture
def database_template(request: pytest.FixtureRequest) -> str:
    """The cast, with the words by which practices are described; or the relations, or nobody at all."""
    if "relations_snapshot" in request.fixturenames:
        return str(request.getfixturevalue("relations_snapshot").database)
    return TEMPLATE if "empty_database" in request.fixturenames else WITH_TAXONOMY


def _describable_relations() -> ReaderRelations:
    make_taxonomy()
    return make_relations()


@pytest.fixture(scope="session")
def relations_snapshot(
    django_db_setup: None, django_db_blocker: Any, database_state: DatabaseState
) -> Iterator[Snapshot[ReaderRelations]]:
    database_state.touched = True
    with (
        django_db_blocker.unblock(),
        snapshot("relations", _describable_relations, template=TEMPLATE) as made,
    ):
        yield made


@pytest.fixture
def relations(relations_snapshot: Snapshot[ReaderRelations], db: None) -> ReaderRelations:
    """Everybody who may stand in some relation to a practice, and nobody else."""
    return relations_snapshot.objects()


@pytest.fixture(scope="session")
def matrix_snapshot(
    django_db_setup: None, django_db_blocker: Any, database_state: DatabaseState
) -> Iterator[Snapshot[LabelMatrix]]:
    """One practice of each label with everything that may belong to it, made once in this process."""
    database_state.touched = True
    with (
        django_db_blocker.unblock(),
        snapshot("matrix", transaction.atomic(make_label_matrix), template=TEMPLATE) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def matrix(
    matrix_snapshot: Snapshot[LabelMatrix], django_db_blocker: Any, database_state: DatabaseState
) -> Iterator[LabelMatrix]:
    """These practices for one module, in a transaction that is never committed."""
    with django_db_blocker.unblock():
        matrix = matrix_snapshot.restore()
        with database_state.hold():
            yield matrix


@pytest.fixture
def matrix_rollback(matrix: LabelMatrix, django_db_blocker: Any) -> Iterator[None]:
    """What a test writes is taken back at its end."""
    cache.clear()
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def bearers(matrix: LabelMatrix) -> Bearers:
    """A token for everybody of the matrix, and invalid ones, and those with other scopes."""
    return make_bearers(matrix)


@pytest.fixture
def unlimited(settings: Any) -> None:
    """Programs that may ask as often as the matrix does."""
    settings.API_REQUESTS_PER_TOKEN = settings.API_REQUESTS_PER_ADDRESS = 10**9
