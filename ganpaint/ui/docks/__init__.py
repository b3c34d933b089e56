"""The docks, in the order the window shows them: a file each, built with `(editor)`.

A dock has `name` (its object name is dock.NAME), `title`, `icon` and `area`: "upper" or "lower"
group; `closed` = True keeps it closed at first. To add one: a file here and a line in DOCKS.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ganpaint.ui.docks.classes import ClassDock
from ganpaint.ui.docks.history import HistoryDock
from ganpaint.ui.docks.latent import LatentDock
from ganpaint.ui.docks.models import ModelsDock
from ganpaint.ui.docks.projection import ProjectionDock

DOCKS: tuple[type[QWidget], ...] = (
    ClassDock,
    LatentDock,
    ProjectionDock,
    HistoryDock,
    ModelsDock,
)
