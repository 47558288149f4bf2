"""The members' workspace."""
