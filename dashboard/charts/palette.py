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
# Lines a reader switches on beside the measure's own (`--chart-compare-1` and so on).
COMPARE = ("#5b3a86", "#1f5a8a", "#8a4b00", "#9c2a5b", "#4a5a1f")
