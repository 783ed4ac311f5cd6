"""The colours charts are printed in: the light ones of assets/scss/_palette.scss, by role, on white paper.

On screen the stylesheet replaces them through the charts' classes, so that dark mode is its business alone.
"""

# The second is the name reports print the same typeface's rarer letters under; on screen one name has them all.
FONT = "Atkinson Hyperlegible Next, Atkinson Hyperlegible Next Extended, sans-serif"

SURFACE = "#ffffff"
TEXT = "#231f2a"
QUIET_TEXT = "#5b5563"
AXIS = "#857d70"
GRID = "#ddd6c9"
BAND = "#ece7de"
LINE = "#0d6468"
TARGET = "#8f3d0c"
BREAK = QUIET_TEXT
