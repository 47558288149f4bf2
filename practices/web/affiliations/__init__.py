"""The pages of affiliations: for the two organisations, for the secretariat, and for the sources that are read."""
