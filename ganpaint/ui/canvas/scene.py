"""All pixels of the canvas: photo, edits, strokes and mask, kept up to date in slices.

The scene knows document, preview and window. It is no widget: view.py gives it time to work and
painting.py paints its layers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEasingCurve

from ganpaint.document.document import Document, Edit
from ganpaint.document.stroke import Stroke
from ganpaint.picture.brush import Brush
from ganpaint.picture.composite import Patch
from ganpaint.ui.canvas.maskoverlay import MaskOverlay
from ganpaint.ui.canvas.picture import PictureView
from ganpaint.ui.canvas.sampling import EMPTY, Box, Window
from ganpaint.ui.canvas.strokes import SETTLED, Ink, LiveStroke, StrokesView
from ganpaint.ui.theme import duration

BESIDE_A_STROKE = 0.002  # seconds a slice may take while a stroke is drawn
SLICE = 0.006


@dataclass(slots=True, eq=False)
class Fade:
    """A released stroke on its way from full strength to that of the others."""

    live: LiveStroke
    stroke: Stroke
    begun: float

    def strength(self, now: float) -> float:
        """1 at first, SETTLED at the end."""
        length = duration("fade") / 1000
        share = min((now - self.begun) / length, 1.0) if length else 1.0
        eased = QEasingCurve(QEasingCurve.Type.OutCubic).valueForProgress(share)
        return float(1 + (SETTLED - 1) * eased)

    def over(self, now: float) -> bool:
        """Whether it is like the others now."""
        return (now - self.begun) * 1000 >= duration("fade")


class Scene:
    """What the canvas shows of a document.

    Args:
        repaint: asks for a box of device pixels to be painted again.

    Attributes:
        mask_veil: whether the mask is a veil (a mask tool is active) instead of ants.
        strokes_shown: whether strokes are shown; they count all the same.
        all_strokes: also those that the picture follows already. They are hidden otherwise, so
            that what is seen is what is exported; an eraser has to see them.
        live, live_on_mask: the unfinished stroke, and whether it paints the mask.
        released: a stroke that was released and is not among the others yet.
        fades: strokes that fade.
        phase: steps that the ants have marched.
    """

    def __init__(self, repaint: Callable[[Box], None]) -> None:
        self._repaint = repaint
        self.document: Document | None = None
        self.window: Window | None = None
        self.picture: PictureView | None = None
        self.mask = MaskOverlay()
        self.strokes = StrokesView()
        self.mask_veil = False
        self.strokes_shown = True
        self.all_strokes = False
        self.phase = 0
        self.live: LiveStroke | None = None
        self.live_on_mask = False
        self.released: LiveStroke | None = None
        self.fades: list[Fade] = []
        self._preview: Edit | None = None
        self._erasing = False
        self._points: list[tuple[float, float, float]] = []
        self._brush = Brush()

    # ------------------------------------------------------------------------------ content
    def set_document(self, document: Document | None) -> None:
        """Another document, or another state of it."""
        old, self.document = self.document, document
        photo = document.photo if document is not None else None
        if photo is None or self.picture is None or self.picture.photo is not photo:
            self.picture = PictureView(photo) if photo is not None else None
            self.fades, self.released, self._preview = [], None, None
            self.mask.forget()
        elif document is not None:
            self.fades = [f for f in self.fades if any(f.stroke is s for s in document.strokes)]
            self._take_released(old, document)
        self._update(moving=False)

    def set_preview(self, edit: Edit | None) -> Box:
        """An edit shown in place of its committed form; returns the device pixels it changed."""
        if edit is self._preview:
            return EMPTY
        self._preview = edit
        return self._update_picture(moving=False)

    def set_window(self, window: Window, *, moving: bool) -> None:
        """The view shows another part, or has another size."""
        if window == self.window:
            return
        self.window = window
        self.fades, self.released = [], None
        if self.live is not None:
            self._redraw_live()
        self._update(moving=moving)
        self._repaint((0, 0, *window.size))

    def repaint_all(self) -> None:
        """Paint the whole view again."""
        if self.window is not None:
            self._repaint((0, 0, *self.window.size))

    @property
    def patches(self) -> tuple[Patch, ...]:
        """Patches of what is seen, bottom to top, the preview in its edit's place."""
        if self.document is None:
            return ()
        edits = [edit for edit in self.document.edits if edit.visible]
        preview = self._preview
        if preview is None:
            return tuple(edit.patch for edit in edits)
        if not any(edit.id == preview.id for edit in edits):
            edits.append(preview)
        return tuple((preview if edit.id == preview.id else edit).patch for edit in edits)

    def _update(self, *, moving: bool) -> None:
        if self.document is None or self.window is None:
            return
        self._update_picture(moving=moving)
        self._show_strokes()
        self._advance_strokes()
        if not moving:
            self._update_mask()

    def _update_picture(self, *, moving: bool) -> Box:
        if self.picture is None or self.window is None:
            return EMPTY
        dirty = self.picture.show(self.window, self.patches, moving=moving)
        self._repaint(dirty)
        return dirty

    def _update_mask(self) -> None:
        assert self.document is not None and self.window is not None
        mask = self.document.mask
        if self.mask.stale(mask, self.window) and self.live is None:
            self.mask.show(mask, self.window)
            self._repaint(self.window.visible)

    # ------------------------------------------------------------------------------ slices
    def work(self, *, moving: bool = False) -> bool:
        """Do a slice of what is left; returns whether more remains.

        Args:
            moving: whether the view moved a moment ago: what takes longer waits.
        """
        if self.picture is None or self.window is None or self.document is None:
            return False
        pyramid = self.picture.pyramid
        if not pyramid.complete:
            if pyramid.advance(BESIDE_A_STROKE if self.live is not None else SLICE):
                self._update_picture(moving=False)
            return True
        if self.strokes.busy:
            self._advance_strokes()
            return True
        if moving:
            return self.picture.stale or self.mask.stale(self.document.mask, self.window)
        if self.picture.stale:
            self._repaint(self.picture.refine())
            return True
        self._update_mask()
        return False

    def _show_strokes(self) -> None:
        """Ask for a layer of the strokes but for those that still fade, or are followed."""
        assert self.document is not None and self.window is not None
        now = time.monotonic()
        fresh = {id(fade.stroke) for fade in self.fades if not fade.over(now)}
        hidden = frozenset() if self.all_strokes or self._erasing else self.document.followed
        strokes = self.document.strokes
        seen = [s for s in strokes if id(s) not in fresh and s.id not in hidden]
        self.strokes.show(seen, self.window)

    def show_all_strokes(self, on: bool) -> None:
        """Show also the strokes that the picture follows, or hide them."""
        if on != self.all_strokes:
            self.all_strokes = on
            if self.document is not None and self.window is not None:
                self._show_strokes()
                self._advance_strokes()

    def _advance_strokes(self) -> None:
        if not self.strokes.busy:
            return
        if self.strokes.advance(BESIDE_A_STROKE if self.live is not None else SLICE):
            self.released = None
            now = time.monotonic()
            self.fades = [fade for fade in self.fades if not fade.over(now)]
            self.repaint_all()

    # ------------------------------------------------------------------------------ motion
    def animate(self) -> bool:
        """One frame of the fading strokes; returns whether there are any."""
        for fade in self.fades:
            self._repaint(fade.live.box)
        now = time.monotonic()
        over = [fade for fade in self.fades if fade.over(now)]
        if self.window is not None and over:
            self._show_strokes()
            self._advance_strokes()
            if not self.strokes.busy:  # its place is taken, or it is followed by now
                self.fades = [fade for fade in self.fades if fade not in over]
                for fade in over:
                    self._repaint(fade.live.box)
        return bool(self.fades)

    def march(self) -> None:
        """The ants take a step."""
        self.phase += 1
        for cell in self.mask.cells():
            self._repaint(cell)

    @property
    def has_ants(self) -> bool:
        """Whether there are ants."""
        return self.document is not None and self.document.mask is not None and not self.mask_veil

    # ------------------------------------------------------------------------------ live stroke
    def begin_stroke(self, brush: Brush, ink: Ink, *, on_mask: bool) -> LiveStroke:
        """Show an unfinished stroke."""
        assert self.window is not None and self.document is not None
        self._brush, self._points, self.live_on_mask = brush, [], on_mask
        under = None
        if on_mask:
            self._update_mask()
            everything = ink.erase and self.document.mask is None
            self.mask.begin(self.window, full=everything)
            if everything:
                self._repaint(self.window.visible)
        elif ink.erase:
            self._erasing = True
            self.fades, self.released = [], None
            self._show_strokes()
            while self.strokes.busy:  # it takes away from what is there
                self.strokes.advance(1.0)
            under = self.strokes.layer(self.window)
        self.live = LiveStroke(brush, ink, self.window, under)
        return self.live

    def extend_stroke(self, x: float, y: float, pressure: float) -> None:
        """Draw the unfinished stroke on to a photo point."""
        if self.live is None:
            return
        self._points.append((x, y, pressure))
        box = self.live.add(x, y, pressure)
        if self.live_on_mask:
            self.mask.add(self.live, box)
        if box != EMPTY:
            self._repaint(box)

    def end_stroke(self, *, keep: bool) -> None:
        """The stroke is over; `keep`: it is committed next, and fades to the others."""
        live, self.live = self.live, None
        self._erasing = False
        if live is None or self.window is None:
            return
        if self.live_on_mask:
            self.mask.end()
            if not keep:
                self.mask.forget()
                self._update_mask()
                self.repaint_all()
            return
        self.released = live if keep else None
        if not keep:
            self._repaint(live.box)

    def _redraw_live(self) -> None:
        """The view moved under the unfinished stroke."""
        assert self.live is not None
        points, ink = list(self._points), self.live.ink
        self.live = None
        if self.live_on_mask:
            self.mask.forget()
        self.begin_stroke(self._brush, ink, on_mask=self.live_on_mask)
        for point in points:
            self.extend_stroke(*point)

    def _take_released(self, old: Document | None, new: Document) -> None:
        """The released stroke is in the document now: it fades. One that erased stays until
        what it took away is gone from the layer of all strokes."""
        live = self.released
        if live is None or live.ink.erase or old is None:
            return
        self.released = None
        if len(new.strokes) == len(old.strokes) + 1 and duration("fade"):
            self.fades.append(Fade(live, new.strokes[-1], time.monotonic()))
