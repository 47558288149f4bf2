"""What members teach each other: practices under TLP labels, search, adoption, discussion, requests, working groups.

It knows the alliance and the platform below it; nothing below imports it.
"""
