"""Columns that several parts of the archive name alike."""

SIGNED = {"organisation": "organisation__name", "name": "signatory_name", "office": "signatory_office"}
OF_REPORT = {"organisation": "report__organisation__name", "cycle": "report__cycle__slug"}
