"""Work in the background is named in words, in both languages, whatever kind it is."""

import pytest
from django.conf import settings
from django.utils import translation

from alliance.web.secretariat.jobs import kind_of
from portal.kernel import outbox
from portal.kernel.models import Job


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_every_kind_of_work_has_words(language: str) -> None:
    with translation.override(language):
        assert [kind for kind in outbox.kinds() if kind_of(Job(kind=kind)) == kind] == []
