"""Work in the background is named in words, in both languages, whatever kind it is."""

import pytest
from django.conf import settings
from django.utils import translation

from alliance.web.secretariat.failed_jobs import job_kind_label
from portal.kernel import jobs
from portal.kernel.jobs import Job


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_every_kind_of_work_has_words(language: str) -> None:
    with translation.override(language):
        assert [kind for kind in jobs.job_kinds() if job_kind_label(Job(kind=kind)) == kind] == []
