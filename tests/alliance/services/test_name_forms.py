"""The Russian name of an organisation in its cases: stored or with a noun, on pages, in letters and the inbox."""

from typing import Any

import pytest
from django.utils import translation

from alliance.enums import NameCase, Role
from alliance.models import FormerName, Organisation, Person
from alliance.services import organisations
from alliance.services.handover import leave_organisation
from portal.kernel.access import acting_as
from tests.factories import Cast, actor_of, make_person
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db
FORMS = {
    "genitive": "Авроры", "dative": "Авроре", "accusative": "Аврору", "instrumental": "Авророй",
    "prepositional": "Авроре",
}  # fmt: skip


def in_each_case(organisation: Organisation, language: str) -> list[str]:
    with translation.override(language):
        return [organisation.in_case(case) for case in NameCase]


def test_a_name_stands_in_each_case_with_its_forms_and_without(cast: Cast) -> None:
    """Without forms a declined noun stands before the name, whose own quotation marks become inner ones."""
    cast.aurora.name_ru = "ООО «Аврора»"
    assert in_each_case(cast.aurora, "ru") == [
        "организации «ООО „Аврора“»", "организации «ООО „Аврора“»", "организацию «ООО „Аврора“»",
        "организацией «ООО „Аврора“»", "организации «ООО „Аврора“»",
    ]  # fmt: skip
    cast.aurora.name_forms = FORMS
    assert in_each_case(cast.aurora, "ru") == list(FORMS.values())
    assert set(in_each_case(cast.aurora, "en")) == {"Aurora Video"}


def test_an_administrator_sees_the_sentences_before_the_forms_are_saved(cast: Cast) -> None:
    sven, url = signed_in(cast.sven), "/workspace/organisation/change/"
    form = {
        "sector_en": "",
        "sector_ru": "",
        "website": "",
        **{f"form_{case}": FORMS[case] for case in FORMS},
    }
    assert "Отчёт организации «Aurora Video (ру)» подан." in words_of(sven.get(url))

    assert "Секретариат освободил Аврору от отчёта." in words_of(sven.post(url, {**form, "preview": "1"}))
    assert Organisation.objects.get(pk=cast.aurora.pk).name_forms == {}
    assert sven.post(url, form).status_code == 302
    assert Organisation.objects.get(pk=cast.aurora.pk).name_forms == FORMS

    answer = sven.post(url, {**form, "form_dative": "Аvrore"})  # its first letter is Cyrillic
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["form_dative"])


def test_a_new_russian_name_leaves_its_forms_with_the_earlier_one(cast: Cast) -> None:
    cast.aurora.name_forms = FORMS
    cast.aurora.save()
    names = {"en": "Aurora", "ru": cast.aurora.name_ru}
    assert organisations.rename_organisation(cast.actor("mona"), cast.aurora, names).name_forms == FORMS
    renamed = organisations.rename_organisation(cast.actor("mona"), cast.aurora, {**names, "ru": "Заря"})
    assert (renamed.name_forms, FormerName.objects.latest("pk").name_forms) == ({}, FORMS)


def test_letters_and_inbox_write_the_name_in_its_case(cast: Cast, mailoutbox: list[Any]) -> None:
    Person.objects.filter(pk=cast.sven.pk).update(language="ru")
    for forms, name in ((FORMS, "Авроры"), ({}, "организации «Aurora Video (ру)»")):
        Organisation.objects.filter(pk=cast.aurora.pk).update(name_forms=forms)
        mailoutbox.clear()
        make_person(f"Gone {name[:2]}", cast.aurora, Role.READER)
        leaver = Person.objects.get(name__startswith=f"Gone {name[:2]}")
        with acting_as(actor_of(leaver)) as actor:
            leave_organisation(actor)
        run_all_jobs()
        (mail,) = [letter for letter in mailoutbox if letter.to == [cast.sven.email]]
        assert mail.subject == f"{leaver.name} выходит из {name}"
        assert mail.subject in words_of(
            signed_in(Person.objects.get(pk=cast.sven.pk)).get("/workspace/inbox/")
        )
