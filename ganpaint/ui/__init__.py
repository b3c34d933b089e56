"""The window: Qt widgets that show the document and ask `jobs` to run tasks. Never torch."""

from ganpaint import immortal as immortal  # before the first call of Qt: see there
