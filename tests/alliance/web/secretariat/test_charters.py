"""The secretariat's pages of charters: import with a dry run, differences, export, and a draft thrown away."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from alliance.enums import CharterState, Role
from alliance.models import Charter, CharterUpload, Commitment, Indicator, Measure
from tests.factories import Cast, make_charter, make_person, read_charter, renamed
from tests.factories.charters import TREE
from tests.support.charter_files import SMALL
from tests.support.pages import signed_in, words_of
from tests.support.pledges import published

pytestmark = pytest.mark.django_db
IMPORT = reverse("secretariat:charter-import")


def test_a_file_is_sent_read_loaded_and_exported(cast: Cast) -> None:
    mona = signed_in(cast.mona)

    sent = mona.post(IMPORT, {"file": SimpleUploadedFile("small.yaml", SMALL.encode())})
    page = mona.get(sent.url)
    loaded = mona.post(f"{sent.url}load/")

    assert "Nothing is saved yet" in words_of(page)
    assert loaded.url == reverse("secretariat:charter", args=["small", 2])
    exported = mona.get(reverse("secretariat:charter-file", args=["small", 2]))
    assert exported["Content-Type"].startswith("application/yaml")
    assert "Малая хартия" in exported.content.decode()


def test_a_file_that_is_a_version_already_leads_to_that_version(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    first, second = (
        mona.post(IMPORT, {"file": SimpleUploadedFile("small.yaml", SMALL.encode())}).url
        for _time in range(2)
    )
    page = reverse("secretariat:charter", args=["small", 2])
    mona.post(f"{first}load/")

    answers = [
        mona.post(f"{second}load/"),
        mona.post(IMPORT, {"file": SimpleUploadedFile("again.yaml", SMALL.encode())}),
    ]

    assert [answer["Location"] for answer in answers] == [page, page]
    assert "This file is version 2, loaded on" in words_of(mona.get(page))
    assert not CharterUpload.objects.exists()


def test_a_file_that_differs_from_the_draft_of_its_version_shows_the_difference(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    first = mona.post(IMPORT, {"file": SimpleUploadedFile("small.yaml", SMALL.encode())})
    mona.post(f"{first.url}load/")
    changed = SMALL.replace("Everyone.", "Everybody.").encode()

    sent = mona.post(IMPORT, {"file": SimpleUploadedFile("small.yaml", changed)})

    assert "Against what is stored of this version" in words_of(mona.get(sent.url))


def test_every_fault_of_a_file_is_named_with_its_line(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    faulty = SMALL.replace("core: true", "core: maybe").replace("aggregation: sum", "aggregation: add", 1)

    sent = mona.post(IMPORT, {"file": SimpleUploadedFile("small.yaml", faulty.encode())})
    page = words_of(mona.get(sent.url))

    assert "“maybe” is neither true nor false" in page
    assert "Unknown word “add”" in page
    assert "Load as a draft" not in page


def test_two_versions_stand_side_by_side(cast: Cast) -> None:
    mapping = (("find", "look"), ("speed", "quickness"), ("time-to-removal", "time-to-removing"))
    later = make_charter(version=2, state=CharterState.DRAFT, tree=renamed(*mapping), mapping=mapping)
    Measure.objects.filter(charter=later, key="quickness").update(text_en="Within the hour.")
    was = Commitment.objects.get(charter__version=1, key="find")
    Commitment.objects.filter(charter=later, key="look").update(text_en=was.text_en, text_ru=was.text_ru)

    page = words_of(signed_in(cast.mona).get(reverse("secretariat:charter-difference", args=[later.key, 2])))

    assert "Version 2 against version 1" in page
    assert "Renamed" in page
    assert "Reworded" in page
    assert "Within the hour." in page


def test_what_is_removed_says_what_becomes_of_the_pledges(cast: Cast) -> None:
    published(cast, read_charter())
    later = make_charter(
        version=2, state=CharterState.DRAFT, tree={"find": {"search": TREE["find"]["search"]}}
    )
    address = reverse("secretariat:charter-difference", args=[later.key, 2])

    page = words_of(signed_in(cast.mona).get(f"{address}?change=removed"))

    assert page.count("1 pledge to its commitment follows and no longer covers it") == 1  # speed
    assert page.count("No pledge names it.") == 2  # answer, complaints


def test_a_first_version_has_nothing_to_compare(cast: Cast) -> None:
    page = signed_in(cast.mona).get(reverse("secretariat:charter-difference", args=["test-charter", 1]))

    assert "This is the first version" in words_of(page)


def test_a_draft_is_discarded_after_its_page_of_consequences(cast: Cast) -> None:
    make_charter("other-charter", state=CharterState.DRAFT)
    address = reverse("secretariat:charter-discard", args=["other-charter", 1])
    mona = signed_in(cast.mona)

    assert "Delete the draft" in words_of(mona.get(address))
    mona.post(address)

    assert not Charter.objects.filter(key="other-charter").exists()


def test_a_mapping_is_edited_in_its_place(cast: Cast) -> None:
    later = make_charter(version=2, state=CharterState.DRAFT, tree=renamed(("find", "look")))
    later.refresh_from_db()
    address = reverse("secretariat:charter-mapping", args=[later.key, 2, "find"])
    mona = signed_in(cast.mona)

    assert "Save this mapping" in words_of(mona.get(address))
    sent = {"edited_at": later.edited_at.isoformat(), "later_0": ["look"], "series_0": ""}
    saved = mona.post(address, sent)

    assert saved.url == reverse("secretariat:charter-difference", args=[later.key, 2])
    assert list(later.mappings.values_list("earlier_key", "key")) == [("find", "look")]

    # oneself in another window has changed it since: both are shown, and what was sent can be saved over it
    sent |= {"later_0": [], "series_0": "undecided"}
    refused = mona.post(address, sent)
    assert refused.status_code == 409
    assert "You changed this in another window or on another device on " in words_of(refused)
    assert "The saved values are shown here" in words_of(refused)
    assert list(later.mappings.values_list("earlier_key", "key")) == [("find", "look")]
    later.refresh_from_db()
    assert later.edited_at.isoformat() in refused.content.decode()
    assert mona.post(address, sent | {"edited_at": later.edited_at.isoformat()}).status_code == 302
    assert list(later.mappings.values_list("earlier_key", "key")) == [("find", "")]


def test_what_is_chosen_for_an_undecided_key_is_there_when_it_is_opened_again(cast: Cast) -> None:
    later = make_charter(version=2, state=CharterState.DRAFT, tree=renamed(("find", "look")))
    later.refresh_from_db()
    address = reverse("secretariat:charter-mapping", args=[later.key, 2, "find"])
    mona = signed_in(cast.mona)

    mona.post(
        address, {"edited_at": later.edited_at.isoformat(), "later_0": ["look"], "series_0": "undecided"}
    )

    form = mona.get(address).context["form"]
    assert (form["later_0"].value(), form["series_0"].value()) == (["look"], "undecided")
    assert "find → to decide" in words_of(mona.get(reverse("secretariat:charter", args=[later.key, 2])))
    assert "find → look proposed" in words_of(mona.get(reverse("secretariat:charter", args=[later.key, 2])))
    # what another window has stored is shown beside what is sent from an old one
    refused = words_of(
        mona.post(address, {"edited_at": later.edited_at.isoformat(), "later_0": [], "series_0": ""})
    )
    assert "to decide · 1 Look" in refused


def test_the_mapping_of_a_version_in_force_has_no_form(cast: Cast) -> None:
    """By the back button or an old link: the differences, and why there is nothing to edit."""
    later = make_charter(version=2, state=CharterState.IN_FORCE, tree=renamed(("find", "look")))
    address = reverse("secretariat:charter-mapping", args=[later.key, 2, "find"])

    answer = signed_in(cast.mona).get(address, follow=True)

    assert answer.redirect_chain == [(reverse("secretariat:charter-difference", args=[later.key, 2]), 302)]
    assert "Only the mapping of a draft can be changed." in words_of(answer)
    assert "Save this mapping" not in words_of(answer)


def test_a_conflict_of_a_mapping_names_the_other_manager(cast: Cast) -> None:
    later = make_charter(version=2, state=CharterState.DRAFT, tree=renamed(("find", "look")))
    later.refresh_from_db()
    sent = {"edited_at": later.edited_at.isoformat(), "later_0": ["look"], "series_0": ""}
    nora = make_person("Nora", cast.secretariat, Role.MANAGER)
    address = reverse("secretariat:charter-mapping", args=[later.key, 2, "find"])
    signed_in(nora).post(address, sent)

    refused = words_of(signed_in(cast.mona).post(address, sent))

    assert "Nora changed this on " in refused
    assert "while you were editing it" in refused


def test_the_dry_run_stands_on_the_page_of_the_draft(cast: Cast) -> None:
    later = make_charter(version=2, state=CharterState.DRAFT)
    address = reverse("secretariat:charter", args=[later.key, 2])
    mona = signed_in(cast.mona)

    assert "Start the dry run first" in words_of(mona.get(address))
    mona.post(reverse("secretariat:charter-check", args=[later.key, 2]))
    assert "nobody was notified" in words_of(mona.get(address))


def test_a_day_that_somebody_has_set_meanwhile_is_not_replaced_unread(cast: Cast) -> None:
    charter = make_charter("other-charter", state=CharterState.DRAFT)
    address = reverse("secretariat:charter-plan", args=["other-charter", 1])
    nora, mona = signed_in(make_person("Nora", cast.secretariat, Role.MANAGER)), signed_in(cast.mona)
    seen = mona.get(address).context["form"]["seen"].value()
    nora.post(address, {"planned_on": "2199-01-01"})

    refused = mona.post(address, {"planned_on": "2199-02-01", "seen": seen})

    assert "Nora changed this on " in words_of(refused)
    assert "the day replaces 1 January 2199, which is set now" in words_of(refused)
    charter.refresh_from_db()
    assert charter.planned_on == date(2199, 1, 1)
    mona.post(address, {"planned_on": "2199-02-01", "seen": refused.context["form"]["seen"].value()})
    charter.refresh_from_db()
    assert charter.planned_on == date(2199, 2, 1)


def test_a_day_is_set_and_cancelled_on_the_pages(cast: Cast) -> None:
    charter = make_charter("other-charter", state=CharterState.DRAFT)
    arguments = ["other-charter", 1]
    mona = signed_in(cast.mona)

    mona.post(reverse("secretariat:charter-plan", args=arguments), {"planned_on": "2199-01-01"})
    planned = words_of(mona.get(reverse("secretariat:charter", args=arguments)))
    mona.post(reverse("secretariat:charter-plan-cancel", args=arguments))

    assert "in force from 1 January 2199" in planned
    charter.refresh_from_db()
    assert charter.planned_on is None


def test_the_page_of_a_charter_names_breakdowns_by_their_titles(cast: Cast) -> None:
    charter = read_charter()
    Indicator.objects.filter(charter=charter, type="figure").update(breakdowns=["harm"])
    title = {"en": "Kind of harm", "ru": "Вид вреда"}
    Charter.objects.filter(pk=charter.pk).update(breakdowns=[{"key": "harm", "title": title, "cells": []}])

    page = words_of(signed_in(cast.mona).get(reverse("secretariat:charter", args=[charter.key, 1])))

    assert "Breakdowns: Kind of harm" in page
