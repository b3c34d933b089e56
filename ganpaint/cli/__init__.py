"""The command line: the same requests as the window, in a loop."""
