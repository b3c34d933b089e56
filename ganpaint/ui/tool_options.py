"""The bar of the current tool's options: size, hardness, opacity, colour, then the tool's own.

What does not fit goes into a popup behind `»`, from the right end, colour last. Model button and
Export… are put at the right end by `add_right`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ganpaint.ui.asking import current_edit
from ganpaint.ui.commands import paint
from ganpaint.ui.theme import CONTROL, font, icon_pixmap, px, set_role, theme_changed
from ganpaint.ui.widgets.numbers import Scale
from ganpaint.ui.widgets.panel import icon_button
from ganpaint.ui.widgets.segmented import Segmented
from ganpaint.ui.widgets.slider import ValueBar
from ganpaint.ui.widgets.swatches import ColourPopup, RecentColours, Swatch

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor

SIZE = Scale(1, 2000, 18, unit="px", logarithmic=True, soft=(1, 500))
PERCENT = Scale(0, 100, 70, step=5, unit="%")
OPACITY = Scale(1, 100, 100, step=5, unit="%")
CLOSE = Scale(0, 1, 0.3, step=0.05, decimals=2)
FEATHER = Scale(0, 200, 2, step=1, decimals=0, unit="px", soft=(0, 60))
STRENGTH = Scale(0, 150, 100, step=5, unit="%")
PLACE = Scale(-100000, 100000, 0, step=1, soft=(-2000, 8000))
SIDE = Scale(8, 100000, 256, step=1, soft=(8, 8000), logarithmic=True)

# tool → icon, title, names of its options in the order of the bar
TOOLS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "brush": (
        "brush",
        "Brush",
        ("size", "hardness", "opacity", "colour", "recent", "stayClose", "erase", "clearStrokes"),
    ),
    "mask": (
        "mask",
        "Mask brush",
        ("size", "hardness", "opacity", "erase", "feather", "invertMask", "clearMask"),
    ),
    "frame": ("frame", "Work frame", ("x", "y", "side", "blend", "strength", "feather")),
    "eyedropper": ("eyedropper", "Eyedropper", ("colour", "recent")),
    "hand": ("hand", "Hand", ()),
    "zoom": ("zoom", "Zoom", ()),
}
KEPT_LONGEST = ("colour", "recent")  # go into the popup last


@dataclass(slots=True, eq=False)
class Option:
    """One control of the bar, and how it shows the editor's state."""

    name: str
    widget: QWidget
    show: Callable[[], None]


class ToolOptionsBar(QWidget):
    """See the module's docstring."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("optionsBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._editor = editor
        self._options: dict[str, Option] = {}
        self._overflowing: list[str] = []
        self._right: list[QWidget] = []
        self.popup = QFrame(self, Qt.WindowType.Popup)
        self.popup.setObjectName("options.more.popup")
        set_role(self.popup, "card")
        self._popup_column = QVBoxLayout(self.popup)
        self._popup_column.setContentsMargins(px(12), px(12), px(12), px(12))
        self._symbol = QLabel(self)
        self._name = QLabel(self)
        self._name.setFont(font(bold=True))
        self.more = QToolButton(self)
        self.more.setObjectName("options.more")
        self.more.setText("»")
        self.more.setAccessibleName("More options")
        self.more.setToolTip("Options that do not fit")
        self.more.clicked.connect(self._open_popup)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(px(12), 0, px(12), 0)
        self._row.setSpacing(px(8))
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # it overflows
        for widget in (self._symbol, self._name):
            self._row.addWidget(widget)
        self._row.addSpacing(px(8))
        self._first = self._row.count()
        self._build()
        self._row.addWidget(self.more)
        self._row.addStretch(1)
        editor.toolChanged.connect(self._tool_changed)
        editor.optionsChanged.connect(self._refresh)
        editor.documentChanged.connect(self._refresh)
        editor.projectionChanged.connect(self._refresh)
        editor.sessionChanged.connect(self._refresh)
        theme_changed.connect(self._draw_symbol)
        self._tool_changed(editor.tool)

    def add_right(self, widget: QWidget) -> None:
        """Put a control at the right end of the bar."""
        self._right.append(widget)
        self._row.addWidget(widget)
        widget.show()
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(px(640), max(px(44), self.fontMetrics().height() + px(26)))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(320), self.sizeHint().height())

    # ------------------------------------------------------------------------------ building
    def _build(self) -> None:
        self._bar("size", "Size", SIZE, "size")
        self._bar("hardness", "Hardness", PERCENT, "hardness", 100)
        self._bar("opacity", "Opacity", OPACITY, "opacity", 100)
        self._build_colours()
        self._bar("stayClose", "Stay close", CLOSE, "stay_close")
        erase = self._press("erase", "eraser", "Take strokes away instead of adding (E)", None)
        erase.setCheckable(True)
        erase.toggled.connect(lambda on: self._editor.set_option("erase", on))
        self._options["erase"].show = lambda: erase.setChecked(self._editor.options.erase)
        clear = self._press("clearStrokes", "trash", "Clear strokes", paint.clear_strokes)
        self._options["clearStrokes"].show = lambda: clear.setEnabled(self._has("strokes"))
        self._build_mask()
        self._build_frame()

    def _add(self, name: str, widget: QWidget, show: Callable[[], None] = lambda: None) -> None:
        widget.setObjectName(f"options.{name}")
        self._options[name] = Option(name, widget, show)
        self._row.insertWidget(self._first + len(self._options) - 1, widget)

    def _bar(self, name: str, label: str, scale: Scale, option: str, per: float = 1) -> None:
        bar = self._plain_bar(name, label, scale)
        bar.edited.connect(lambda value: self._editor.set_option(option, value / per))
        self._options[name].show = lambda: bar.set_amount(
            getattr(self._editor.options, option) * per
        )

    def _plain_bar(self, name: str, label: str, scale: Scale, width: int = 124) -> ValueBar:
        bar = ValueBar(label, scale, self)
        bar.setFixedWidth(max(px(width), bar.minimumSizeHint().width()))
        self._add(name, bar)
        return bar

    def _press(
        self, name: str, symbol: str, tip: str, run: Callable[[Editor], object] | None
    ) -> QToolButton:
        button = icon_button(symbol, tip, self)
        if run is not None:
            button.clicked.connect(lambda: run(self._editor))
        self._add(name, button)
        return button

    def _build_colours(self) -> None:
        editor = self._editor
        self.colour = Swatch(editor.options.colour, square=True, parent=self)
        self.colour.clicked.connect(self.open_colours)
        self._add("colour", self.colour, lambda: self.colour.set_colour(editor.options.colour))
        self.recent = RecentColours(6, self)
        self.recent.chosen.connect(lambda colour: editor.set_option("colour", colour))
        self._add("recent", self.recent, lambda: self.recent.show_colours(self._others()))
        self.colours = ColourPopup(self)
        self.colours.edited.connect(lambda colour: editor.set_option("colour", colour))

    def _others(self) -> list[tuple[float, float, float]]:
        """The colours used last, without the one in the button."""
        options = self._editor.options
        return [colour for colour in options.recent if colour != options.colour]

    def open_colours(self, where: QPoint | None = None) -> None:
        """The colour popup, below its button or at a point of the screen."""
        if not isinstance(where, QPoint):
            where = self.colour.mapToGlobal(QPoint(0, self.colour.height() + px(6)))
        options = self._editor.options
        self.colours.open_at(where, options.colour, options.recent)

    def _build_mask(self) -> None:
        feather = self._plain_bar("feather", "Feather", FEATHER)
        feather.setToolTip("The fade towards the inside of mask and frame")
        feather.committed.connect(
            lambda value: paint.set_blend(self._editor, "Feather", feather=float(value))
        )
        self._options["feather"].show = lambda: feather.set_amount(self._feather())
        invert = self._word("invertMask", "Invert", "What was kept may change, and vice versa")
        invert.clicked.connect(lambda: paint.invert_mask(self._editor))
        self._options["invertMask"].show = lambda: invert.setEnabled(self._has("photo"))
        clear = self._word("clearMask", "Clear mask", "The whole frame may change again")
        clear.clicked.connect(lambda: paint.clear_mask(self._editor))
        self._options["clearMask"].show = lambda: clear.setEnabled(self._has("mask"))

    def _word(self, name: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setFont(font())
        button.setMinimumHeight(px(CONTROL))
        button.setToolTip(tip)
        self._add(name, button)
        return button

    def _build_frame(self) -> None:
        for name, label, scale in (("x", "X", PLACE), ("y", "Y", PLACE), ("side", "Size", SIDE)):
            bar = self._plain_bar(name, label, replace(scale, unit="px"), 104)
            bar.committed.connect(lambda value, name=name: self._place(name, value))
            self._options[name].show = partial(self._show_place, name, bar)
        blend = Segmented([("replace", "Replace"), ("keep-detail", "Keep detail")], "Blend", self)
        blend.setToolTip("Put the model's picture there, or lay only the change over the photo")
        blend.chosen.connect(
            lambda mode: paint.set_blend(
                self._editor, f"Blend: {mode.replace('-', ' ')}", mode=mode
            )
        )
        self._add("blend", blend, lambda: blend.choose(self._blend_mode()))
        strength = self._plain_bar("strength", "Strength", STRENGTH)
        strength.setToolTip("How much of the change is laid over the photo")
        strength.committed.connect(
            lambda value: paint.set_blend(self._editor, "Strength", strength=value / 100)
        )
        self._options["strength"].show = lambda: strength.set_amount(100 * self._strength())

    # ------------------------------------------------------------------------------ state
    def _has(self, field: str) -> bool:
        document = self._editor.document
        return document is not None and bool(getattr(document, field))

    def _feather(self) -> float:
        edit, document = current_edit(self._editor), self._editor.document
        if edit is not None:
            return edit.patch.feather
        if document is None:
            return self._editor.projection.feather or 2.0
        return self._editor.projection.blend(document.frame, 64).feather

    def _blend_mode(self) -> str:
        edit, document = current_edit(self._editor), self._editor.document
        if edit is not None:
            return edit.patch.mode
        if document is None:
            return self._editor.projection.mode
        model = self._editor.model
        side = model.resolution if model is not None else 64
        return self._editor.projection.blend(document.frame, side).mode

    def _strength(self) -> float:
        edit = current_edit(self._editor)
        return edit.patch.strength if edit is not None else self._editor.projection.strength

    def _show_place(self, name: str, bar: ValueBar) -> None:
        document = self._editor.document
        bar.setEnabled(document is not None)
        if document is None:
            return
        frame = document.frame
        left, top = frame.cx - frame.size / 2, frame.cy - frame.size / 2
        bar.set_amount({"x": left, "y": top, "side": frame.size}[name])

    def _place(self, name: str, value: float) -> None:
        """One number of the frame typed or dragged: its upper left corner, or its side."""
        session = self._editor.session
        if session is None:
            return
        frame = session.document.frame
        if name == "side":  # the corner stays
            grown = (value - frame.size) / 2
            frame = replace(frame, size=value, cx=frame.cx + grown, cy=frame.cy + grown)
        elif name == "x":
            frame = replace(frame, cx=value + frame.size / 2)
        else:
            frame = replace(frame, cy=value + frame.size / 2)
        if frame != session.document.frame:
            session.commit("Move frame", replace(session.document, frame=frame))

    # ------------------------------------------------------------------------------ showing
    @Slot(str)
    def _tool_changed(self, name: str) -> None:
        symbol, title, _ = TOOLS.get(name, (name, name.capitalize(), ()))
        self._shown_symbol = symbol
        self._name.setText(title)
        self._draw_symbol()
        self._refresh()
        self._fit()

    def _draw_symbol(self) -> None:
        ratio = self.devicePixelRatioF()
        self._symbol.setPixmap(icon_pixmap(self._shown_symbol, "text", px(18), ratio))

    @Slot()
    def _refresh(self) -> None:
        for name in self.wanted():
            self._options[name].show()

    def wanted(self) -> tuple[str, ...]:
        """Names of the current tool's options."""
        return TOOLS.get(self._editor.tool, ("", "", ()))[2]

    # ------------------------------------------------------------------------------ fitting
    def _fit(self) -> None:
        """Show what fits, keep the rest for the popup."""
        wanted = list(self.wanted())
        gap = self._row.spacing()
        fixed = sum(w.sizeHint().width() + gap for w in (self._symbol, self._name, *self._right))
        room = self.width() - fixed - px(48)
        order = [n for n in wanted if n not in KEPT_LONGEST]
        order = [*(n for n in wanted if n in KEPT_LONGEST), *order]  # first to stay
        widths = {n: self._width_of(self._options[n].widget) + gap for n in wanted}
        if sum(widths.values()) > room:
            room -= self.more.sizeHint().width() + gap
        shown: set[str] = set()
        for name in order:
            if widths[name] <= room:
                shown.add(name)
                room -= widths[name]
            else:
                room = 0
        self._overflowing = [n for n in wanted if n not in shown]
        for name, option in self._options.items():
            if name not in shown:
                option.widget.hide()
        for at, name in enumerate(n for n in wanted if n in shown):
            widget = self._options[name].widget
            if self._row.indexOf(widget) != self._first + at:
                self._row.insertWidget(self._first + at, widget)
            widget.show()
        self.more.setVisible(bool(self._overflowing))

    @staticmethod
    def _width_of(widget: QWidget) -> int:
        fixed = widget.minimumWidth()
        return fixed if fixed == widget.maximumWidth() else widget.sizeHint().width()

    def _open_popup(self) -> None:
        for name in self._overflowing:
            widget: Any = self._options[name].widget
            self._popup_column.addWidget(widget)
            widget.show()
            self._options[name].show()
        self.popup.adjustSize()
        corner = self.more.mapToGlobal(QPoint(self.more.width(), self.more.height() + px(6)))
        self.popup.move(corner.x() - self.popup.width(), corner.y())
        self.popup.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
