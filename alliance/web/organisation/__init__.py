"""Pages about one organisation, in both areas: its profile and services, its people and their leaving, its tokens.

Which organisations there are, and what becomes of them, is for the secretariat: `secretariat.members`.
"""
