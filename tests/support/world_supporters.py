"""Supporters: in the directory, one that was not confirmed, a hidden one, two that may be the same."""

from typing import Any

from alliance.enums import SupporterState
from alliance.models import (
    Charter,
    Person,
    Supporter,
    SupporterContact,
    SupporterImport,
    SupporterImportRow,
)
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from tests.support.canaries import canary


def make_supporter(charter: Charter, name: str, **fields: Any) -> Supporter:
    """One entry with its e-mail; in the directory unless `state` says otherwise."""
    email = fields.pop("email", "office@school.example")
    columns = {
        "kind": "school", "region": "Eastport", "state": SupporterState.LISTED, "acceded_on": "2026-03-01",
        "name_key": name.lower(), "initial": name[0].upper(), "search": f"{name} eastport".lower(),
    }  # fmt: skip
    with acting_as(SYSTEM):
        supporter = Supporter.objects.create(charter=charter, name=name, **{**columns, **fields})
        SupporterContact.objects.create(
            supporter=supporter, email=email, signatory_name=canary("supporter-signatory"), language="en"
        )
    return supporter


def make_supporters(charter: Charter, person: Person) -> dict[str, dict[str, Any]]:
    """The entries of the policy table; gives back the places."""
    listed = make_supporter(charter, "Harbour School", email=f"{canary('supporter-email')}@example.org")
    twin = make_supporter(charter, "Harbor School", likely_twin=listed)
    waiting = make_supporter(charter, canary("supporter-unconfirmed"), state=SupporterState.UNCONFIRMED)
    hidden = make_supporter(
        charter,
        canary("supporter-hidden"),
        state=SupporterState.HIDDEN,
        state_reason=canary("supporter-reason"),
    )
    with acting_as(SYSTEM):
        waiting_file, imported = (
            SupporterImport.objects.create(
                person=person,
                charter=charter,
                name=canary("supporter-file"),
                sha256="0" * 64,
                size=1,
                **moments,
            )
            for moments in ({"checked_at": clock.now()}, {"imported_at": clock.now()})
        )
        row = {
            "name": canary("supporter-row"), "region": "Eastport", "town": "", "email": "a@b.example",
            "acceded_on": "2026-03-01",
        }  # fmt: skip
        for number, outcome in enumerate(("new", "unclear", "faulty"), 2):
            SupporterImportRow.objects.create(
                upload=waiting_file,
                number=number,
                outcome=outcome,
                values=row,
                fault="empty",
                fault_column="kind",
            )
    return {
        "supporter.import": {"pk": waiting_file.pk},
        "supporter.imported": {"pk": imported.pk},
        "supporter": {"pk": listed.pk},
        "supporter.twin": {"pk": twin.pk},
        "supporter.unconfirmed": {"pk": waiting.pk},
        "supporter.hidden": {"pk": hidden.pk},
        "supporter.hide": {"pk": listed.pk, "action": "hide"},
        "supporter.end": {"pk": listed.pk, "action": "end"},
        "supporter.show": {"pk": hidden.pk, "action": "show"},
        "supporter.no_link": {"token": "of-nobody"},
    }
