"""Pixels and NumPy: photos, the work frame, brushes, masks, compositing, reading and writing."""
