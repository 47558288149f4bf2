"""The example of real figures has no practices: nothing is published in the name of real companies."""

import pytest
from django.core.management import call_command

from portal.kernel.access import SYSTEM, acting_as
from practices.models import Practice, Request, WorkingGroup

pytestmark = pytest.mark.django_db


def test_the_example_has_no_practices() -> None:
    call_command("load_demo", example="disclosures", verbosity=0)

    with acting_as(SYSTEM):
        assert not any(model.objects.exists() for model in (Practice, Request, WorkingGroup))
