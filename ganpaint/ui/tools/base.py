"""What a tool is, and what it sees of the canvas.

A tool gets `Pointer`s in photo coordinates: press, move while a button is down, release; `hover`
without. It shows its unfinished work on the canvas and ends a gesture in one commit; pixels and
geometry are picture/'s. Its class attributes fill tool bar, options bar and tips.

To add one: a file here, a line in TOOLS, a line in ui/actions.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter

from ganpaint.picture.brush import Brush

if TYPE_CHECKING:
    from ganpaint.picture.frame import Frame
    from ganpaint.ui.canvas.strokes import Ink, LiveStroke
    from ganpaint.ui.canvas.transform import ViewTransform
    from ganpaint.ui.editor import Editor

NO_KEYS = Qt.KeyboardModifier.NoModifier
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@dataclass(frozen=True, slots=True)
class Pointer:
    """Mouse or pen at one moment.

    Attributes:
        x, y: photo pixels, y down; pixel centres lie at +0.5.
        pressure: 0…1; 1 for a mouse.
        seconds: since some fixed moment.
        buttons: the button that was pressed or released, or those held.
        keys: modifiers held.
        pen: whether it is a pen.
        eraser: whether it is a pen's other end.
    """

    x: float
    y: float
    pressure: float = 1.0
    seconds: float = 0.0
    buttons: Qt.MouseButton = LEFT
    keys: Qt.KeyboardModifier = NO_KEYS
    pen: bool = False
    eraser: bool = False

    @property
    def shift(self) -> bool:
        """Whether Shift is held."""
        return bool(self.keys & Qt.KeyboardModifier.ShiftModifier)

    @property
    def ctrl(self) -> bool:
        """Whether Ctrl (⌘ on macOS) is held."""
        return bool(self.keys & Qt.KeyboardModifier.ControlModifier)

    @property
    def alt(self) -> bool:
        """Whether Alt is held."""
        return bool(self.keys & Qt.KeyboardModifier.AltModifier)

    @property
    def right(self) -> bool:
        """Whether it is the right button."""
        return bool(self.buttons & RIGHT)


class Board(Protocol):
    """What a tool may use of the canvas."""

    editor: Editor

    @property
    def transform(self) -> ViewTransform:
        """Where the photo lies on the view."""

    def repaint_screen(self, rect: QRectF) -> None:
        """Paint a logical rectangle of the view again."""

    def move_view(self, transform: ViewTransform, *, animate: bool = False) -> None:
        """Show another part of the photo, or another size."""

    def view_size(self) -> QSizeF:
        """Logical size of the view."""

    def begin_stroke(self, brush: Brush, ink: Ink, *, on_mask: bool = False) -> LiveStroke:
        """Show an unfinished stroke."""

    def extend_stroke(self, x: float, y: float, pressure: float) -> None:
        """Draw the unfinished stroke on to a photo point."""

    def end_stroke(self, *, keep: bool) -> None:
        """The stroke is over; `keep`: it was committed, let it fade to the others."""

    def colour_at(self, x: float, y: float, side: int) -> QColor | None:
        """Mean colour of what is seen in side × side device pixels; None beside the picture."""

    def preview_frame(self, frame: Frame | None) -> None:
        """Show the work frame elsewhere until it is committed; None ends that."""


class Tool:
    """One tool; `board` is the canvas it works on.

    Attributes:
        name: stable; `tool.<name>` is its button.
        title: in the options bar and tips.
        icon: in resources/icons.
        group: "paint", "mask" or "view": buttons of a group stand together.
        options: names of the options it uses, in the order of the options bar.
        on_mask: whether the mask is shown as a veil while it is active.
    """

    name = ""
    title = ""
    icon = ""
    group = "view"
    options: tuple[str, ...] = ()
    on_mask = False

    def __init__(self, board: Board) -> None:
        self.board = board
        self.editor = board.editor

    @property
    def busy(self) -> bool:
        """Whether a gesture is under way."""
        return False

    def press(self, at: Pointer) -> None:
        """A button went down."""

    def move(self, at: Pointer) -> None:
        """The pointer moved with the button down."""

    def release(self, at: Pointer) -> None:
        """The button went up: commit."""

    def hover(self, at: Pointer) -> None:
        """The pointer moved without a button."""

    def cancel(self) -> bool:
        """Give up the gesture under way; whether there was one."""
        return False

    def double_click(self, at: Pointer) -> None:
        """Two clicks at one place; the second `press` was delivered before."""

    def wheel(self, notches: float, at: Pointer) -> bool:
        """The wheel turned; True where the tool used it."""
        return False

    def arrow(self, dx: int, dy: int, keys: Qt.KeyboardModifier) -> bool:
        """An arrow key; True where the tool used it."""
        return False

    def cursor(self, at: Pointer | None) -> Qt.CursorShape | None:
        """The pointer's shape; None where the tool draws its own in `paint_overlay`."""
        return Qt.CursorShape.ArrowCursor

    def overlay_rect(self, at: Pointer) -> QRectF:
        """Logical rectangle of what `paint_overlay` draws for a pointer."""
        return QRectF()

    def paint_overlay(self, painter: QPainter, at: Pointer | None) -> None:
        """Draw over the picture, in logical pixels."""

    def hint(self, at: Pointer | None) -> str:
        """What the mouse would do now."""
        return ""

    def activate(self) -> None:
        """It was taken."""

    def deactivate(self) -> None:
        """Another one was taken."""
        self.cancel()

    def screen(self, at: Pointer) -> QPointF:
        """Where a pointer is on the view."""
        return self.board.transform.to_screen(at.x, at.y)
