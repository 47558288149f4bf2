"""What is found of practices: one row for each that was shared, written by the database itself."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func

from portal.kernel.access import NOTHING, visible_by
from practices import access
from practices.models.practices import Practice


class SearchEntry(models.Model):
    """A practice as it is found: by words, by facets, by who may read it.

    Triggers on the practice and its versions write it, so that no service can forget to; the application can only
    read. `facets` holds the tokens of `practices.facets`, `reader_tokens` those of the practice.
    """

    practice = models.OneToOneField(
        Practice, on_delete=models.CASCADE, primary_key=True, related_name="search_entry"
    )
    shared_at = models.DateTimeField()
    updated_at = models.DateTimeField()  # when the newest version was shared, or it was opened
    expires_on = models.DateField(null=True)
    grade = models.PositiveSmallIntegerField()  # its place among the grades
    label = models.CharField(max_length=12)
    facets = ArrayField(models.TextField())
    reader_tokens = ArrayField(models.TextField())
    title = models.CharField(max_length=200)
    summary = models.TextField()
    measured = models.JSONField(default=dict)  # effects, precision, recall, sample_size of its newest version
    search_vector = SearchVectorField()  # of all that it says, the title weighing most
    title_vector = SearchVectorField()

    objects = visible_by(access.seen_with_practice).as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["-shared_at", "practice"], name="entry_newest"),
            # one for all, so that what has a word and a facet is found without all that has either, and so that no plan
            # takes one of them from another index and reads the words of all these rows
            GinIndex(
                F("search_vector"),
                F("title_vector"),
                F("facets"),
                F("reader_tokens"),
                Func(F("search_vector"), function="practices_pairs"),
                name="entry_search_vector",
                fastupdate=False,
            ),
        )

    def __str__(self) -> str:
        """No title: this goes into logs."""
        return f"entry of practice {self.practice_id}"


class SearchWord(models.Model):
    """A word of a title or summary, for correcting misspelt queries. Only the database reads these."""

    word = models.CharField(max_length=40, primary_key=True)

    objects = visible_by(lambda actor: NOTHING).as_manager()

    class Meta:
        indexes = (GinIndex(OpClass("word", name="gin_trgm_ops"), name="word_trigrams", fastupdate=False),)

    def __str__(self) -> str:
        return "a word"
