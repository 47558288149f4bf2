"""System checks: of the models at every start, of the database and the installation when somebody asks.

`manage.py check --deploy --database default` asks everything (docs/how-to/deploy.md). An error is what an installation
must not have, and its hint says what to do.
"""

from portal.kernel.checks import database, folders, personal_data, servers, settings, uploads

__all__ = ["database", "folders", "personal_data", "servers", "settings", "uploads"]
