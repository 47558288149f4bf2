"""The pages of the practices app: public ones, and those that the workspace and the secretariat share.

They are grouped by subject; which area has which page stands in `workspace_urls`, `secretariat_urls` and, for both,
`area_urls`.
"""
