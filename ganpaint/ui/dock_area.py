"""The docks: two groups of tabs one above the other, each dock closable and able to float.

Docks know neither each other nor this area. Where they stand is kept as JSON in the preferences.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QSplitter, QTabWidget, QToolButton, QVBoxLayout, QWidget

from ganpaint.ui.theme import px, set_icon, set_role

NARROWEST, USUAL, WIDEST = 280, 320, 560
TWO_COLUMNS_FROM = 1680


@dataclass(slots=True, eq=False)
class Dock:
    """One dock: its widget and where it stands."""

    name: str
    title: str
    widget: QWidget
    group: int
    home: int
    shown: bool = True
    first: bool = True  # whether it is open at first
    floating: FloatingDock | None = field(default=None)


class FloatingDock(QWidget):
    """A dock in a window of its own; closing it closes the dock."""

    closed = Signal(str)

    def __init__(self, dock: Dock, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self._name = dock.name
        self.setObjectName(f"{dock.widget.objectName()}.window")
        self.setWindowTitle(dock.title)
        set_role(self, "panel")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(dock.widget)
        dock.widget.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self.closed.emit(self._name)


class DockGroup(QTabWidget):
    """Some docks as tabs, with a "⋯" menu for the one in front."""

    def __init__(self, area: DockArea, number: int) -> None:
        super().__init__(area)
        self.setObjectName(f"docks.group.{number}")
        self.setDocumentMode(True)
        self.setMovable(True)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabBar().setExpanding(False)
        self.tabBar().setObjectName(f"docks.group.{number}.tabs")
        self.tabBar().setAccessibleName("Docks")
        more = QToolButton(self)
        more.setObjectName(f"docks.group.{number}.more")
        more.setFixedSize(px(32), px(28))
        more.setAccessibleName("Dock menu")
        more.setToolTip("Float, move or close this dock")
        set_icon(more, "more", "text2", px(18))
        more.clicked.connect(lambda: area.show_menu(self, more))
        self.setCornerWidget(more, Qt.Corner.TopRightCorner)

    def minimumSizeHint(self) -> QSize:
        return QSize(px(NARROWEST), px(120))


class DockArea(QWidget):
    """All docks of one side of the window."""

    changed = Signal()  # a dock was opened, closed, floated or moved

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("docks")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "window")
        self.setMinimumWidth(px(NARROWEST))
        self.docks: dict[str, Dock] = {}
        self._sized = False
        self._halves = QSplitter(Qt.Orientation.Vertical, self)
        self._halves.setHandleWidth(px(6))
        self._halves.setChildrenCollapsible(False)
        self.groups = [DockGroup(self, 0), DockGroup(self, 1)]
        self._below = [DockGroup(self, 2), DockGroup(self, 3)]  # used in two columns
        self._wide = False
        for group, below in zip(self.groups, self._below, strict=True):
            half = QSplitter(Qt.Orientation.Vertical, self._halves)
            half.setHandleWidth(px(6))
            half.setChildrenCollapsible(False)
            half.addWidget(group)
            half.addWidget(below)
            below.hide()
            self._halves.addWidget(half)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._halves)

    def add(
        self, name: str, title: str, widget: QWidget, group: int, *, shown: bool = True
    ) -> None:
        """Add a dock to a group, 0 the upper one; `name` as in "dock.class".

        Args:
            shown: whether it is open at first.
        """
        widget.setObjectName(widget.objectName() or f"dock.{name}")
        widget.setAccessibleName(widget.accessibleName() or title)
        widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(widget, "panel")
        self.docks[name] = Dock(name, title, widget, int(group), int(group), shown, shown)
        if shown:
            self.groups[group].addTab(widget, title)
        else:
            widget.setParent(self)
            widget.hide()

    def raise_dock(self, name: str) -> None:
        """Show a dock in front of its group, opening it where it is closed."""
        dock = self.docks[name]
        if not dock.shown:
            self.show_dock(name, True)
        if dock.floating is not None:
            dock.floating.raise_()
        else:
            self._group_of(dock).setCurrentWidget(dock.widget)

    def is_shown(self, name: str) -> bool:
        """Whether a dock is open, in front or not."""
        return self.docks[name].shown

    def show_dock(self, name: str, shown: bool) -> None:
        """Open or close a dock."""
        dock = self.docks[name]
        if shown == dock.shown:
            return
        dock.shown = shown
        if shown:
            self._insert(dock)
        else:
            self._take_out(dock)
        self._arrange()

    def float_dock(self, name: str) -> None:
        """Give a dock a window of its own."""
        dock = self.docks[name]
        if dock.floating is not None:
            return
        place = self.mapToGlobal(self.rect().topLeft())
        size = QSize(max(px(USUAL), dock.widget.width()), max(px(360), dock.widget.height()))
        self._take_out(dock)
        dock.shown = True
        window = dock.floating = FloatingDock(dock, self.window())
        window.closed.connect(self._floating_closed)
        window.resize(size)
        window.move(place.x() - size.width() - px(24), place.y() + px(24))
        window.show()
        self._arrange()

    def dock_back(self, name: str) -> None:
        """Put a floating dock back into its group."""
        dock = self.docks[name]
        if dock.floating is not None:
            self._take_out(dock)
            self._insert(dock)
            self._arrange()

    def move_dock(self, name: str) -> None:
        """Move a dock to the other group."""
        dock = self.docks[name]
        self._take_out(dock)
        dock.group = 1 - dock.group
        self._insert(dock)
        self._arrange()

    def reset(self) -> None:
        """All docks where they were at first, open or closed."""
        for dock in self.docks.values():
            self._take_out(dock)
            dock.group, dock.shown = dock.home, dock.first
        for dock in self.docks.values():
            if dock.shown:
                self._insert(dock)
        for group in self.groups:
            group.setCurrentIndex(0)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        """Where nobody chose the groups' sizes, the upper one gets somewhat less than half."""
        super().showEvent(event)
        if not self._sized:
            self._sized = True
            height = max(self.height(), 2)
            self._halves.setSizes([round(0.46 * height), round(0.54 * height)])

    # ------------------------------------------------------------------- state
    def state(self) -> bytes:
        """Where everything stands, for the preferences."""
        docks = {
            name: {
                "group": dock.group,
                "shown": dock.shown,
                "floating": dock.floating is not None,
            }
            for name, dock in self.docks.items()
        }
        front = [self._name_of(group.currentWidget()) for group in self.groups]
        record = {"docks": docks, "front": front, "sizes": self._halves.sizes()}
        return json.dumps(record).encode()

    def restore(self, state: bytes) -> None:
        """Put everything where it was; what does not fit is left as it is."""
        try:
            record = json.loads(state or b"{}")
        except ValueError:
            return
        docks, front = (
            (record.get("docks"), record.get("front")) if isinstance(record, dict) else ({}, ())
        )
        for name, where in docks.items() if isinstance(docks, dict) else ():
            dock = self.docks.get(name)
            if dock is None or not isinstance(where, dict):
                continue
            if where.get("group") in (0, 1) and where["group"] != dock.group:
                self.move_dock(name)
            if isinstance(where.get("shown"), bool):
                self.show_dock(name, where["shown"])
        for name in front if isinstance(front, list) else ():
            if name in self.docks and self.docks[name].shown:
                self.raise_dock(name)
        sizes = record.get("sizes") if isinstance(record, dict) else None
        if isinstance(sizes, list) and len(sizes) == 2 and all(isinstance(s, int) for s in sizes):
            self._sized = True
            self._halves.setSizes(sizes)

    def use_columns(self, window_width: int) -> None:
        """In a wide window two columns with all docks in sight, else tabs above tabs."""
        wide = window_width >= px(TWO_COLUMNS_FROM)
        widest = px(WIDEST) * (2 if wide else 1)
        if self.maximumWidth() != widest:
            self.setMaximumWidth(widest)
            self.setMinimumWidth(px(NARROWEST) * (2 if wide else 1))
        if wide == self._wide:
            return
        self._wide = wide
        orientation = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        self._halves.setOrientation(orientation)
        front = [self._name_of(group.currentWidget()) for group in self.groups]
        for dock in self.docks.values():
            if dock.shown and dock.floating is None:
                self._take_out(dock)
                self._insert(dock)
        for name in front:
            if name and not wide:
                self.raise_dock(name)
        self._arrange()

    def _group_of(self, dock: Dock) -> DockGroup:
        """Where a dock belongs: in two columns every second dock of a group stands below."""
        mates = [d for d in self.docks.values() if d.group == dock.group]
        below = self._wide and mates.index(dock) % 2 == 1
        return (self._below if below else self.groups)[dock.group]

    # ------------------------------------------------------------------- menu
    def show_menu(self, group: DockGroup, button: QToolButton) -> None:
        """The "⋯" of a group."""
        name = self._name_of(group.currentWidget())
        if not name:
            return
        menu = QMenu(button)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = self.docks[name].title
        for text, run in (
            (f"Float {title}", lambda: self.float_dock(name)),
            ("Move to the other group", lambda: self.move_dock(name)),
            (f"Close {title}", lambda: self.show_dock(name, False)),
        ):
            action = QAction(text, menu)
            action.triggered.connect(run)
            menu.addAction(action)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    # ------------------------------------------------------------------- inner
    def _name_of(self, widget: QWidget | None) -> str:
        return next((n for n, dock in self.docks.items() if dock.widget is widget), "")

    def _insert(self, dock: Dock) -> None:
        group = self._group_of(dock)
        group.addTab(dock.widget, dock.title)
        group.setCurrentWidget(dock.widget)

    def _take_out(self, dock: Dock) -> None:
        if dock.floating is not None:
            window, dock.floating = dock.floating, None
            dock.widget.setParent(self)
            dock.widget.hide()
            window.hide()
            window.deleteLater()
            return
        for group in (*self.groups, *self._below):
            at = group.indexOf(dock.widget)
            if at >= 0:
                group.removeTab(at)
                dock.widget.setParent(self)
                dock.widget.hide()

    def _floating_closed(self, name: str) -> None:
        dock = self.docks[name]
        if dock.floating is not None:
            self._take_out(dock)
            dock.shown = False
            self._arrange()

    def _arrange(self) -> None:
        for group in (*self.groups, *self._below):
            group.setVisible(group.count() > 0)
        self.setVisible(any(group.count() for group in (*self.groups, *self._below)))
        self.changed.emit()
