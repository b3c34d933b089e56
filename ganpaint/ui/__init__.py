"""The window: Qt widgets that show the document and ask `jobs` to run tasks. Never torch."""
