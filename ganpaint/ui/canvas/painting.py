"""The scene's layers onto the screen, in the order they lie: surround, checker, photo or edited
picture, strokes, mask. Everything is copied pixel by pixel, so that painting a small box gives
the same pixels as painting all.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QRect
from PySide6.QtGui import QBrush, QImage, QPainter

from ganpaint.ui.canvas.sampling import EMPTY, Box, common
from ganpaint.ui.canvas.scene import Scene
from ganpaint.ui.canvas.strokes import SETTLED, LiveStroke
from ganpaint.ui.theme import theme

CHECKER = 8  # logical pixels a side of the transparency checker


def paint_scene(painter: QPainter, scene: Scene, dirty: Box, sides: tuple[Box, Box]) -> None:
    """Paint a box of device pixels.

    Args:
        painter: works in device pixels.
        scene: what is shown.
        dirty: what to paint.
        sides: the boxes that show the opened photo, and all that was done to it.
    """
    painter.fillRect(_rect(dirty), theme().colour("surround"))
    picture, window = scene.picture, scene.window
    if picture is None or window is None:
        return
    seen = common(window.visible, dirty)
    if picture.photo.has_alpha and seen != EMPTY:
        painter.fillRect(_rect(seen), _checker(window.transform.ratio))
    before, after = sides
    for layer, side in ((picture.before, before), (picture.after, after)):
        box = common(seen, side)
        if layer is not None and box != EMPTY:
            layer.draw(painter, box)
    if common(dirty, after) != EMPTY:
        painter.save()
        painter.setClipRect(_rect(after))
        _paint_marks(painter, scene, common(dirty, after))
        painter.restore()


def _paint_marks(painter: QPainter, scene: Scene, dirty: Box) -> None:
    """Strokes and mask."""
    assert scene.window is not None
    if scene.strokes_shown or scene.live is not None:
        _paint_strokes(painter, scene, dirty)
    if scene.mask_veil:
        scene.mask.draw_veil(painter, scene.window, dirty, theme().colour("mask"))
    elif scene.has_ants:
        scene.mask.draw_ants(painter, scene.window, dirty, scene.phase)


def _paint_strokes(painter: QPainter, scene: Scene, dirty: Box) -> None:
    assert scene.window is not None
    live = None if scene.live_on_mask else (scene.live or scene.released)
    painter.setOpacity(SETTLED)
    if live is not None and live.ink.erase:
        live.layer.draw(painter, dirty)  # the others, less what it takes away
    else:
        scene.strokes.draw(painter, scene.window, dirty)
    now = time.monotonic()
    for fade in scene.fades:
        _draw_live(painter, fade.live, dirty, fade.strength(now))
    if live is not None and not live.ink.erase:
        _draw_live(painter, live, dirty, 1.0)
    painter.setOpacity(1.0)


def _draw_live(painter: QPainter, live: LiveStroke, dirty: Box, strength: float) -> None:
    box = common(live.box, dirty)
    if box != EMPTY:
        painter.setOpacity(strength)
        live.layer.draw(painter, box)


def _rect(box: Box) -> QRect:
    return QRect(box[0], box[1], box[2] - box[0], box[3] - box[1])


def _checker(ratio: float) -> QBrush:
    side = round(CHECKER * ratio)
    image = QImage(2 * side, 2 * side, QImage.Format.Format_RGB32)
    image.fill(theme().colour("checker1"))
    painter = QPainter(image)
    painter.fillRect(QRect(side, 0, side, side), theme().colour("checker2"))
    painter.fillRect(QRect(0, side, side, side), theme().colour("checker2"))
    painter.end()
    return QBrush(image)
