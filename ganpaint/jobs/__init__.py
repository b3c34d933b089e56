"""Worker threads: the one place of the window where anything runs beside the window."""

from ganpaint import booleans as booleans  # before the first signal: see there
