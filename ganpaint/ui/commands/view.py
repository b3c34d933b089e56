"""View and Window: theme, surround, panels, areas. Zooming is the canvas's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

from ganpaint.ui import theme

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor
    from ganpaint.ui.main_window import MainWindow

NESTED = 4  # layouts between the window and the canvas


def use_theme(editor: Editor, name: str) -> None:
    """Dark, light, or as the system has it; at once and for next time."""
    editor.change_preferences(theme=name)
    dress(editor)


def other_theme(editor: Editor) -> None:
    """From dark to light and back."""
    use_theme(editor, "light" if theme.theme().is_dark else "dark")


def use_surround(editor: Editor, name: str) -> None:
    """What lies around the picture; "" is the theme's own."""
    editor.change_preferences(surround=name)
    dress(editor)


def dress(editor: Editor) -> None:
    """Apply theme and surround of the preferences."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        theme.apply(app, editor.preferences.theme, editor.preferences.surround)


def set_smooth(window: MainWindow, smooth: bool) -> None:
    """Whether pixels stay smooth above 200 %."""
    window.editor.change_preferences(smooth_above=smooth)
    window.canvas.update()


def toggle_panels(window: MainWindow) -> None:
    """Hide tool bar, options and docks, or show them again; the picture stays in its place."""
    canvas = window.canvas
    view, before = canvas.transform, canvas.mapToGlobal(QPoint(0, 0))
    window.show_panels(not window.panels_shown)
    for _ in range(NESTED):  # the canvas has its new place before anything is painted
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    moved = before - canvas.mapToGlobal(QPoint(0, 0))
    if window.editor.document is not None:
        canvas.viewport.move(view.moved(moved.x(), moved.y()))


def toggle_full_screen(window: MainWindow) -> None:
    """Fill the screen, or not."""
    window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)


def next_area(window: MainWindow, step: int = 1) -> None:
    """Move the focus to the next part of the window that can take it (F6)."""
    areas = [area for area in window.areas() if area.isVisible() and first_focusable(area)]
    if not areas:
        return
    focus = QApplication.focusWidget()
    at = next(
        (i for i, a in enumerate(areas) if focus and (a is focus or a.isAncestorOf(focus))), -1
    )
    target = first_focusable(areas[(at + step) % len(areas) if at >= 0 else 0])
    if target is not None:
        target.setFocus(Qt.FocusReason.TabFocusReason)


def first_focusable(area: QWidget) -> QWidget | None:
    """The first widget in an area that Tab can reach, in reading order."""

    def takes(widget: QWidget) -> bool:
        policy = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        return bool(policy) and widget.isVisible() and widget.isEnabled()

    if takes(area):
        return area
    found = [widget for widget in area.findChildren(QWidget) if takes(widget)]
    return min(
        found,
        key=lambda w: (
            w.mapTo(area, w.rect().topLeft()).y(),
            w.mapTo(area, w.rect().topLeft()).x(),
        ),
        default=None,
    )
