"""When actions can be used and are checked, and the small ones that have no file of their own.

`enabled` and `checked` functions look at the editor only; the others get the window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganpaint.ui.commands import paint
from ganpaint.ui.recent import forget_pictures

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor
    from ganpaint.ui.main_window import MainWindow


def always(editor: Editor) -> bool:
    """Can be used at any time."""
    return True


def has_document(editor: Editor) -> bool:
    """Something is open."""
    return editor.session is not None


def can_undo(editor: Editor) -> bool:
    """There is an earlier state."""
    return editor.session is not None and editor.session.history.can_undo


def can_redo(editor: Editor) -> bool:
    """There is a later state."""
    return editor.session is not None and editor.session.history.can_redo


def has_strokes(editor: Editor) -> bool:
    """There are strokes on the canvas."""
    return editor.document is not None and bool(editor.document.strokes)


def has_mask(editor: Editor) -> bool:
    """There is a mask."""
    return editor.document is not None and editor.document.mask is not None


def is_mirrored(editor: Editor) -> bool:
    """The model sees the photo mirrored."""
    return editor.document is not None and editor.document.frame.mirror


def is_running(editor: Editor) -> bool:
    """A search of the open document runs or rests."""
    return editor.session is not None and paint.results(editor).run is not None


def is_split(editor: Editor) -> bool:
    """Before and after stand side by side."""
    return bool(editor.property("split"))


def sees_all_strokes(editor: Editor) -> bool:
    """Strokes are shown though the picture follows them already."""
    return bool(editor.property("allStrokes"))


def tool_in_hand(editor: Editor) -> str:
    """The tool as the tool bar shows it: the eraser is a mode of the brush."""
    if editor.tool in ("brush", "mask") and editor.options.erase:
        return "eraser" if editor.tool == "brush" else "mask"
    return editor.tool


# ------------------------------------------------------------------------------ small actions
def call_canvas(method: str, window: MainWindow) -> None:
    """One of the view's own methods."""
    getattr(window.canvas, method)()


def toggle_split(window: MainWindow) -> None:
    """Before beside after, or not."""
    window.canvas.set_split(not is_split(window.editor))


def toggle_strokes(window: MainWindow) -> None:
    """Show the strokes that the picture follows, or not."""
    window.canvas.set_all_strokes(not sees_all_strokes(window.editor))


def toggle_dock(name: str, window: MainWindow) -> None:
    """Open a dock in front, or close it where it is in front already."""
    docks = window.docks
    if not docks.is_shown(name) or not docks.docks[name].widget.isVisible():
        docks.raise_dock(name)
    else:
        docks.show_dock(name, False)


def toggle_private(window: MainWindow) -> None:
    """Keep no recent files from now on, and forget those there are."""
    editor = window.editor
    private = not editor.preferences.private
    editor.change_preferences(private=private)
    if private:
        editor.change_preferences(recent_files=())
        forget_pictures()


def take_tool(name: str, window: MainWindow) -> None:
    """Take a tool; the eraser is a mode of brush and mask brush, taken again it goes back."""
    editor = window.editor
    if name != "eraser":
        editor.use_tool(name)
        if name in ("brush", "mask"):
            editor.set_option("erase", False)
    elif editor.tool in ("brush", "mask"):
        editor.set_option("erase", not editor.options.erase)
    else:
        editor.use_tool("brush")
        editor.set_option("erase", True)


def escape(window: MainWindow) -> None:
    """The innermost of: a gesture, a message, the running job (its best is kept)."""
    if window.canvas.cancel() or window.messages.dismiss_newest():
        return
    if is_running(window.editor):
        paint.stop(window.editor)


def resize(direction: int, window: MainWindow) -> None:
    """The brush by a tenth, below 10 px by one."""
    size = window.editor.options.size
    if size < 10 or (size == 10 and direction < 0):
        size = round(size) + direction
    else:
        size = size * 1.1 if direction > 0 else size / 1.1
    window.editor.set_option("size", size)


def harden(by: float, window: MainWindow) -> None:
    """The brush's edge."""
    window.editor.set_option("hardness", round(window.editor.options.hardness + by, 2))


def swap(window: MainWindow) -> None:
    """Brush: the last two colours change places. Mask: paint or take away."""
    editor = window.editor
    options = editor.options
    if editor.tool == "mask":
        editor.set_option("erase", not options.erase)
        return
    others = [colour for colour in options.recent if colour != options.colour]
    if others:
        former = options.colour
        editor.set_option("colour", others[0])
        editor.set_option("recent", (others[0], former, *(c for c in others[1:] if c != former)))


def is_theme(name: str, editor: Editor) -> bool:
    """Whether a theme is the chosen one."""
    return editor.preferences.theme == name


def is_surround(name: str, editor: Editor) -> bool:
    """Whether a surround is the chosen one."""
    return editor.preferences.surround == name


def is_tool(name: str, editor: Editor) -> bool:
    """Whether a tool is in hand."""
    return tool_in_hand(editor) == name
