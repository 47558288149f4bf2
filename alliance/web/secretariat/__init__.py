"""The pages below `/secretariat/`: members, charters, cycles, reviews, publications, and the operation of the portal.

Pages that both areas have stand beside this package.
"""
