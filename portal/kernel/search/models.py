"""The index of what everybody may read, the words that it can spell, and the words that are searched together."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func
from django.db.models.functions import Now

BLOCK = 1000  # documents with neighbouring ids: the newest are looked at first


class SearchDocument(models.Model):
    """One text of the public record as it is found; derived, and made again from its source at any time.

    `scope` is what it was made from: all documents of a scope are replaced together. Title and text are by language.
    `facets` holds tokens such as `topic:rivers` or `language:ru`; `detail` what a row of its kind shows besides.
    """

    kind = models.CharField(max_length=20)
    scope = models.CharField(max_length=250, db_index=True)
    titles = models.JSONField(default=dict)
    texts = models.JSONField(default=dict)
    route = models.CharField(max_length=60)  # the URL name of its page
    route_args = models.JSONField(default=list)
    fragment = models.CharField(max_length=200, blank=True, default="")  # from `?` or `#` on
    facets = ArrayField(models.TextField())
    number = models.PositiveBigIntegerField(null=True)  # of its publication
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)
    vector = SearchVectorField()  # of title and text, the title weighing most

    class Meta:
        indexes = (
            # one for all, so that what has a word, a facet and is new is found without all that has one of them; what
            # leaves the least stands in front: it is gone through first
            GinIndex(
                Func(F("id") / BLOCK, template="ARRAY[%(expressions)s]"),
                F("facets"),
                F("vector"),
                name="search_document_newest",
                fastupdate=False,
            ),
            # what the last publications have brought
            models.Index(fields=["number"], name="search_document_number"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class SpelledWord(models.Model):
    """A word of the index as people spell it: what a misspelt one is corrected to."""

    word = models.CharField(max_length=40, primary_key=True)

    class Meta:
        indexes = (GinIndex(OpClass("word", name="gin_trgm_ops"), name="spelled_trigrams", fastupdate=False),)

    def __str__(self) -> str:
        return self.word


class SynonymGroup(models.Model):
    """Words that are searched together, by language, as somebody has edited them; the others are as delivered.

    A group without words is switched off. `key` is a word of the taxonomy (`harm:grooming`), or a name of its own.
    """

    key = models.CharField(max_length=100, unique=True)
    words = models.JSONField(default=dict)  # {"en": ["grooming", …], "ru": […]}
    edited_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key
