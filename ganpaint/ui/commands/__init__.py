"""What the actions of the menus do: plain functions of the window or editor, a file a menu."""
