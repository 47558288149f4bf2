"""A practice is opened while somebody writes for its named readers: nothing of that comes out after them."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.urls import reverse

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import Conflict, WrongState
from portal.kernel.web.forms import UnlistedFields
from practices.audiences import audience
from practices.enums import Label
from practices.models import Adoption, ModelRun, Post, Practice, Relation
from practices.services.adoptions import set_adoption_readers
from practices.services.openings import share_opening
from practices.services.relations import add_missing_relations, relate_practice
from practices.web.forms.adoptions import AdoptionReadersForm
from practices.web.forms.discussion import PostForm
from tests.factories.practices import call_as
from tests.factories.relations import ReaderRelations
from tests.support.forms import FormClient, forms_in
from tests.support.opened_practice import OpenedPractice, make_named_practice, make_opened_practice

pytestmark = pytest.mark.django_db

REFUSAL = "the practice has become TLP:GREEN"


class Page:
    """A page with a form, open in somebody's browser."""

    def __init__(self, person: Any, url: str, field: str) -> None:
        self._client, self._url = FormClient(person), url
        self._client.open(url)
        self._form = self._client.form(field=field)

    def send(self, entries: Mapping[str, str], **files: bytes) -> tuple[int, str]:
        """The status and the page; what is shown again is the form that is sent next."""
        uploads = {name: SimpleUploadedFile(f"{name}.csv", content) for name, content in files.items()}
        response = self._client.client.post(self._url, {**self._form.filled(entries), **uploads})
        if response.status_code == 422:
            (self._form,) = [form for form in forms_in(response.content) if set(entries) <= form.names]
        return response.status_code, response.content.decode()


def stored(practice: Practice) -> Practice:
    with acting_as(SYSTEM):
        return Practice.objects.get(pk=practice.pk)


def test_a_message_begun_before_is_not_posted_to_the_community(relations: ReaderRelations) -> None:
    """The page is open while the practice is opened: the first sending is refused, the second is taken."""
    named = make_named_practice(relations)
    url = reverse("workspace:practice-discussion", args=[named.practice.key])
    page = Page(relations.people["staff"], url, "text")
    call_as(named.manager, share_opening, named.opening)

    status, words = page.send({"text": "Our trial failed."})
    assert (status, REFUSAL in words, "Our trial failed." in words) == (422, True, True)
    with acting_as(SYSTEM):
        assert not Post.objects.filter(text="Our trial failed.").exists()
    assert page.send({"text": "Our trial failed."})[0] == 302
    with acting_as(SYSTEM):
        assert Post.objects.get(text="Our trial failed.").earlier_readers is None


def test_a_use_begun_before_is_not_shown_to_the_community(relations: ReaderRelations) -> None:
    named, who = make_named_practice(relations), "partner_named"
    url = reverse("workspace:adoption-record", args=[named.practice.key])
    page = Page(relations.people[who], url, "state")
    call_as(named.manager, share_opening, named.opening)
    rows = Adoption.objects.filter(organisation_id=relations.actors[who].tenant_id)

    status, words = page.send({"state": "in_use", "label": "green"})
    assert (status, REFUSAL in words) == (422, True)
    with acting_as(SYSTEM):
        assert not rows.exists()
    assert page.send({"state": "in_use", "label": "green"})[0] == 302
    with acting_as(SYSTEM):
        assert rows.get().label == Label.GREEN


def test_a_run_begun_before_is_not_shown_to_the_community(relations: ReaderRelations) -> None:
    named = make_named_practice(relations)
    page = Page(
        relations.people["staff"], reverse("workspace:practice-run-add", args=[named.practice.key]), "name"
    )
    call_as(named.manager, share_opening, named.opening)
    runs = ModelRun.objects.filter(name="Detector 3")
    entries, answers = {"kind": "model", "name": "Detector 3"}, b"id,class\na,harm\nb,fine\n"

    status, words = page.send(entries, file=answers)
    assert (status, REFUSAL in words) == (422, True)
    with acting_as(SYSTEM):
        assert not runs.exists()
    assert page.send(entries, file=answers)[0] == 302
    with acting_as(SYSTEM):
        assert runs.get().earlier_readers is None


def test_readers_of_a_use_chosen_before_are_not_taken(relations: ReaderRelations) -> None:
    """Neither from a page that is open, nor from a program that has read the use."""
    named = make_named_practice(relations)
    page = Page(
        relations.people["staff"], reverse("workspace:adoption-readers", args=[named.use.key]), "label"
    )
    call_as(named.manager, share_opening, named.opening)

    status, words = page.send({"label": "green"})
    assert (status, REFUSAL in words) == (422, True)
    with pytest.raises(Conflict):
        call_as(relations.actors["staff"], set_adoption_readers, named.use, audience(Label.GREEN), version=1)
    with acting_as(SYSTEM):
        assert Adoption.objects.get(pk=named.use.pk).earlier_readers is not None


def test_a_form_about_no_practice_takes_no_label() -> None:
    """It would be compared with none, and a sentence made of that."""
    with pytest.raises(UnlistedFields):
        PostForm(QueryDict("text=Hello&shown_readers=green")).is_valid()
    assert PostForm(QueryDict("text=Hello")).is_valid()


def test_readers_of_a_use_are_not_taken_where_it_is_opened_while_they_are_sent(
    relations: ReaderRelations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between what the page has read and what it writes: the label that it compared is the one of before."""
    named = make_named_practice(relations)
    url = reverse("workspace:adoption-readers", args=[named.use.key])
    page = Page(relations.people["staff"], url, "label")
    chosen = AdoptionReadersForm.audience

    def open_meanwhile(form: AdoptionReadersForm) -> Any:
        monkeypatch.setattr(AdoptionReadersForm, "audience", chosen)
        call_as(named.manager, share_opening, named.opening)
        return chosen(form)

    monkeypatch.setattr(AdoptionReadersForm, "audience", open_meanwhile)

    status, words = page.send({"label": "green"})
    assert (status, "This was saved elsewhere" in words) == (409, True)


# --- Relations -------------------------------------------------------------------------------


def hide_relation(opened: OpenedPractice) -> Relation:
    """Its writers may have lost sight of the other end before that was opened."""
    with acting_as(SYSTEM):
        relation: Relation = opened.parts["relation"]
        relation.earlier_readers = ["staff:0"]
        relation.save()
    return relation


def test_a_relation_that_is_hidden_from_its_writer_is_said_anew(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    relation = hide_relation(opened)
    again = call_as(
        opened.signatory, relate_practice, stored(opened.hub), relation.kind, stored(opened.practice)
    )

    assert again.pk == relation.pk
    with acting_as(relations.actors["other"]):
        assert Relation.objects.filter(pk=relation.pk).exists()


def test_an_import_leaves_a_hidden_relation_as_it_is(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    relation = hide_relation(opened)
    related = [(relation.kind, stored(opened.practice))]
    with acting_as(opened.signatory):
        add_missing_relations(stored(opened.hub), related)

    with acting_as(SYSTEM):
        assert Relation.objects.get(practice=opened.hub).earlier_readers == ["staff:0"]


def test_a_relation_begun_before_does_not_come_out(relations: ReaderRelations) -> None:
    """From either end, by a page or an import that has read the practice before it was opened."""
    named = make_named_practice(relations)
    before, hub = stored(named.practice), stored(named.hub)
    call_as(named.manager, share_opening, named.opening)
    for act, arguments in (
        (relate_practice, (hub, "merges", before)),
        (relate_practice, (before, "merges", hub)),
    ):
        with pytest.raises(WrongState, match="Its readers have just changed"):
            call_as(named.signatory, act, *arguments)
    with acting_as(named.signatory), pytest.raises(WrongState, match="Its readers have just changed"):
        add_missing_relations(hub, [("merges", before)])
