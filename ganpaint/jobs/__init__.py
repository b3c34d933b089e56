"""Worker threads: the one place of the window where anything runs beside the window."""

from ganpaint import immortal as immortal  # before the first call of Qt: see there
