"""The pages below `/workspace/`: an organisation's accession, pledges, reports and services.

Pages that both areas have stand beside this package.
"""
