"""What is measured: programs that fill a throw-away database and measure how fast the portal's own code answers.

Each package here is one bench (`manage.py bench NAME`): it measures, writes its section of the page of figures,
and ends with 1 when one of its bars does not hold.
"""
