"""Every test of practices that has a database has the words in it by which they are described."""

import pytest

from tests.factories.words import make_words


@pytest.fixture(autouse=True)
def words(request: pytest.FixtureRequest) -> None:
    """The harms and measures of a charter in force."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        make_words()
