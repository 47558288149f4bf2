"""The words of a pledge, read out of its text once, for the search behind the sign-in; PostgreSQL writes them."""

from django.contrib.postgres.search import CombinedSearchVector, SearchConfig, SearchVector, SearchVectorField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alliance", "0008_finding_withdrawn"),
        ("portal", "0000_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="pledge",
            name="search_vector",
            field=models.GeneratedField(
                db_persist=True,
                expression=CombinedSearchVector(
                    SearchVector("title", config="portal_words", weight="A"),
                    "||",
                    SearchVector("text", config="portal_words", weight="B"),
                    SearchConfig("portal_words"),
                ),
                output_field=SearchVectorField(),
            ),
        ),
    ]
