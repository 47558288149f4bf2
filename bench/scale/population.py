"""Members and publications by statements of the database: copies of the demonstration's, a hundred thousand a minute.

Each new member has in each published cycle a publication, and all that public pages read of a report: the rows of a
member of the demonstration, and what the search finds of it. Further publications are revisions of these reports, with
their entries in the timeline. The chain of publications is computed, so that it holds. Beside them stand as many
journal entries, and an inbox item for each.
"""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.backends.utils import CursorWrapper

from alliance.models import (
    Organisation,
    PublishedFigure,
    PublishedReport,
    PublishedResponse,
    PublishedTotal,
    PublishedVerdict,
    TimelineEntry,
)
from bench.desks.copies import owner_cursor
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import touch_public_revision

_OF_A_REPORT = (
    PublishedReport, PublishedFigure, PublishedTotal, PublishedVerdict, PublishedResponse, TimelineEntry,
)  # fmt: skip
# a member for each number that is missing, of which member it is a copy, and the publications of its reports
_MEMBERS = """
CREATE TEMPORARY TABLE new_member AS SELECT organisation.id AS target, source.id AS source, number
  FROM alliance_organisation organisation, generate_series(%(first)s, %(last)s) number,
    LATERAL (SELECT id FROM unnest(%(sources)s::bigint[]) WITH ORDINALITY AS source (id, place)
      WHERE place = 1 + number %% cardinality(%(sources)s::bigint[])) source
  WHERE organisation.slug = 'scale-' || number;
CREATE TEMPORARY TABLE new_report AS
  SELECT target, source, report.cycle_id, o.slug || '/' || cycle.slug AS record,
    (SELECT max(number) FROM portal_publication) + row_number() OVER (ORDER BY target, report.cycle_id) AS number
  FROM new_member JOIN alliance_organisation o ON o.id = target
    JOIN alliance_publishedreport report ON report.organisation_id = source AND report.valid_to IS NULL
    JOIN alliance_cycle cycle ON cycle.id = report.cycle_id;
CREATE UNIQUE INDEX ON new_report (source, cycle_id, target); ANALYZE new_member, new_report;
"""
# what is found of a member, once more for each copy of it; of a report by the number of its own publication
_DOCUMENTS = """
INSERT INTO portal_searchdocument (kind, scope, titles, texts, route, route_args, fragment, facets, number, at, detail,
    vector)
  SELECT t.kind, replace(t.scope, source.slug, target.slug), t.titles, t.texts, t.route,
    replace(t.route_args::text, to_json(source.slug::text)::text, to_json(target.slug::text)::text)::jsonb, t.fragment,
    array_replace(t.facets, 'member:' || source.slug, 'member:' || target.slug), coalesce(report.number, t.number),
    t.at, t.detail, t.vector
  FROM new_member m JOIN alliance_organisation source ON source.id = m.source
    JOIN alliance_organisation target ON target.id = m.target
    JOIN portal_searchdocument t ON t.facets @> ARRAY['member:' || source.slug]
    LEFT JOIN (new_report report JOIN alliance_cycle cycle ON cycle.id = report.cycle_id)
      ON report.target = m.target AND t.facets @> ARRAY['cycle:' || cycle.slug]
"""
# publications from a number on, each with bytes of its own and a link to the one before
_PUBLISH = """
CREATE TEMPORARY TABLE new_publication (number bigint PRIMARY KEY, record text, revision integer, member bigint);
{rows};
DO $$
DECLARE
  each record;
  body bytea;
  digest text;
  last text := (SELECT link FROM portal_publication ORDER BY number DESC LIMIT 1);
BEGIN
  FOR each IN SELECT * FROM new_publication ORDER BY number LOOP
    body := convert_to(format('{{"document":{{"cycle":{{"slug":"%s"}},"measures":[],"organisation":{{"slug":"%s"}},'
      '"text":"%s","verdicts":[]}},"number":%s}}', split_part(each.record, '/', 2), split_part(each.record, '/', 1),
      repeat('What was measured, and how. ', 30), each.number), 'UTF8');
    digest := encode(sha256(body), 'hex');
    last := encode(sha256(convert_to(last || digest, 'UTF8')), 'hex');
    INSERT INTO portal_publication (number, type, record, revision, published_at, languages, title, body, salt, sha256,
        link, attachments)
      VALUES (each.number, 'report', each.record, each.revision, now(), ARRAY['en'],
        jsonb_build_object('en', 'Report ' || each.record, 'ru', 'Отчёт ' || each.record), body, repeat('0', 32),
        digest, last, '[]');
  END LOOP;
END $$;
DROP TABLE new_publication
"""
_REPORTS = "INSERT INTO new_publication SELECT number, record, 1, target FROM new_report"
# revisions of reports in turn, until there are as many as were asked for
_REVISIONS = """
INSERT INTO new_publication SELECT numbered.last + n, record, found.latest + 1 + (n - 1) / numbered.reports, member
  FROM (SELECT max(number) AS last FROM portal_publication) AS numbers,
    LATERAL (SELECT numbers.last, (SELECT count(*) FROM scale_record) AS reports) numbered,
    generate_series(1, {count}) n
    JOIN scale_record found ON found.place = (n - 1) % (SELECT count(*) FROM scale_record)
"""
_TIMELINE = """
INSERT INTO alliance_timelineentry (valid_from, organisation_id, kind, at, title, detail, commitment_key)
  SELECT p.number, o.id, 'report', p.published_at, p.title, '{}', '' FROM portal_publication p
    JOIN alliance_organisation o ON o.slug = split_part(p.record, '/', 1)
  WHERE p.number > %s AND p.type = 'report' AND p.revision > 1
"""
_JOURNAL = """
WITH entry AS (INSERT INTO portal_event (kind, actor_kind, person_id, tenant_id, target_type, target_id,
    target_tenant_id, parent_type, parent_id, request_id, data)
  SELECT 'report.submit', 'person', person, tenant, 'alliance.report', n, tenant, 'alliance.report', n, '', '{}'
    FROM generate_series(1, %(count)s) n, LATERAL (SELECT person_id AS person, organisation_id AS tenant
      FROM unnest(%(people)s::bigint[], %(tenants)s::bigint[]) WITH ORDINALITY AS m (person_id, organisation_id, place)
      WHERE place = 1 + n %% cardinality(%(people)s::bigint[])) member
  RETURNING id, person_id, tenant_id)
INSERT INTO portal_delivery (event_id, channel, recipient_id, tenant_id, state, quotes, url, subject, code, sent_at)
  SELECT id, 'inbox', person_id, tenant_id, 'sent', '{}', '/workspace/', 'A report', '', now() FROM entry
"""


def grow(members: int, publications: int) -> None:
    """Let there be so many reporting members and publications, and as many journal entries as publications."""
    with owner_cursor() as cursor:
        _add_members(cursor, members)
        _add_revisions(cursor, publications)
        _add_entries(cursor, publications)
        with acting_as(SYSTEM):
            touch_public_revision()
        cursor.execute("VACUUM ANALYZE")


def _add_members(cursor: CursorWrapper, members: int) -> None:
    cursor.execute(
        "SELECT array_agg(DISTINCT organisation_id) FILTER (WHERE slug NOT LIKE 'scale-%'),"
        " (SELECT count(*) FROM alliance_organisation WHERE kind = 'member'),"
        " (SELECT count(*) FROM alliance_organisation WHERE slug LIKE 'scale-%')"
        " FROM alliance_publishedreport JOIN alliance_organisation o ON o.id = organisation_id"
        " WHERE valid_to IS NULL AND o.kind = 'member' AND notice = ''"
    )
    sources, there, first = cursor.fetchone()
    missing = members - there
    if missing <= 0:
        return
    _copy(
        cursor, Organisation, "generate_series(%s, %s) n", "t.id = %s",
        {
            "slug": "'scale-' || n", "name_en": "'Member ' || to_char(n, 'FM00000') || ' of the Alliance'",
            "name_ru": "'Участник ' || to_char(n, 'FM00000')", "name_forms": "'{}'::jsonb",
        },
        [first + 1, first + missing, sources[0]],
    )  # fmt: skip
    cursor.execute(_MEMBERS, {"first": first + 1, "last": first + missing, "sources": sources})
    cursor.execute(_PUBLISH.format(rows=_REPORTS))
    for model in _OF_A_REPORT:
        own = {"organisation_id": "c.target", "valid_from": "c.number"}
        joined = "t.organisation_id = c.source AND t.cycle_id = c.cycle_id AND t.valid_to IS NULL"
        _copy(cursor, model, "new_report c", joined, own)
    cursor.execute(_DOCUMENTS)
    cursor.execute("DROP TABLE new_report, new_member")


def _add_revisions(cursor: CursorWrapper, publications: int) -> None:
    cursor.execute("SELECT max(number) FROM portal_publication")
    (last,) = cursor.fetchone()
    if last >= publications:
        return
    cursor.execute(
        "CREATE TEMPORARY TABLE scale_record AS SELECT record, max(revision) AS latest, min(number) AS member,"
        " row_number() OVER () - 1 AS place FROM portal_publication WHERE record LIKE 'scale-%' GROUP BY record;"
        "CREATE INDEX ON scale_record (place); ANALYZE scale_record"
    )
    cursor.execute(_PUBLISH.format(rows=_REVISIONS.format(count=publications - last)))
    cursor.execute(_TIMELINE, [last])
    cursor.execute("DROP TABLE scale_record")


def _add_entries(cursor: CursorWrapper, entries: int) -> None:
    cursor.execute("SELECT count(*) FROM portal_event")
    (there,) = cursor.fetchone()
    cursor.execute(
        "SELECT array_agg(person_id), array_agg(organisation_id) FROM alliance_membership WHERE ended_at IS NULL"
    )
    people, tenants = cursor.fetchone()
    cursor.execute(_JOURNAL, {"count": max(0, entries - there), "people": people, "tenants": tenants})


def _copy(
    cursor: CursorWrapper,
    model: type[models.Model],
    source: str,
    condition: str,
    own: Mapping[str, str],
    parameters: Any = None,
) -> None:
    """Rows of a table once more for each row of the source, with some columns of their own."""
    columns = [str(field.column) for field in model._meta.concrete_fields if field.column != "id"]
    values = ", ".join(own.get(column, f't."{column}"') for column in columns)
    named = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    cursor.execute(
        f"INSERT INTO {table} ({named}) SELECT {values} FROM {table} t, {source} WHERE {condition}",
        parameters,
    )
