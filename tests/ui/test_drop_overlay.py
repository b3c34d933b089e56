"""The overlay covers its host and lets the mouse through."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from ganpaint.ui import theme
from ganpaint.ui.drop_overlay import DropOverlay


def test_it_covers_the_host(qtbot: object, qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    host = QWidget()
    qtbot.addWidget(host)  # type: ignore[attr-defined]
    host.resize(300, 200)
    host.show()
    overlay = DropOverlay(host)
    assert not overlay.isVisible()
    overlay.appear()
    host.resize(400, 260)
    assert overlay.geometry() == host.rect()
    assert overlay.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    assert overlay.grab().toImage().pixelColor(1, 100) == theme.theme().colour("accent")
