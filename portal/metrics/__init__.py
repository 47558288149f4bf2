"""Metrics for Prometheus: what this web server counts, and what the database tells of the rest."""
