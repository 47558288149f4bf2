"""How fast webhooks are served."""
