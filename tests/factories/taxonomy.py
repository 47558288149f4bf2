"""A charter in force whose harms and measures the practices of the tests are described with."""

from alliance.models import Charter, Harm
from tests.factories.charters import make_charter, texts

HARMS = ("grooming", "bullying", "suicide")
MEASURES = ("search", "reply")


def make_taxonomy() -> Charter:
    """The charter, made once."""
    existing_charter = Charter.objects.filter(key="words-of-practices").first()
    if existing_charter is not None:
        return existing_charter
    charter = make_charter("words-of-practices", tree={"describe": {key: [] for key in MEASURES}})
    for position, key in enumerate(HARMS, 1):
        Harm.objects.create(charter=charter, key=key, position=position, **texts(key, "title"))
    return charter
