"""Names in the order of the reader's alphabet, in Python and in PostgreSQL alike."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from alliance.models import Organisation, Report
from portal.kernel.alphabet import AlphabetKey, ByAlphabet, alphabet_key
from tests.factories import Cast
from tests.support.source import LAYERS

NAMES = (
    "Гранит", "Аврора", "ёлка", "Ель", "Жук", "Енот", "Ёж", "Ежевика", "Йод", "Икра", "«Бикон»", "Дюна", "Zebra",
    "apple", "Élan", "Elan", "Ångström", "Öst", "Ostwind", "Łódź", "3-й канал", "№ 5", "„Вега“", "ООО «Ёлка»", "Éclair",
    "'Quoted'", "(скобки)", "Straße", "Ørsted", "",
)  # fmt: skip

# Where a name is that of a file or a probe, or the order is that of an act or of a file.
NAMES_FOR_PROGRAMS = {
    "alliance/documents/zip_writer.py",
    "alliance/models/open_data.py",
    "alliance/services/cycles.py",
    "alliance/services/reference_rows.py",
    "portal/kernel/files/backends/folder.py",
    "portal/kernel/monitoring/models.py",
    "practices/queries/exports.py",
}


def test_a_russian_reader_finds_names_as_in_a_russian_dictionary() -> None:
    names = ["Дюна", "Zebra", "Ёж", "«Бикон»", "Жук", "Ель", "apple", "Гранит", "Аврора", "3-й канал"]

    assert sorted(names, key=lambda name: alphabet_key(name, "ru")) == [
        "3-й канал", "Аврора", "«Бикон»", "Гранит", "Дюна", "Ель", "Ёж", "Жук", "apple", "Zebra",
    ]  # fmt: skip


def test_an_english_reader_finds_latin_names_first() -> None:
    names = ["Аврора", "Öst", "Zebra", "Olive", "Ostwind", "apple"]

    assert sorted(names, key=lambda name: alphabet_key(name, "en")) == [
        "apple", "Olive", "Öst", "Ostwind", "Zebra", "Аврора",
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_database_makes_the_same_key(cast: Cast, language: str) -> None:
    sector = f"sector_{language}"
    for name in NAMES:
        Organisation.objects.filter(pk=cast.aurora.pk).update(**{sector: name})
        rows = Organisation.objects.filter(pk=cast.aurora.pk)
        key = rows.annotate(key=AlphabetKey(sector, language=language)).values_list("key", flat=True).get()
        assert key == alphabet_key(name, language), name


@pytest.mark.django_db
def test_lists_follow_the_reader_and_his_names(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.aurora.pk).update(name_en="Aurora", name_ru="Ёлка")
    Organisation.objects.filter(pk=cast.beacon.pk).update(name_en="Beacon", name_ru="Аврора")
    chosen = Organisation.objects.filter(pk__in=[cast.aurora.pk, cast.beacon.pk])

    with translation.override("en"):
        assert [row.name for row in chosen.all()] == ["Aurora", "Beacon"]
    with translation.override("ru"):
        assert [row.name for row in chosen.all()] == ["Аврора", "Ёлка"]
        assert [row.name for row in chosen.reverse()] == ["Ёлка", "Аврора"]
        assert list(Report.objects.order_by(ByAlphabet("organisation__name"))) is not None
        # a name that is missing in one language is that of the other
        Organisation.objects.filter(pk=cast.aurora.pk).update(name_ru="")
        assert [row.pk for row in chosen.all()] == [cast.beacon.pk, cast.aurora.pk]


def test_nothing_is_sorted_by_the_bare_column_of_a_name_or_a_title() -> None:
    """Data for programs aside: those have keys, and the order of code points (`data_tables`)."""
    bare = re.compile(
        r'order_by\((?:[^()]|\([^()]*\))*"-?(?:\w+__)?(?:name|title)"|ordering = \([^()]*"(?:\w+__)?(?:name|title)"'
        r'|sorted\([\w.]+\.values_list\("(?:\w+__)?(?:name|title)", flat=True\)\)'
        r"|key=lambda \w+: \(?\w+(?:\.\w+)*\.name\b|name\.casefold\(\)\)|names, key=str"
    )
    faults = [
        f"{path.relative_to(settings.BASE_DIR)}: {match[0]}"
        for layer in LAYERS
        for path in Path(settings.BASE_DIR / layer).rglob("*.py")
        if not {"migrations", "local", "data_tables"} & {*path.parts}
        for match in bare.finditer(path.read_text())
    ]

    assert {fault.partition(":")[0] for fault in faults} == NAMES_FOR_PROGRAMS
