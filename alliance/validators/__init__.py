"""Truths about plain values: numbers, figures, totals, disclosure."""
