"""Two people with one form open: the slower one writes over nothing unseen, reads both versions, and may then save."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from alliance.enums import Role, SignInProtocol
from alliance.models import Charter, Cycle, Membership
from alliance.queries.local_dates import today
from alliance.queries.reminder_steps import working_day_after
from alliance.services.identity_providers import ProviderSettings, add_provider
from alliance.services.ownership import add_service
from alliance.services.supporter_links import link_token_of, send_link
from alliance.services.supporters import SupporterFacts, correct_supporter
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.webhooks import create_webhook
from practices.services.groups import make_group
from tests.factories import Cast, make_cycle, make_person
from tests.support.forms import Form, forms_in
from tests.support.pages import signed_in, words_of
from tests.support.world_supporters import make_supporter

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class SharedForm:
    """The address of a form that two people have open, a field of it, and what each of them types there."""

    url: str
    field: str
    theirs: str
    mine: str


def _cycle(cast: Cast, charter: Charter) -> SharedForm:
    cycle = make_cycle(charter, state="planned")
    with acting_as(SYSTEM):  # a weekend would be asked about once more
        Cycle.objects.filter(pk=cycle.pk).update(due_on=working_day_after(cycle.due_on))
    return SharedForm("/secretariat/cycles/2026-h1/edit/", "grace_days", "20", "30")


def _organisation(cast: Cast, charter: Charter) -> SharedForm:
    url = f"/secretariat/members/{cast.aurora.pk}/change/"
    return SharedForm(url, "sector_en", "Video of others", "Video of mine")


def _name(cast: Cast, charter: Charter) -> SharedForm:
    return SharedForm(f"/secretariat/members/{cast.aurora.pk}/rename/", "name_en", "Borealis", "Aurora")


def _supporter(cast: Cast, charter: Charter) -> SharedForm:
    entry = make_supporter(charter, "Harbour School")
    return SharedForm(f"/secretariat/supporters/{entry.pk}/correct/", "town", "Pier", "Quay")


def _service(cast: Cast, charter: Charter) -> SharedForm:
    with acting_as(cast.actor("mona")) as mona:
        texts = {"en": "Aurora Wave", "ru": "Аврора Волна"}
        service = add_service(mona, cast.aurora, names=texts, sorts={"en": "", "ru": ""}, starts_on=today())
    url = f"/secretariat/members/{cast.aurora.pk}/services/{service.pk}/change/"
    return SharedForm(url, "sort_en", "video site", "video club")


def _provider(cast: Cast, charter: Charter) -> SharedForm:
    settings = ProviderSettings("Aurora accounts", "https://id.example", "portal", "not-for-you")
    with acting_as(cast.actor("mona")) as mona:
        row = add_provider(mona, cast.aurora, SignInProtocol.OIDC, settings)
    return SharedForm(f"/secretariat/sso/{row.pk}/edit/", "name", "Theirs", "Mine")


def _webhook(cast: Cast, charter: Charter) -> SharedForm:
    with acting_as(cast.actor("mona")) as mona:
        row = create_webhook(
            mona, name="Watcher", address="https://hooks.example/", kinds=["cycle.opened"], subjects=None
        )[0]
    return SharedForm(f"/secretariat/webhooks/{row.pk}/edit/", "name", "Theirs", "Mine")


def _group(cast: Cast, charter: Charter) -> SharedForm:
    with acting_as(cast.actor("mona")) as mona:
        group = make_group(mona, name="Night watch", purpose="", joins=True)
    return SharedForm(f"/secretariat/practices/groups/{group.key}/change/", "name", "Theirs", "Mine")


def _roles(cast: Cast, charter: Charter) -> SharedForm:
    with acting_as(SYSTEM):
        membership = Membership.objects.get(person=cast.rita)
    return SharedForm(f"/secretariat/people/{membership.pk}/grant/", "office", "Judge", "Reader")


SHARED: dict[str, Callable[[Cast, Charter], SharedForm]] = {
    "cycle": _cycle,
    "organisation": _organisation,
    "name": _name,
    "supporter": _supporter,
    "service": _service,
    "provider": _provider,
    "webhook": _webhook,
    "group": _group,
    "roles": _roles,
}


def form_of(page: Any, field: str) -> Form:
    (form,) = [form for form in forms_in(page.content) if form.method == "post" and field in form.names]
    return form


@pytest.mark.parametrize("name", SHARED)
def test_the_second_of_two_saves_is_refused_once_and_then_saves(
    cast: Cast, charter: Charter, name: str
) -> None:
    shared = SHARED[name](cast, charter)
    nora = make_person("Nora", cast.secretariat, Role.MANAGER, Role.ADMINISTRATOR)
    with acting_as(SYSTEM):
        Membership.objects.filter(person=cast.mona).update(roles=[Role.MANAGER, Role.ADMINISTRATOR])
    mona, other = signed_in(cast.mona), signed_in(nora)
    opened = form_of(mona.get(shared.url), shared.field)
    first = other.post(
        shared.url, form_of(other.get(shared.url), shared.field).filled({shared.field: shared.theirs})
    )
    assert first.status_code == 302, words_of(first)

    conflict = mona.post(shared.url, opened.filled({shared.field: shared.mine}))

    assert conflict.status_code == 409
    assert "Nora changed this on " in words_of(conflict)
    assert shared.theirs in words_of(conflict)
    shown = form_of(conflict, shared.field)
    assert shown.values[shared.field] == [shared.mine]
    assert form_of(mona.get(shared.url), shared.field).values[shared.field] == [shared.theirs]

    again = mona.post(shared.url, shown.values)

    assert again.status_code == 302, words_of(again)
    assert form_of(mona.get(shared.url), shared.field).values[shared.field] == [shared.mine]


def test_a_supporter_by_its_link_does_not_undo_a_correction_and_is_told_no_name(
    cast: Cast, charter: Charter, client: Client
) -> None:
    entry = make_supporter(charter, "Harbour School")
    with acting_as(SYSTEM):
        send_link(entry.contact, days=1)
        url = reverse("public:supporter-link", args=[link_token_of(entry.contact)])
    opened = form_of(client.get(url), "town")
    with acting_as(cast.actor("mona")) as mona:
        correct_supporter(mona, entry, replace(SupporterFacts.of(entry), town="Pier"))

    conflict = client.post(url, opened.filled({"town": "Quay"}))

    assert (conflict.status_code, "Town Pier" in words_of(conflict)) == (409, True)
    assert "Mona" not in words_of(conflict)
    assert client.post(url, form_of(conflict, "town").values).status_code == 302


def test_equal_saves_do_not_conflict_and_a_page_without_a_key_saves(cast: Cast, charter: Charter) -> None:
    shared, mona = _organisation(cast, charter), signed_in(cast.mona)
    first, second, third = (
        form_of(mona.get(shared.url), shared.field).filled({shared.field: shared.theirs})
        for _page in range(3)
    )
    mona.post(shared.url, first)

    alike = mona.post(shared.url, second)
    older = mona.post(shared.url, {name: value for name, value in third.items() if name != "seen"})

    assert (alike.status_code, older.status_code) == (409, 302)
    assert "You changed this in another window" in words_of(alike)
