"""What members do together: discussions, following, the request board with its offers, working groups.

An organisation's own uses of a practice stand in `practice`.
"""
