"""The main window: places menus, bars, canvas, docks and status line. It decides nothing.

What a menu does is in ui/commands, what a dock does in the dock, what the mouse does in the tool.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from ganpaint.jobs.training_process import TrainingProcess
from ganpaint.ui import action_state
from ganpaint.ui.actions import ACTIONS, HELD
from ganpaint.ui.canvas.view import CanvasView
from ganpaint.ui.commands import file, help, model, paint, view
from ganpaint.ui.dialogs.keys import Sections, sections
from ganpaint.ui.dock_area import USUAL, DockArea
from ganpaint.ui.docks import DOCKS
from ganpaint.ui.drop_overlay import DropOverlay
from ganpaint.ui.editor import Editor
from ganpaint.ui.guide import Guide
from ganpaint.ui.job_display import JobDisplay
from ganpaint.ui.menus import Menus
from ganpaint.ui.model_button import ModelButton
from ganpaint.ui.openings import Openings
from ganpaint.ui.recent import keep_picture
from ganpaint.ui.results import DETAIL
from ganpaint.ui.start_page import StartPage
from ganpaint.ui.status_line import StatusLine
from ganpaint.ui.theme import px, set_icon, set_role
from ganpaint.ui.tool_bar import ToolBar
from ganpaint.ui.tool_options import ToolOptionsBar
from ganpaint.ui.tools import TOOLS
from ganpaint.ui.widgets.notices import MessageBar
from ganpaint.ui.widgets.pill import ProgressPill

SMALLEST, USUAL_SIZE = QSize(960, 600), QSize(1440, 900)
TABS_FROM = 1200  # width from which a single document has a tab


class MainWindow(QMainWindow):
    """One window; give it an editor whose jobs are started."""

    shown_first = Signal()  # once, after the first paint

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self.editor = editor
        self.setObjectName("window")
        self.setAcceptDrops(True)
        self.panels_shown = True
        self.last_export: tuple[Path, dict[str, Any]] | None = None
        self._percent = ""
        self._painted = self._leaving = False
        self.results = paint.results(editor)  # before Openings: results are in when a job ends
        self.openings = Openings(editor)
        self.start = StartPage(editor)
        self.canvas = CanvasView(editor)
        self.options = ToolOptionsBar(editor)
        self.docks = DockArea()
        self.status = StatusLine(editor)
        self.tools = ToolBar(editor, TOOLS, lambda name: action_state.take_tool(name, self))
        self._place()
        self.messages = MessageBar(self.canvas)
        self.pill = ProgressPill(self.canvas)
        self.guide = Guide(editor, self.canvas)
        self.display = JobDisplay(editor, self.pill)
        self.overlay = DropOverlay(self.stack)
        self.menus = Menus(self, self.menuBar())
        self.menuBar().setObjectName("menuBar")
        self._connect()
        self._restore()
        self._session_changed(editor.session)

    # ------------------------------------------------------------------- building
    def _place(self) -> None:
        kind: Any
        for kind in DOCKS:
            shown = not getattr(kind, "closed", False)
            group = kind.area == "lower"
            self.docks.add(kind.name, kind.title, kind(self.editor), group, shown=shown)
        self.model_button = ModelButton(self.editor)
        self.export_button = QPushButton("Export…")
        self.export_button.setObjectName("export.button")
        self.export_button.setAccessibleName("Export")
        set_icon(self.export_button, "export", "onaccent", px(16))
        set_role(self.export_button, "primary")
        for button in (self.model_button, self.export_button):
            self.options.add_right(button)
        self.tabs = QTabBar()
        self.tabs.setObjectName("documents")
        self.tabs.setAccessibleName("Documents")
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.addTab("")
        middle, column = QWidget(), QVBoxLayout()
        middle.setLayout(column)
        for layout in (column,):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self.canvas, 1)
        self.canvas.setMinimumSize(px(320), px(240))
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(px(6))
        self.splitter.setChildrenCollapsible(False)
        for widget in (middle, self.docks):
            self.splitter.addWidget(widget)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([10_000, px(USUAL)])
        page, rows, body = QWidget(), QVBoxLayout(), QHBoxLayout()
        page.setLayout(rows)
        for box in (rows, body):
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(0)
        rows.addWidget(self.options)
        rows.addLayout(body, 1)
        body.addWidget(self.tools)
        body.addWidget(self.splitter, 1)
        self._place_pages(page)

    def _place_pages(self, page: QWidget) -> None:
        self.stack = QStackedWidget()
        self.stack.addWidget(self.start)
        self.stack.addWidget(page)
        holder, column = QWidget(), QVBoxLayout()
        holder.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.stack, 1)
        column.addWidget(self.status)
        self.setCentralWidget(holder)

    def _connect(self) -> None:
        editor, start = self.editor, self.start
        editor.sessionChanged.connect(self._session_changed)
        editor.historyChanged.connect(self._retitle)
        editor.documentChanged.connect(self._place_pill)
        editor.message.connect(self._say)
        self.canvas.zoomChanged.connect(self.status.set_zoom)
        self.canvas.zoomChanged.connect(self._place_pill)
        self.display.wordsChanged.connect(self.status.set_job)
        self.display.titleChanged.connect(self._set_percent)
        self.display.placed.connect(self._place_pill)
        self.display.finished.connect(self._notify)
        self.pill.settingsClicked.connect(lambda: self.docks.raise_dock("projection"))
        self.openings.opened.connect(self._opened)
        self.openings.arrived.connect(self.messages.dismiss_beginning)
        self.openings.saved.connect(self._keep_picture)
        self.openings.exported.connect(self.guide.exported)
        self.openings.offer_save_as.connect(lambda: file.save_as(self))
        model.listen(self)
        self.guide.helpWanted.connect(self._help_guide)
        self.guide.placed.connect(self._place_pill)
        self.export_button.clicked.connect(lambda: file.export(self))
        start.openClicked.connect(lambda: file.open_files(self))
        start.sampleClicked.connect(lambda: file.open_sample(self))
        start.guidedClicked.connect(lambda: help.guided(self))
        start.nothingClicked.connect(lambda: file.paint_from_nothing(self))
        start.fileClicked.connect(lambda path: file.open_path(self, path))
        start.linkClicked.connect(self._follow_link)

    # ------------------------------------------------------------------- what others ask for
    def areas(self) -> list[QWidget]:
        """The parts of the window that F6 goes round, in reading order."""
        if self.editor.session is None:
            return [self.start]
        return [self.options, self.tools, self.canvas, self.docks]

    def key_sections(self) -> Sections:
        """The keyboard map."""
        return sections(ACTIONS, HELD)

    def show_panels(self, shown: bool) -> None:
        """Tool bar, options and docks, or the canvas alone."""
        self.panels_shown = shown
        for part in (self.tools, self.options, self.docks):
            part.setVisible(shown)

    # ------------------------------------------------------------------- following the editor
    def _session_changed(self, session: object) -> None:
        self.stack.setCurrentIndex(0 if session is None else 1)
        if session is None:
            self.start.refresh()
            self.display.pill.hide()
        else:
            self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        self._retitle()

    def _opened(self) -> None:
        session = self.editor.session
        if session is not None and session.view:
            self.canvas.restore_view(session.view)
        if session is not None:
            self._keep_picture(session.path or session.document.photo.source)

    def _keep_picture(self, path: Path | None) -> None:
        editor = self.editor
        if path is not None and editor.document and str(path) in editor.preferences.recent_files:
            keep_picture(path, editor.document, editor.model.name if editor.model else "")

    def _set_percent(self, percent: str) -> None:
        self._percent = percent
        self._retitle()

    def _retitle(self) -> None:
        session = self.editor.session
        if session is None:
            self.setWindowTitle("ganpaint")
            return
        star = "*" if session.is_modified else ""
        name = session.name or "Picture"
        percent = f"{self._percent} · " if self._percent else ""
        self.setWindowTitle(f"{percent}{name}{star} – ganpaint")
        self.tabs.setTabText(0, f"{name} {star}".rstrip().replace("&", "&&"))

    def _say(self, message: Any) -> None:
        if message.key == DETAIL and self.guide.is_running:
            return  # its card says so, and the bar would lie where it asks to paint
        if self.editor.session is None:
            self.messages.host_elsewhere(self.start)
        else:
            self.messages.host_elsewhere(self.canvas)
        self.messages.show_message(message)

    def _notify(self, words: str) -> None:
        if not self.isActiveWindow():
            QApplication.alert(self)
            self.status.set_job(words)

    def _help_guide(self, step: int) -> None:
        """The guide wants a dock in front (below 0) or its button was pressed."""
        if step in (0, -1):
            self.docks.raise_dock("projection")
        if step in (2, -3):
            self.docks.raise_dock("class")
        if step == 0:
            paint.start_projection(self.editor)
        if step == 3:
            file.export(self)

    def _follow_link(self, name: str) -> None:
        if name == "models":
            model.manage(self)
        elif name == "help":
            help.contents(self)
        elif name == "keys":
            help.keys(self)
        else:
            view.other_theme(self.editor)

    def _place_pill(self, *_: object) -> None:
        document = self.editor.document
        frame = None
        if document is not None:
            corners = document.frame.polygon().tolist()
            points = [self.canvas.transform.to_screen(x, y) for x, y in corners]
            frame = QPolygonF([QPointF(p) for p in points]).boundingRect()
            sides = zip(points, points[1:] + points[:1], strict=True)
            self.canvas.bar.avoid([*points, *((a + b) / 2 for a, b in sides)])
        others = [QRectF(w.geometry()) for w in (self.guide, self.canvas.bar) if w.isVisible()]
        self.pill.place(QRectF(self.canvas.rect()), frame, others)
        self.pill.raise_()

    # ------------------------------------------------------------------- events
    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest and not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.shown_first.emit)
        return done

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            action_state.escape(self)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tabs.setVisible(self.width() >= px(TABS_FROM))
        self.docks.use_columns(self.width())
        QTimer.singleShot(0, self._place_pill)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if file.droppable(event.mimeData()):
            event.acceptProposedAction()
            self.overlay.appear()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.overlay.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.overlay.hide()
        event.acceptProposedAction()
        file.paste(self, event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._leaving and file.must_ask(self):
            event.ignore()
            file.leave(self, self._close_now)
        elif any(run.is_running for run in self.findChildren(TrainingProcess)):
            from ganpaint.ui.dialogs.train_leave import ask_about_training

            self._leaving = False
            event.ignore()
            ask_about_training(self, self._close_now)
        else:
            self._shut_down()
            event.accept()

    def _close_now(self) -> None:
        self._leaving = True
        self.close()

    def _shut_down(self) -> None:
        window = dict(self.editor.preferences.window)
        window["geometry"] = bytes(self.saveGeometry().data())
        window["docks"] = self.docks.state()
        window["splitter"] = bytes(self.splitter.saveState().data())
        self.editor.change_preferences(window=window)
        self.editor.save_preferences()
        for training in self.findChildren(TrainingProcess):
            training.end()
        self.editor.jobs.shutdown()

    def _restore(self) -> None:
        self.setMinimumSize(SMALLEST)
        screen = QApplication.primaryScreen()
        area = screen.availableGeometry() if screen else None
        size = USUAL_SIZE if area is None else USUAL_SIZE.boundedTo(area.size() * 0.9)
        self.resize(size.expandedTo(SMALLEST))
        kept = self.editor.preferences.window
        if "geometry" in kept:
            self.restoreGeometry(QByteArray(kept["geometry"]))
        if "docks" in kept:
            self.docks.restore(kept["docks"])
        if "splitter" in kept:
            self.splitter.restoreState(QByteArray(kept["splitter"]))
