"""Practices: what members teach each other, under TLP labels, with search, adoption, discussion and requests.

It uses the alliance's organisations and people; the alliance knows nothing of it.
"""
