"""The function that finds the latest of all documents that have some words, however many have them."""

from django.db import migrations

# At most `most` documents, those that entered the record last first: by a publication, or on their own day where no
# publication has them. Of the last publications, then of more of them: no more are looked at than it takes.
_LATEST = """
CREATE FUNCTION portal_search_latest(asked text, wanted jsonb, most integer)
  RETURNS TABLE (document bigint, entered timestamptz) LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
DECLARE
  conditions CONSTANT text := portal_search_conditions(to_tsquery('portal_words', asked), wanted);
  latest CONSTANT bigint := (SELECT max(number) FROM portal_searchdocument);
  publications bigint := 64;
  ids bigint[];
BEGIN
  LOOP
    EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM portal_searchdocument WHERE %s AND number > %L'
      ' ORDER BY number DESC, at DESC, id DESC LIMIT %s) documents', conditions, latest - publications, most) INTO ids;
    EXIT WHEN latest IS NULL OR cardinality(ids) >= most OR publications > latest;
    publications := publications * 64;
  END LOOP;
  RETURN QUERY EXECUTE format($q$
    SELECT id, entered_at FROM (
      SELECT found.id, found.at, coalesce(publication.published_at, found.at) AS entered_at
        FROM portal_searchdocument found LEFT JOIN portal_publication publication USING (number)
        WHERE found.id = ANY(%L)
      UNION ALL (SELECT id, at, at FROM portal_searchdocument WHERE %s AND number IS NULL
        ORDER BY at DESC, id DESC LIMIT %s)) documents
      ORDER BY entered_at DESC, at DESC, id DESC LIMIT %s
    $q$, coalesce(ids, '{}'), conditions, most, most);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_search")]

    operations = [migrations.RunSQL(_LATEST, "DROP FUNCTION portal_search_latest")]
