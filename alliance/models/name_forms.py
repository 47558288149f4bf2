"""A name in the grammatical cases of Russian: as it was given, else with a noun that is declined in its place."""

from django.utils.translation import get_language, pgettext

from alliance.enums import NameCase

DECLINED_IN = "ru"  # the language of the forms; English declines no names


class DeclinedName:
    """Mixin of what has a `name` and its `name_forms`: the name as a sentence of the active language needs it.

    The template or message whose translation has it in a case says which: `organisation.name_genitive`. Without
    stored forms Russian says «организации «…»», which is right in every case; other languages use the name itself.
    """

    name: str
    name_forms: dict[str, str]

    def in_case(self, case: str) -> str:
        """The name in this case."""
        form = self.name_forms.get(case) if get_language() == DECLINED_IN else ""
        return form or _with_noun(case, self.name)

    @property
    def name_genitive(self) -> str:
        """Of it: its report, people of it."""
        return self.in_case(NameCase.GENITIVE)

    @property
    def name_dative(self) -> str:
        """To it: access, an answer to it."""
        return self.in_case(NameCase.DATIVE)

    @property
    def name_accusative(self) -> str:
        """It, as the object of an act: exempts it, into it."""
        return self.in_case(NameCase.ACCUSATIVE)

    @property
    def name_instrumental(self) -> str:
        """By it, with it: shared with it."""
        return self.in_case(NameCase.INSTRUMENTAL)

    @property
    def name_prepositional(self) -> str:
        """In it, about it: rights in it."""
        return self.in_case(NameCase.PREPOSITIONAL)


def _with_noun(case: str, name: str) -> str:
    """The name after a noun in this case, where the language needs one; quotation marks in it become inner ones."""
    quoted = name.replace("«", "„").replace("»", "“") if get_language() == DECLINED_IN else name
    sentences = {
        NameCase.GENITIVE: pgettext("genitive", "%(name)s"),
        NameCase.DATIVE: pgettext("dative", "%(name)s"),
        NameCase.ACCUSATIVE: pgettext("accusative", "%(name)s"),
        NameCase.INSTRUMENTAL: pgettext("instrumental", "%(name)s"),
        NameCase.PREPOSITIONAL: pgettext("prepositional", "%(name)s"),
    }
    return sentences[NameCase(case)] % {"name": quoted}
