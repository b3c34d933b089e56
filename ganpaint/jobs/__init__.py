"""Worker threads: the one place of the window where anything runs beside the window."""
