"""The open data: every table as CSV, JSON and workbook, one package of all, its description and a catalogue."""

from alliance.documents.open_data.build import build_open_data

__all__ = ["build_open_data"]
