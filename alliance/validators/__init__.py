"""Checks of plain values: numbers, figures, totals, disclosure."""
