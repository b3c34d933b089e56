"""How the window looks: colours, sizes, fonts and icons. The only file with hex colours.

    theme().colour("accent")           a QColor; `colour("panel", 0.95)` is see-through
    font("caption"), font(bold=True)   fonts by role; figures have one width
    px(26)                             a length at 100 %, grown with the application's font
    icon("brush"), set_icon(button, "brush")   the second follows the theme by itself
    set_role(button, "primary")        for the style sheet (ui/stylesheet.py lists the roles)
    theme_changed.connect(self.update) for widgets that paint themselves

Neutrals are true grey, so that the picture's colours are judged rightly; contrast is recomputed by
tests/ui/test_theme.py. Colours drawn on a picture are the same in both themes.
"""

from __future__ import annotations

import math
import weakref
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontInfo,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QWidget

from ganpaint.paths import resource
from ganpaint.ui.stylesheet import style_sheet

# token → (dark, light)
TOKENS: dict[str, tuple[str, str]] = {
    "surround": ("#1B1B1B", "#C4C4C4"),
    "page": ("#1B1B1B", "#E9E9E9"),  # the start page, whatever the surround
    "window": ("#242424", "#E9E9E9"),
    "panel": ("#2B2B2B", "#F6F6F6"),
    "control": ("#3A3A3A", "#FFFFFF"),
    "hover": ("#474747", "#E2E2E2"),
    "field": ("#1F1F1F", "#FFFFFF"),
    "line": ("#3F3F3F", "#D2D2D2"),
    "edge": ("#7D7D7D", "#868686"),
    "text": ("#EDEDED", "#1B1B1B"),
    "text2": ("#B8B8B8", "#555555"),
    "off": ("#808080", "#8A8A8A"),
    "accent": ("#5BA8F5", "#1568C4"),
    "onaccent": ("#0C1A28", "#FFFFFF"),
    "selected": ("#2F4A66", "#CFE2F7"),
    "ok": ("#62C58F", "#1E7A4A"),
    "warn": ("#F0B64A", "#8A5A00"),
    "err": ("#FF7B72", "#BF2B23"),
}
# drawn on the picture: the same in both themes, two-tone or outlined by whoever draws them
ON_PICTURE: dict[str, str] = {
    "black": "#000000",
    "white": "#FFFFFF",
    "frame": "#FFD166",
    "mask": "#FF3355",
    "handle": "#FF6B4A",
    "target": "#4A9BFF",
    "checker1": "#9A9A9A",
    "checker2": "#7A7A7A",
}
# View → Surround: what lies around the picture, whatever the theme
SURROUNDS: dict[str, str] = {
    "black": "#000000",
    "dark": "#1B1B1B",
    "mid": "#777777",
    "light": "#C4C4C4",
    "white": "#FFFFFF",
}
NAMES = ("dark", "light")

# lengths at 100 %, see `px`
GRID, GAP, PADDING, GROUP, CARD_GAP = 4, 8, 12, 16, 20
CONTROL = 26
RADIUS, RADIUS_BAR, RADIUS_CARD = 6, 8, 10
RING, FOCUS = 2.5, 2.0

# role → (size at 100 %, weight)
FONTS: dict[str, tuple[int, int]] = {
    "body": (12, 400),
    "caption": (11, 400),
    "axis": (10, 400),
    "pill": (13, 400),
    "head": (14, 600),
    "title": (26, 600),
}
DURATIONS = {
    "hover": 80,
    "fold": 120,
    "in": 160,
    "out": 120,
    "zoom": 120,
    "fade": 400,
    "flash": 200,
}


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours: its name ("dark" or "light") and a hex value for every token."""

    name: str
    values: dict[str, str]

    @property
    def is_dark(self) -> bool:
        """Whether text is lighter than panels."""
        return self.name == "dark"

    def hex(self, token: str) -> str:
        """The value of a token as `#RRGGBB`."""
        return self.values[token]

    def colour(self, token: str, opacity: float = 1.0) -> QColor:
        """The value of a token as a colour."""
        colour = QColor(self.values[token])
        colour.setAlphaF(opacity)
        return colour


def make_theme(name: str, surround: str = "") -> Theme:
    """The theme of that name, with a chosen surround where one is named (see SURROUNDS)."""
    at = NAMES.index(name)
    values = {token: pair[at] for token, pair in TOKENS.items()} | ON_PICTURE
    if surround in SURROUNDS:
        values["surround"] = SURROUNDS[surround]
    return Theme(name, values)


class _State(QObject):
    """The theme in use and who wants to hear of a change; one for the program."""

    theme_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.theme = make_theme("dark")
        self.worn: tuple[str, str, int] | None = None
        self.base = QFont()
        self.base_px = 0
        self.still = False
        self.icons: weakref.WeakKeyDictionary[QObject, tuple[str, str, int]] = (
            weakref.WeakKeyDictionary()
        )


_state = _State()
theme_changed = _state.theme_changed


def theme() -> Theme:
    """The theme in use."""
    return _state.theme


def system_theme() -> str:
    """What the desktop asks for; dark where it does not say."""
    light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
    return "light" if light else "dark"


def apply(app: QApplication, name: str = "system", surround: str = "") -> Theme:
    """Dress the application: style, palette, fonts, style sheet; every icon is drawn anew.

    Args:
        app: the application.
        name: "dark", "light" or "system".
        surround: a key of SURROUNDS, or "" for the theme's own.
    """
    scheme = {"dark": Qt.ColorScheme.Dark, "light": Qt.ColorScheme.Light}
    wanted = scheme.get(name, Qt.ColorScheme.Unknown)
    QGuiApplication.styleHints().setColorScheme(wanted)  # native title bars follow
    chosen = system_theme() if name not in NAMES else name
    if not _state.base_px:
        _remember_fonts(app)
    worn = (chosen, surround, _state.base_px)
    if worn == _state.worn and app.styleSheet():
        return _state.theme  # every widget would be polished anew for nothing
    _state.worn = worn
    _state.theme = make_theme(chosen, surround)
    if app.style().objectName().lower() != "fusion" and not app.styleSheet():
        app.setStyle("Fusion")  # again, it would polish every widget once more
    app.setFont(font())
    app.setPalette(palette(_state.theme))
    app.setStyleSheet(style_sheet(_state.theme.values, px))
    _pixmap.cache_clear()
    _redraw_icons()
    theme_changed.emit()
    return _state.theme


def palette(of: Theme) -> QPalette:
    """The palette of a theme, so that what has no style rule fits in as well."""
    made = QPalette()
    role = QPalette.ColorRole
    for where, token in (
        (role.Window, "window"),
        (role.Base, "field"),
        (role.AlternateBase, "panel"),
        (role.Button, "control"),
        (role.WindowText, "text"),
        (role.Text, "text"),
        (role.ButtonText, "text"),
        (role.BrightText, "err"),
        (role.PlaceholderText, "text2"),
        (role.Highlight, "accent"),
        (role.HighlightedText, "onaccent"),
        (role.Link, "accent"),
        (role.LinkVisited, "accent"),
        (role.Accent, "accent"),
        (role.ToolTipBase, "panel"),
        (role.ToolTipText, "text"),
        (role.Light, "hover"),
        (role.Midlight, "hover"),
        (role.Mid, "line"),
        (role.Dark, "line"),
        (role.Shadow, "line"),
    ):
        made.setColor(where, of.colour(token))
    for where in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, where, of.colour("off"))
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, of.colour("line"))
    return made


# ------------------------------------------------------------------------------- fonts, sizes
def _remember_fonts(app: QApplication) -> None:
    """Keep the platform's own font: everything else is measured by it."""
    base = QFont(app.font())
    if "Inter" in QFontDatabase.families():
        base.setFamily("Inter")
    _state.base = base
    _state.base_px = max(FONTS["body"][0], QFontInfo(base).pixelSize())


def set_base_size(pixels: int) -> None:
    """Size of the body font, as if the platform had asked for it; call `apply` afterwards."""
    _state.base_px = pixels


def font(role: str = "body", *, bold: bool = False) -> QFont:
    """The font of a role, a key of FONTS; figures all have the same width."""
    size, weight = FONTS[role]
    made = QFont(_state.base)
    made.setPixelSize(px(size))
    made.setWeight(QFont.Weight(600 if bold else weight))
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def px(length: float) -> int:
    """A length at 100 % in pixels, grown as the application's font is larger than usual."""
    return round(length * (_state.base_px or FONTS["body"][0]) / FONTS["body"][0])


def duration(name: str) -> int:
    """Milliseconds of an animation, a key of DURATIONS; 0 where motion is reduced."""
    return 0 if _state.still else DURATIONS[name]


def is_still() -> bool:
    """Whether motion is reduced: nothing moves by itself."""
    return _state.still


def set_still(still: bool) -> None:
    """Reduce motion, or let things move again."""
    _state.still = still


def set_role(widget: QWidget, role: str) -> None:
    """What a widget is to the style sheet; takes effect at once."""
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


# ------------------------------------------------------------------------------------ icons
@cache
def _svg(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


@cache
def _pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    """A line icon in one colour. QSvg draws `currentColor` black, so the text is tinted."""
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(_svg(name).replace("currentColor", colour).encode())
    side = math.ceil(size * ratio)
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size * ratio, size * ratio))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon_pixmap(name: str, colour: str = "text", size: int = 24, ratio: float = 1) -> QPixmap:
    """One icon as a pixmap, for widgets that paint themselves."""
    return _pixmap(name, theme().hex(colour), size, ratio)


def icon(name: str, colour: str = "text", size: int = 24) -> QIcon:
    """A line icon of resources/icons in a theme colour; grey where disabled, accent where on."""
    made = QIcon()
    ratios = {screen.devicePixelRatio() for screen in QGuiApplication.screens()} or {1.0}
    on = "accent" if colour == "text" else colour
    for ratio in sorted(ratios):
        for token, mode, state in (
            (colour, QIcon.Mode.Normal, QIcon.State.Off),
            (on, QIcon.Mode.Normal, QIcon.State.On),
            ("off", QIcon.Mode.Disabled, QIcon.State.Off),
        ):
            made.addPixmap(icon_pixmap(name, token, size, ratio), mode, state)
    return made


def set_icon(target: QObject, name: str, colour: str = "text", size: int = 24) -> None:
    """Give a button or action an icon that follows the theme."""
    _state.icons[target] = (name, colour, size)
    target.setIcon(icon(name, colour, size))  # type: ignore[attr-defined]
    if hasattr(target, "setIconSize"):
        target.setIconSize(QSize(size, size))


def _redraw_icons() -> None:
    from shiboken6 import isValid

    for target, (name, token, size) in list(_state.icons.items()):
        if isValid(target):
            target.setIcon(icon(name, token, size))  # type: ignore[attr-defined]
