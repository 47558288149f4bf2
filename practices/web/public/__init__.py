"""The public pages of practices: what is TLP:CLEAR, the same for everybody."""
