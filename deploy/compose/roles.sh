#!/bin/sh
# Run once, by the image of PostgreSQL, in an empty cluster: the two roles and the database of docs/how-to/deploy.md.
set -eu
sql() {
    psql --no-psqlrc --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname="$1" \
        --set=owner="$(cat /run/secrets/database_owner_password)" \
        --set=application="$(cat /run/secrets/database_password)"
}
sql postgres <<'SQL'
CREATE ROLE portal_owner LOGIN PASSWORD :'owner';
CREATE ROLE portal LOGIN PASSWORD :'application';
ALTER ROLE portal SET statement_timeout = '30s';
ALTER ROLE portal SET lock_timeout = '10s';
ALTER ROLE portal SET idle_in_transaction_session_timeout = '120s';
CREATE DATABASE portal OWNER portal_owner TEMPLATE template0
    ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8';
SQL
sql portal <<'SQL'
CREATE EXTENSION pg_trgm;
CREATE EXTENSION unaccent;
CREATE EXTENSION btree_gist;
REVOKE ALL ON DATABASE portal FROM PUBLIC;
GRANT CONNECT ON DATABASE portal TO portal;
ALTER SCHEMA public OWNER TO portal_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO portal;
SQL
