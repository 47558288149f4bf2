"""Generated documents, in both areas and beside them: the list, one with its progress, its file; and a report's.

What they contain stands in `alliance.documents`; the list of everybody's documents in `secretariat`.
"""
