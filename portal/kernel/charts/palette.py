"""The print palette: the literal colours in every drawing's attributes.

On the web the classes of static/css/charts.css override them, so that one drawing follows every
colour scheme there and still carries its own colours into a PDF or a saved file.
"""

SERIES_PRINT = ("#083f4d", "#b4590a", "#5b4a9e", "#4d7c1f", "#a02c5d", "#5a6870")

# by level, 0 (outside the scale) to 5 (full): the mark on paper, its pale inside, the tile, the text on it
MARK_PRINT = ("#9aa7ac", "#8f6a1d", "#a87410", "#3f8a70", "#2b7882", "#083f4d")
PALE_PRINT = ("none", "none", "#f7e6bf", "#dcece4", "#ffffff", "#083f4d")
TILE_PRINT = ("#f3f6f6", "#ffffff", "#f7e6bf", "#b9dccb", "#2b7882", "#083f4d")
ON_TILE_PRINT = ("#475862", "#5b3b00", "#4d3300", "#0b3a2e", "#ffffff", "#ffffff")
LEVELS = range(len(MARK_PRINT))
