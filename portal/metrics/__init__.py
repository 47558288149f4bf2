"""Metrics for Prometheus: what this web server counts, and what the database knows of the rest."""
