"""Backup and restore: one archive of the tables, the files and a manifest that says what they are."""
