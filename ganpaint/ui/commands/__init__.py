"""What the actions of the menus do: plain functions of `(editor)` or `(window)`, one file a menu."""
