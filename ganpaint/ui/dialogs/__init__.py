"""Windows that answer a menu entry ending in "…"; each is shown with `open()` or `show()`."""
