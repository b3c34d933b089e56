"""Controls of the window that know nothing of documents: bars, rows, plots, tiles, colours."""
