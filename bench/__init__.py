"""What is measured: programs that fill a throw-away database and say how fast the portal's own code answers."""
