"""Mouse, pen, wheel and keys on the canvas: which tool gets what.

A gesture belongs to the tool and button that began it until that button is released. Space,
Ctrl+Space, Alt and the middle button lend another tool for as long as they are held; it is given
back when they are released, in whatever order, and when the window loses the focus.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPainter, QTabletEvent

from ganpaint.ui.canvas.pointer import Kind, PointerSource
from ganpaint.ui.commands import paint
from ganpaint.ui.tools import TOOLS
from ganpaint.ui.tools.base import LEFT, NO_KEYS, Pointer, Tool
from ganpaint.ui.tools.stroking import StrokingTool

if TYPE_CHECKING:
    from ganpaint.ui.canvas.view import CanvasView

EDGE = 24.0  # logical pixels from the view's edge where painting scrolls, if asked for
EDGE_SPEED = 10.0  # logical pixels a tick
MIDDLE = Qt.MouseButton.MiddleButton


class Controls(QObject):
    """One for a canvas.

    Attributes:
        tools: by name.
        pointer: where mouse, pen or keyboard cursor were last, None while they are elsewhere.
    """

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self.editor = canvas.editor
        self.tools: dict[str, Tool] = {tool.name: tool(canvas) for tool in TOOLS}
        self.pointer: Pointer | None = None
        self._place = QPointF()
        self._source = PointerSource()
        self._lent = ""  # name of the tool that a held key lends
        self._gesture: tuple[Tool, Qt.MouseButton] | None = None
        self._divider = False
        self._overlay = QRectF()
        self._active: Tool = self.tools["brush"]
        self._edge = QTimer(self, interval=16)
        self._edge.timeout.connect(self._scroll_at_edge)
        paint.results(self.editor).runChanged.connect(self.refresh)  # the hint tells of it

    # ------------------------------------------------------------------------------ which tool
    @property
    def chosen(self) -> Tool:
        """The editor's tool."""
        return self.tools.get(self.editor.tool, self.tools["brush"])

    @property
    def tool(self) -> Tool:
        """The tool that the next press goes to."""
        if self._gesture is not None:
            return self._gesture[0]
        if self._lent:
            return self.tools[self._lent]
        if self.pointer is not None and self._picks_with_alt(self.pointer):
            return self.tools["eyedropper"]
        return self.chosen

    def _picks_with_alt(self, at: Pointer) -> bool:
        return at.alt and not at.ctrl and "colour" in self.chosen.options

    @property
    def busy(self) -> bool:
        """Whether a gesture is under way."""
        return self._gesture is not None

    def lend(self, name: str) -> None:
        """A key that lends a tool went down."""
        if self._gesture is None and self._lent != name:
            self._lent = name
            self.refresh()

    def take_back(self) -> None:
        """That key was released. A drag of the lent tool ends; no other tool begins."""
        if not self._lent:
            return
        lent, self._lent = self.tools[self._lent], ""
        if self._gesture is not None and self._gesture[0] is lent:
            lent.cancel()
            self._gesture = None
        self.refresh()

    def tool_changed(self) -> None:
        """The editor took another tool."""
        if self._active is not self.chosen:
            if self._gesture is not None:
                self.cancel()
            self._active.deactivate()
            self._active = self.chosen
            self._active.activate()
        self.refresh()

    # ------------------------------------------------------------------------------ pointer
    def mouse(self, event: QMouseEvent, *, double: bool = False) -> None:
        """A mouse event of the canvas."""
        found = self._source.mouse(event, self.canvas.transform)
        if found is not None:
            self._deliver(*found, double=double)

    def tablet(self, event: QTabletEvent) -> None:
        """A pen's event."""
        found = self._source.tablet(event, self.canvas.transform)
        if found is not None:
            self._deliver(*found)

    def _deliver(self, kind: Kind, at: Pointer, place: QPointF, *, double: bool = False) -> None:
        arrived = self.pointer is None
        self.pointer, self._place = at, place
        if arrived:  # the frame is hidden while the hands are elsewhere
            self.canvas.place.repaint()
        if kind is Kind.PRESS:
            self._press(at, double=double)
        elif kind is Kind.RELEASE:
            self._release(at)
        elif self._divider:
            self.canvas.compare.drag(self.canvas.picture_rect(), place, turn=at.alt)
            self.canvas.update()
        elif self._gesture is not None:
            self._gesture[0].move(at)
            self._watch_edge()
        else:
            self.tool.hover(at)
        self.refresh()
        self.canvas.pointed.emit(at)

    def _press(self, at: Pointer, *, double: bool) -> None:
        if self._gesture is not None or self._divider:
            return
        if at.buttons & LEFT and self._over_divider():
            self._divider = not double
            if double:
                self.canvas.compare.centre()
                self.canvas.update()
            return
        tool = self.tools["hand"] if at.buttons & MIDDLE else self.tool
        if at.buttons & MIDDLE or at.buttons & LEFT or at.right:
            self._gesture = tool, at.buttons
            tool.press(at)
            if double:
                tool.double_click(at)

    def _release(self, at: Pointer) -> None:
        self._edge.stop()
        if self._divider:
            self._divider = False
            self.canvas.compare.release()
        elif self._gesture is not None and (at.pen or self._gesture[1] & at.buttons):
            tool, self._gesture = self._gesture[0], None
            tool.release(at)

    def leave(self) -> None:
        """The pointer left the canvas."""
        if self._gesture is None:
            self.pointer = None
            self.refresh()
            self.canvas.place.repaint()
            self.canvas.pointed.emit(None)

    def cancel(self) -> bool:
        """Give up the gesture under way; whether there was one."""
        gesture, self._gesture = self._gesture, None
        self._edge.stop()
        done = gesture is not None and gesture[0].cancel()
        self.refresh()
        return done

    def let_go(self) -> None:
        """The focus went elsewhere: nothing is held, a stroke ends where it is."""
        self._source.let_go()
        if self._gesture is not None and self.pointer is not None:
            tool, self._gesture = self._gesture[0], None
            tool.release(self.pointer)
        self._edge.stop()
        self._gesture, self._divider = None, False
        self.take_back()

    def document_opened(self) -> None:
        """Another document: no gesture, no last point."""
        self.cancel()
        self.pointer = None
        for tool in self.tools.values():
            if isinstance(tool, StrokingTool):
                tool.forget_last_point()

    # ------------------------------------------------------------------------------ keyboard cursor
    def key_cursor(self) -> tuple[float, float]:
        """Where the keyboard paints: at the pointer, or in the middle of the view."""
        if self.pointer is not None:
            return self.pointer.x, self.pointer.y
        return self.canvas.transform.to_photo(self.canvas.middle)

    def step_key_cursor(self, dx: float, dy: float) -> None:
        """An arrow key moves the cursor; with a stroke under way it draws."""
        x, y = self.key_cursor()
        at = Pointer(x + dx, y + dy)
        self._deliver(Kind.MOVE, at, self.canvas.transform.to_screen(at.x, at.y))

    def press_or_release_key_cursor(self, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        """Enter: the button goes down, or up again."""
        x, y = self.key_cursor()
        at = Pointer(x, y, keys=keys)
        kind = Kind.PRESS if self._gesture is None else Kind.RELEASE
        self._deliver(kind, at, self.canvas.transform.to_screen(x, y))

    def set_keys(self, keys: Qt.KeyboardModifier) -> None:
        """Modifiers changed under a still pointer."""
        if self.pointer is not None and self.pointer.keys != keys:
            at = self.pointer
            self.pointer = Pointer(
                at.x, at.y, at.pressure, at.seconds, at.buttons, keys, at.pen, at.eraser
            )  # fmt: skip
            if self._gesture is not None and self._gesture[0].busy:
                self._gesture[0].move(self.pointer)
            self.refresh()

    # ------------------------------------------------------------------------------ what is seen
    def view_moved(self) -> None:
        """The picture moved under a still pointer."""
        if self.pointer is None:
            return
        if self._gesture is None:
            x, y = self.canvas.transform.to_photo(self._place)
            at = self.pointer
            self.pointer = Pointer(x, y, at.pressure, at.seconds, at.buttons, at.keys)
        self.refresh()

    def refresh(self) -> None:
        """Overlay, cursor and hint follow tool, pointer and options."""
        tool, canvas = self.tool, self.canvas
        at = self.pointer
        erases = self.chosen.name == "brush" and self.editor.options.erase
        every = erases or bool(self.editor.property("allStrokes"))
        if every != canvas.scene.all_strokes:
            canvas.scene.show_all_strokes(every)
            canvas.motion.start()
        old, self._overlay = self._overlay, QRectF()
        if at is not None and self.editor.session is not None:
            self._overlay = tool.overlay_rect(at)
        for rect in (old, self._overlay):
            if not rect.isEmpty():
                canvas.repaint_screen(rect)
        if self.editor.session is None:
            canvas.setCursor(Qt.CursorShape.ArrowCursor)
            return
        shape = tool.cursor(at)
        if self._divider or (at is not None and not self.busy and self._over_divider()):
            shape = canvas.compare.cursor()
        wanted = Qt.CursorShape.BlankCursor if shape is None else shape
        if canvas.cursor().shape() != wanted:
            canvas.setCursor(wanted)
        self.editor.set_hint(tool.hint(at))

    def _over_divider(self) -> bool:
        near = self.canvas.compare.near(self.canvas.picture_rect(), self._place)
        return near and not self._lent

    def paint(self, painter: QPainter) -> None:
        """The tool's own drawing, in logical pixels."""
        if self._divider or (self.pointer is not None and not self.busy and self._over_divider()):
            return
        self.tool.paint_overlay(painter, self.pointer)

    # ------------------------------------------------------------------------------ scrolling
    def _watch_edge(self) -> None:
        strokes = self._gesture is not None and isinstance(self._gesture[0], StrokingTool)
        if strokes and self.editor.preferences.edge_scroll and self._edge_push() != QPointF():
            self._edge.start()
        else:
            self._edge.stop()

    def _edge_push(self) -> QPointF:
        size, x, y = self.canvas.view_size(), self._place.x(), self._place.y()

        def push(at: float, length: float) -> float:
            if at < EDGE:
                return EDGE_SPEED
            return -EDGE_SPEED if at > length - EDGE else 0.0

        return QPointF(push(x, size.width()), push(y, size.height()))

    def _scroll_at_edge(self) -> None:
        push = self._edge_push()
        if self._gesture is None or self.pointer is None or push == QPointF():
            self._edge.stop()
            return
        self.canvas.move_view(self.canvas.transform.moved(push.x(), push.y()))
        x, y = self.canvas.transform.to_photo(self._place)
        at = self.pointer
        self._deliver(
            Kind.MOVE,
            Pointer(x, y, at.pressure, at.seconds, at.buttons, at.keys, at.pen, at.eraser),
            self._place,
        )
