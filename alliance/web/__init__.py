"""The alliance's HTML pages: those of the public, of the workspace, of the secretariat, and of one's own account.

Pages that both areas have, and what pages of all areas need, stand beside the packages. Rules and rows do not: a page
names a rule, and calls a query or a service.
"""
