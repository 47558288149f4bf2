"""What the tables need that hold words to search: how words are stemmed, and how alike two are."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

# One configuration stems both languages: Latin words in English, Cyrillic ones in Russian. unaccent makes ё an е.
_WORDS = (
    "CREATE TEXT SEARCH CONFIGURATION portal_words (COPY = russian);"
    "ALTER TEXT SEARCH CONFIGURATION portal_words"
    " ALTER MAPPING FOR word, hword, hword_part WITH unaccent, russian_stem;"
)


class Migration(migrations.Migration):
    initial = True
    dependencies = ()
    operations = (
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(_WORDS, "DROP TEXT SEARCH CONFIGURATION portal_words"),
    )
