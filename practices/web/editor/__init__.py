"""Writing a practice, or importing many: its field groups, files, authors and readers, and the check before a step.

The steps themselves stand in `practice`. What fields there are is read from `practices.fields`.
"""
