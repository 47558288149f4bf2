"""What was typed into a form that was not read stands under the labels of that form."""

from django import forms

from portal.kernel.web import StrictForm
from portal.kernel.web.typed_fields import typed_fields

SEND = "of a button"


class Parcel(StrictForm):
    also_posted = (SEND,)
    addressee_of_parcel = forms.CharField(label="Addressee")
    size_of_parcel = forms.ChoiceField(label="Size", choices=[("s", "Small"), ("l", "Large")])


class LargerParcel(Parcel):
    weight_of_parcel = forms.CharField(label="Weight")


class Customs(forms.Form):
    """A part of a page that has several of them, and no form that refuses other fields."""

    contents_of_parcel = forms.CharField(label="Contents")


class Receipt(StrictForm):
    addressee_of_parcel = forms.CharField(label="Received by")


class OtherReceipt(StrictForm):
    addressee_of_parcel = forms.CharField(label="Signed by")


class Seal(forms.Form):
    posted_as = r"seal-[a-f]+"
    contents_of_parcel = forms.CharField(label="Wax")


def shown(pairs: list[tuple[str, str]], *names: str) -> list[tuple[object, list[object]]]:
    return [
        (field.label or field.name, list(field.values))
        for field in typed_fields(pairs, {name for name, _value in pairs} | set(names))
    ]


def test_fields_and_choices_are_labelled_as_in_the_smallest_form_that_takes_them() -> None:
    pairs = [("addressee_of_parcel", "Dora"), ("size_of_parcel", "s"), ("size_of_parcel", "x")]
    assert shown(pairs, SEND) == [("Addressee", ["Dora"]), ("Size", ["Small", "x"])]


def test_each_part_of_a_page_with_several_forms_has_the_labels_of_its_own() -> None:
    pairs = [("addressee_of_parcel", "Dora"), ("size_of_parcel", "s"), ("row-0-contents_of_parcel", "Maps")]
    assert shown(pairs) == [("Addressee", ["Dora"]), ("Size", ["Small"]), ("Contents", ["Maps"])]


def test_a_part_that_is_posted_under_prefixes_of_its_own_has_the_labels_of_no_other() -> None:
    """Two forms have a field of this name: the prefix says which of them it was."""
    assert shown([("seal-ab-contents_of_parcel", "Red")]) == [("Wax", ["Red"])]


def test_a_field_without_one_clear_label_keeps_its_name() -> None:
    assert shown([("figure-17", "3")]) == [("figure-17", ["3"])]
    assert shown([("addressee_of_parcel", "Dora")]) == [("addressee_of_parcel", ["Dora"])]
