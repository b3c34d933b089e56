"""The window: Qt widgets that show the document and ask `jobs` to run tasks. Never torch."""

from ganpaint import booleans as booleans  # before the first signal: see there
