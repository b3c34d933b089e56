"""The work frame on the canvas, and what lies under a point of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from ganpaint.document.document import Document
from ganpaint.picture.frame import Frame
from ganpaint.tasks.requests import Painted, ProjectRequest
from ganpaint.ui.canvas.overlays import (
    chip_size,
    paint_chip,
    paint_flash,
    paint_frame,
    paint_veil,
)
from ganpaint.ui.canvas.sampling import EMPTY, common
from ganpaint.ui.theme import duration
from ganpaint.ui.tools.frame import handle_places

if TYPE_CHECKING:
    from ganpaint.jobs.jobs import Job
    from ganpaint.ui.canvas.view import CanvasView

AROUND = 8.0  # logical pixels that outline and handles reach beyond the frame


class FramePlace(QObject):
    """One for a canvas."""

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._editor = canvas.editor
        self._preview: Frame | None = None
        self._flash_from = 0.0
        self._veiled = False

    # ------------------------------------------------------------------------------ state
    @property
    def frame(self) -> Frame | None:
        """The frame as it is shown; None without a document."""
        document = self._editor.document
        return self._preview or (document.frame if document is not None else None)

    def preview(self, frame: Frame | None) -> None:
        """Show it elsewhere until it is committed."""
        self.repaint()
        self._preview = frame
        self.repaint()

    def document_changed(self, old: Document | None, new: Document | None) -> None:
        """Another state: the frame may have moved, or appear."""
        if old is None or new is None or old.frame is not new.frame or old.edits is not new.edits:
            self._canvas.update()

    def job_changed(self, job: Job) -> None:
        """A job began, rested, went on or ended."""
        if job.state == "done" and isinstance(job.result, Painted) and duration("flash"):
            self._flash_from = time.monotonic()
            self._canvas.motion.start()
        veiled = self._is_projecting()
        if veiled != self._veiled:
            self._veiled = veiled
            self._canvas.update()

    def animate(self) -> bool:
        """One frame of the flash; whether it goes on."""
        if not self._flash_from:
            return False
        self.repaint()
        if (time.monotonic() - self._flash_from) * 1000 >= duration("flash"):
            self._flash_from = 0.0
        return True

    def repaint(self) -> None:
        """Paint what the frame covers again."""
        polygon = self._polygon()
        if self._veils():
            self._canvas.update()
        elif polygon is not None:
            rect = polygon.boundingRect().adjusted(-AROUND, -AROUND, AROUND, AROUND)
            self._canvas.repaint_screen(rect)

    def _is_projecting(self) -> bool:
        job = self._editor.jobs.running()
        return job is not None and isinstance(job.request, ProjectRequest)

    def _veils(self) -> bool:
        return self._veiled or self._canvas.controls.chosen.name == "frame"

    def _shown(self) -> bool:
        """A frame needs a model. A result is seen without it while the hands are elsewhere."""
        if self._editor.model is None and self._editor.entry is None:
            return False
        document = self._editor.document
        if document is None or self._canvas.compare.held:
            return False
        here = self._canvas.controls.pointer is not None
        return here or self._veils() or document.edit is None

    def _polygon(self) -> QPolygonF | None:
        if self.frame is None:
            return None
        to_screen = self._canvas.transform.to_screen
        return QPolygonF([to_screen(x, y) for x, y in self.frame.polygon().tolist()])

    # ------------------------------------------------------------------------------ painting
    def paint(self, painter: QPainter, picture: QRectF, dirty: QRectF) -> None:
        """Veil, outline, handles and caption, as far as they touch what is painted again."""
        polygon = self._polygon()
        if polygon is None or self.frame is None:
            return
        if not self._shown():
            if self._is_draft():
                paint_chip(painter, polygon.boundingRect().topLeft() + QPointF(8, 8), "draft")
            return
        if not _well_inside(dirty, polygon):  # as a brush's small rectangles mostly are
            if self._veils():
                paint_veil(painter, picture, polygon)
            places = [place for _, place in handle_places(self.frame, self._canvas)]
            paint_frame(painter, polygon, places)
            if self._flash_from:
                share = (time.monotonic() - self._flash_from) * 1000 / max(duration("flash"), 1)
                paint_flash(painter, polygon, min(max(1 - share, 0.0), 1.0))
        words = self._caption(self.frame)
        box = polygon.boundingRect()
        width, height = chip_size(words)
        corner = box.topLeft() + QPointF(8, 8)
        seen = dirty.intersects(QRectF(corner.x() - 1, corner.y() - 1, width + 2, height + 2))
        if seen and box.width() >= width + 16 and box.height() >= height + 16:
            paint_chip(painter, corner, words)

    def _caption(self, frame: Frame) -> str:
        model = self._editor.model or self._editor.entry
        name = model.name if model is not None else ""
        draft = " · draft" if self._is_draft() else ""
        return f"{name} · {frame.size:.0f} px{draft}"

    def _is_draft(self) -> bool:
        """Whether what is previewed is smaller than the model's pictures are (L16)."""
        session, model = self._editor.session, self._editor.model
        preview = session.preview_edit if session is not None else None
        return (
            preview is not None
            and model is not None
            and preview.model == model.hash
            and preview.patch.resolution < model.resolution
        )

    # ------------------------------------------------------------------------------ under a point
    def colour_at(self, x: float, y: float, side: int) -> QColor | None:
        """Mean colour of what is seen in side × side pixels around a photo point."""
        canvas = self._canvas
        picture, window = canvas.scene.picture, canvas.viewport.window
        if picture is None or picture.photo is None:
            return None
        t = window.transform
        place = t.to_screen(x, y)
        before, _ = canvas.compare.sides(canvas.picture_rect())
        layer = picture.before if before.contains(place) else picture.after
        reach = side * max(t.zoom, 1.0) / 2 if side > 1 else 0.5
        cx, cy = t.x + x * t.zoom, t.y + y * t.zoom
        inside = 0 <= x < window.photo[0] and 0 <= y < window.photo[1]
        wide = (
            round(cx - reach), round(cy - reach), round(cx + reach), round(cy + reach),
        )  # fmt: skip
        if side == 1:
            wide = (int(cx), int(cy), int(cx) + 1, int(cy) + 1)
        box = common(wide, window.visible)
        if layer is None or not inside or box == EMPTY:
            return None
        pixels = layer.pixels[box[1] : box[3], box[0] : box[2]].reshape(-1, 4).astype(np.float64)
        blue, green, red, alpha = pixels.mean(0)
        if alpha <= 0:
            return None
        scale = 1.0 / alpha if picture.photo.has_alpha else 1 / 255
        return QColor.fromRgbF(*(float(min(v * scale, 1.0)) for v in (red, green, blue)))

    def describe(self, x: float, y: float) -> str:
        """Tool, zoom, place and what is there, in words."""
        document = self._editor.document
        if document is None:
            return "No photo is open."
        tool = self._canvas.controls.tool
        title = "Eraser" if tool.name == "brush" and self._editor.options.erase else tool.title
        photo = document.photo
        parts = [title, f"zoom {100 * self._canvas.transform.zoom:.0f} %", f"x {x:.0f}, y {y:.0f}"]
        if not (0 <= x < photo.width and 0 <= y < photo.height):
            parts.append("outside the photo")
        else:
            inside = document.frame.contains(x, y)
            parts.append("inside the work frame" if inside else "outside the work frame")
            if document.mask is not None:
                marked = document.mask.plane.region(int(x), int(y), int(x) + 1, int(y) + 1)[0, 0]
                parts.append("marked" if marked else "not marked")
            colour = self.colour_at(x, y, 1)
            if colour is not None:
                parts.append(f"colour {colour.name()}")
        return ", ".join(parts) + "."


def _well_inside(rect: QRectF, polygon: QPolygonF) -> bool:
    """Whether a rectangle lies inside a frame, out of the reach of its outline and handles."""
    wide = rect.adjusted(-AROUND, -AROUND, AROUND, AROUND)
    corners = wide.topLeft(), wide.topRight(), wide.bottomRight(), wide.bottomLeft()
    return all(polygon.containsPoint(at, Qt.FillRule.OddEvenFill) for at in corners)
