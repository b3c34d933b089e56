"""The canvas: the photo with all that is done to it, and the tools at work on it.

A plain widget. What is shown is the scene's (scene.py), where is the viewport's (viewport.py),
what the hands do the controls' and tools' (controls.py, ui/tools). This file joins them: it
listens to the editor, gives the scene time, and paints dirty rectangles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QChildEvent, QEvent, QObject, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from ganpaint.document.document import Document
from ganpaint.picture.brush import Brush
from ganpaint.picture.frame import Frame
from ganpaint.ui.canvas.compare import Compare
from ganpaint.ui.canvas.controls import Controls
from ganpaint.ui.canvas.dropcard import DropCard
from ganpaint.ui.canvas.keyboard import Keyboard
from ganpaint.ui.canvas.motion import Motion
from ganpaint.ui.canvas.overlays import paint_pixel_grid
from ganpaint.ui.canvas.painting import paint_scene
from ganpaint.ui.canvas.place import FramePlace
from ganpaint.ui.canvas.sampling import EMPTY, Box
from ganpaint.ui.canvas.scene import Scene
from ganpaint.ui.canvas.strokes import Ink, LiveStroke
from ganpaint.ui.canvas.transform import ViewTransform
from ganpaint.ui.canvas.viewbar import ViewBar
from ganpaint.ui.canvas.viewport import Viewport
from ganpaint.ui.theme import theme_changed

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor


class CanvasView(QWidget):
    """See the module's docstring; `editor` is what it shows and works on."""

    zoomChanged = Signal(float)  # whenever the view moved: 1 = 100 %
    pointed = Signal(object)  # Pointer, or None when it left

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self.setObjectName("canvas")
        self.setAccessibleName("Canvas")
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport = Viewport(self)
        self.scene = Scene(self._repaint_box)
        self.compare = Compare()
        self.place = FramePlace(self)
        self.controls = Controls(self)
        self.keyboard = Keyboard(self, self.controls)
        self.motion = Motion(self)
        self.bar = ViewBar(self)
        self.card = DropCard(self)
        self._preview_waits = False
        self._connect()
        self._preferences_changed()
        self._document_changed(None, editor.document)

    def _connect(self) -> None:
        editor, bar = self.editor, self.bar
        editor.documentChanged.connect(self._document_changed)
        editor.previewChanged.connect(self._preview_changed)
        editor.toolChanged.connect(self._tool_changed)
        editor.optionsChanged.connect(self.controls.refresh)
        editor.modelChanged.connect(self.update)
        editor.preferencesChanged.connect(self._preferences_changed)
        editor.jobs.changed.connect(self.place.job_changed)
        self.viewport.changed.connect(self._view_changed)
        bar.zoomIn.connect(self.zoom_in)
        bar.zoomOut.connect(self.zoom_out)
        bar.fitClicked.connect(self.fit)
        bar.actualClicked.connect(self.actual_size)
        bar.splitToggled.connect(self.set_split)
        bar.beforeHeld.connect(self.hold_before)
        theme_changed.connect(self.update)

    # ------------------------------------------------------------------------------ for others
    @property
    def transform(self) -> ViewTransform:
        """Where the photo lies on the view."""
        return self.viewport.transform

    @property
    def middle(self) -> QPointF:
        """The view's middle."""
        return self.viewport.middle

    @property
    def is_busy(self) -> bool:
        """Whether a gesture is under way."""
        return self.controls.busy

    def zoom_in(self) -> None:
        """The next zoom stop."""
        self.viewport.step(+1)

    def zoom_out(self) -> None:
        """The former zoom stop."""
        self.viewport.step(-1)

    def fit(self) -> None:
        """The whole photo."""
        self.viewport.fit()

    def actual_size(self) -> None:
        """One photo pixel on one pixel of the screen."""
        self.viewport.actual_size()

    def fit_frame(self) -> None:
        """The work frame."""
        if self.editor.document is not None:
            self.viewport.fit_frame(self.editor.document.frame)

    def view_state(self) -> dict[str, Any]:
        """Zoom and middle, for the project file."""
        return self.viewport.state()

    def restore_view(self, state: dict[str, Any]) -> None:
        """Go back to a view_state."""
        self.viewport.restore(state)

    def cancel(self) -> bool:
        """Give up the gesture under way; whether there was one."""
        return self.controls.cancel()

    def set_split(self, on: bool) -> None:
        """Before beside after."""
        if on != self.compare.split:
            self.compare.split = on
            self.editor.setProperty("split", on)
            self.bar.set_split(on)
            self.update()

    def hold_before(self, on: bool) -> None:
        """Show the opened photo for as long as it is held."""
        if on != self.compare.held:
            self.compare.held = on
            self.update()

    def set_all_strokes(self, on: bool) -> None:
        """Show also the strokes that the picture follows already."""
        self.editor.setProperty("allStrokes", on)
        self.controls.refresh()

    def set_strokes_shown(self, shown: bool) -> None:
        """Show or hide the strokes; they count all the same."""
        self.scene.strokes_shown = shown
        self.update()

    def describe(self) -> str:
        """Tool, zoom, place and what is under the pointer, in words."""
        return self.place.describe(*self.controls.key_cursor())

    # ------------------------------------------------------------------------------ for tools
    def repaint_screen(self, rect: QRectF) -> None:
        """Paint a logical rectangle again."""
        self.update(rect.toAlignedRect().adjusted(-1, -1, 1, 1))

    def move_view(self, transform: ViewTransform, *, animate: bool = False) -> None:
        """Show another part of the photo, or another size."""
        self.viewport.move(transform, animate=animate)

    def view_size(self) -> QSizeF:
        """Logical size of the view."""
        return self.viewport.size

    def begin_stroke(self, brush: Brush, ink: Ink, *, on_mask: bool = False) -> LiveStroke:
        """Show an unfinished stroke."""
        return self.scene.begin_stroke(brush, ink, on_mask=on_mask)

    def extend_stroke(self, x: float, y: float, pressure: float) -> None:
        """Draw the unfinished stroke on to a photo point."""
        self.scene.extend_stroke(x, y, pressure)

    def end_stroke(self, *, keep: bool) -> None:
        """The stroke is over."""
        self.scene.end_stroke(keep=keep)
        self.motion.start()

    def colour_at(self, x: float, y: float, side: int) -> QColor | None:
        """Mean colour of what is seen around a photo point."""
        return self.place.colour_at(x, y, side)

    def preview_frame(self, frame: Frame | None) -> None:
        """Show the work frame elsewhere until it is committed."""
        self.place.preview(frame)

    def picture_rect(self) -> QRectF:
        """The visible part of the photo, in logical pixels."""
        window = self.viewport.window
        return window.logical(window.visible)

    # ------------------------------------------------------------------------------ following
    def _document_changed(self, old: Document | None, new: Document | None) -> None:
        photo = new.photo if new is not None else None
        other = (old.photo if old is not None else None) is not photo or old is None
        if other:  # the view goes first: layers of one photo never meet a view of another
            self.scene.set_document(None)
            self.controls.document_opened()
            self.viewport.set_photo((photo.width, photo.height) if photo is not None else None)
        self.scene.set_document(new)
        self.bar.setVisible(new is not None)
        self.card.setVisible(new is None)
        self.place.document_changed(old, new)
        self.controls.refresh()
        self.motion.start()
        if new is None or other:
            self.update()

    def _preview_changed(self, edit: object) -> None:
        session = self.editor.session
        preview = session.preview_edit if session is not None else None
        drawn = self.scene.set_preview(preview) != EMPTY
        self._preview_waits = edit is not None
        if self._preview_waits and not drawn:
            self.update(0, 0, 1, 1)  # out of sight: acknowledged all the same

    def _tool_changed(self, _: str) -> None:
        self.scene.mask_veil = self.controls.chosen.on_mask
        self.controls.tool_changed()
        self.motion.start()
        self.update()

    def _preferences_changed(self) -> None:
        self.viewport.set_smooth(self.editor.preferences.smooth_above)

    def _view_changed(self) -> None:
        self.scene.set_window(self.viewport.window, moving=True)
        self.motion.view_moved()
        self.bar.set_zoom(self.transform.zoom)
        self.controls.view_moved()
        self.zoomChanged.emit(self.transform.zoom)

    # ------------------------------------------------------------------------------ painting
    def _repaint_box(self, box: Box) -> None:
        if box != EMPTY:
            # one device pixel more on every side: scaled dirty rectangles leave no seams
            self.update(self.viewport.window.logical(box).toAlignedRect().adjusted(-1, -1, 1, 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        window, picture = self.viewport.window, self.picture_rect()
        before, after = (window.device(side) for side in self.compare.sides(picture))
        painter.save()
        painter.scale(1 / self.transform.ratio, 1 / self.transform.ratio)
        dirty = window.device_around(event.region().boundingRect())
        paint_scene(painter, self.scene, dirty, (before, after))
        if self.editor.document is not None:
            paint_pixel_grid(painter, window, dirty)
        painter.restore()
        if self.editor.document is not None:
            self.place.paint(painter, picture, QRectF(event.region().boundingRect()))
            self.compare.paint(painter, picture)
            self.controls.paint(painter)
        painter.end()
        if self._preview_waits:
            self._preview_waits = False
            self.motion.preview_painted()

    # ------------------------------------------------------------------------------ events
    def event(self, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self.keyboard.wants(event):
                event.accept()
                return True
        elif kind == QEvent.Type.NativeGesture and isinstance(event, QNativeGestureEvent):
            if self.keyboard.gesture(event):
                event.accept()
                return True
        elif kind == QEvent.Type.DevicePixelRatioChange:
            self._resized()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._resized()

    def _resized(self) -> None:
        self.viewport.resized(QSizeF(self.size()), self.devicePixelRatioF())
        self.bar.place()
        self.card.place()

    def childEvent(self, event: QChildEvent) -> None:
        """What lies on the canvas (bars, messages) keeps the mouse for itself."""
        child = event.child()
        if event.polished() and isinstance(child, QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
            child.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Enter:
            self.controls.leave()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.controls.mouse(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.controls.mouse(event, double=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.controls.mouse(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.controls.mouse(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        self.controls.tablet(event)
        event.accept()  # else Qt sends a mouse event as well

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.setAccepted(self.keyboard.wheel(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.keyboard.press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self.keyboard.release(event):
            super().keyReleaseEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab hides the panels while the canvas has the focus; F6 leaves it."""
        return False

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.controls.let_go()
        self.keyboard.let_go()
        super().focusOutEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Keys that are held act where the mouse is; a text field keeps the focus."""
        focus = QApplication.focusWidget()
        writes = focus is not None and focus.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        if self.isActiveWindow() and not writes and self.editor.session is not None:
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def leaveEvent(self, event: QEvent) -> None:
        self.controls.leave()
