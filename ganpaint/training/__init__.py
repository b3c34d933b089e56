"""Training a generator of one's own: data, augmentation, the loop, distances, checkpoints.

The networks are the editor's own (`ganpaint.engine.generators`), so that what was trained is what
is edited with. Nothing here knows a window; `tasks/train.py` and `cli/train.py` drive it.
"""
