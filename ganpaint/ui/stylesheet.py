"""The style sheet, written from the theme's tokens.

Widgets are picked by the property "role" (ui/theme.set_role) or by object name, never by type
alone where that would reach into containers. Roles:

    window, panel, surround, page, card, field   frames and widgets filled with that token
    primary, link, action           push buttons: the one to press, a text link, one in a message
    tool, control                   tool buttons: in the tool bar, looking like a push button
    caption, warn, off              labels (fonts are set with theme.font)

The property "tight" gives a push button less air beside its words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ganpaint.paths import resource

SHEET = """
QMainWindow, QDialog, #window, *[role="window"] {{ background: {window}; }}
*[role="panel"] {{ background: {panel}; }}
*[role="surround"] {{ background: {surround}; }}
*[role="page"] {{ background: {page}; }}
*[role="field"] {{ background: {field}; color: {text2}; border: 1px solid {line};
    border-radius: {r6}px; }}
*[role="card"] {{ background: {panel}; border: 1px solid {line}; border-radius: {r10}px; }}
*[role="line"] {{ background: {line}; border: none; }}
QLabel {{ background: transparent; }}
QLabel[role="caption"], QLabel[role="hint"] {{ color: {text2}; }}
QLabel[role="warn"] {{ color: {warn}; }}
QLabel[role="off"] {{ color: {off}; }}

QMenuBar {{ background: {window}; color: {text}; border-bottom: 1px solid {line};
    padding: 2px {p8}px; }}
QMenuBar::item {{ background: transparent; padding: {p6}px {p12}px; border-radius: {r6}px; }}
QMenuBar::item:selected {{ background: {hover}; }}
QMenuBar::item:pressed {{ background: {selected}; }}
QMenu {{ background: {panel}; color: {text}; border: 1px solid {line}; padding: {p4}px; }}
QMenu::item {{ padding: {p4}px {p24}px {p4}px {p8}px; border-radius: {p4}px; min-height: {p16}px; }}
QMenu::item:selected {{ background: {selected}; }}
QMenu::item:disabled {{ color: {off}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: {p4}px {p8}px; }}
QMenu::icon {{ padding-left: {p4}px; }}
QToolTip {{ background: {panel}; color: {text}; border: 1px solid {edge}; padding: {p4}px {p8}px; }}

QPushButton {{ background: {control}; color: {text}; border: 1px solid {line};
    border-radius: {r6}px; min-height: {p26}px; padding: 0 {p12}px; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:pressed, QPushButton:checked {{ background: {selected}; }}
QPushButton:disabled {{ color: {off}; background: {window}; }}
QPushButton:focus {{ border: 2px solid {accent}; padding: 0 {p11}px; }}
QPushButton[role="primary"] {{ background: {accent}; color: {onaccent}; border: 1px solid {accent};
    font-weight: 600; }}
QPushButton[role="primary"]:hover {{ background: {accent_hover}; }}
QPushButton[role="primary"]:pressed {{ background: {accent_pressed}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid {text}; }}
QPushButton[role="primary"]:disabled {{ background: {control}; color: {off};
    border-color: {line}; }}
QPushButton[tight="true"] {{ padding: 0 {p6}px; }}
QPushButton[role="action"] {{ font-weight: 600; }}
QPushButton[role="link"], QPushButton[role="action"] {{ background: transparent;
    border: 2px solid transparent; color: {accent}; padding: 0; min-height: {p20}px;
    text-align: left; }}
QPushButton[role="link"]:hover, QPushButton[role="action"]:hover {{ text-decoration: underline; }}
QPushButton[role="link"]:focus, QPushButton[role="action"]:focus {{ border: 2px solid {accent}; }}

QToolButton {{ background: transparent; color: {text}; border: none; border-radius: {r6}px;
    min-width: {p24}px; min-height: {p24}px; }}
QToolButton:hover {{ background: {hover}; }}
QToolButton:pressed, QToolButton:checked {{ background: {selected}; }}
QToolButton:disabled {{ color: {off}; }}
QToolButton:focus {{ border: 2px solid {accent}; }}
QToolButton::menu-indicator {{ image: none; }}
QToolButton[role="control"] {{ background: {control}; border: 1px solid {line};
    min-height: {p26}px; padding: 0 {p8}px; }}
QToolButton[role="control"]:hover {{ background: {hover}; }}
QToolButton[role="control"]:focus {{ border: 2px solid {accent}; }}
QToolButton[role="tool"] {{ min-width: {p40}px; max-width: {p40}px; min-height: {p36}px; }}

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox {{ background: {field};
    color: {text}; border: 1px solid {edge}; border-radius: {r6}px; padding: 0 {p8}px;
    min-height: {p26}px; selection-background-color: {accent}; selection-color: {onaccent}; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus {{
    border: 2px solid {accent}; }}
QLineEdit:disabled, QComboBox:disabled {{ background: {window}; color: {off};
    border-color: {line}; }}
QCheckBox:disabled, QRadioButton:disabled {{ color: {off}; }}
QTextBrowser {{ background: {panel}; border: none; padding: 0; }}
QComboBox {{ background: {control}; color: {text}; border: 1px solid {edge};
    border-radius: {r6}px; padding: 0 {p8}px; min-height: {p26}px; }}
QComboBox:hover {{ background: {hover}; }}
QComboBox:focus {{ border: 2px solid {accent}; }}
QComboBox::drop-down {{ border: none; width: {p24}px; }}
QComboBox::down-arrow {{ image: url("{arrow}"); width: {p16}px; height: {p16}px; }}
QComboBox QAbstractItemView {{ background: {panel}; color: {text}; border: 1px solid {line};
    selection-background-color: {selected}; selection-color: {text}; }}
QCheckBox, QRadioButton {{ color: {text}; spacing: {p8}px; min-height: {p24}px; }}
QCheckBox:focus, QRadioButton:focus {{ border: 2px solid {accent}; border-radius: {r6}px; }}

QTabBar {{ background: {window}; qproperty-drawBase: 0; }}
QTabBar::tab {{ background: {window}; color: {text2}; border: none;
    border-top: 2px solid {window}; min-height: {p28}px; padding: 0 {p12}px; }}
QTabBar::tab:hover {{ color: {text}; background: {hover}; border-top-color: {hover}; }}
QTabBar::tab:selected {{ background: {panel}; color: {text}; border-top: 2px solid {accent};
    font-weight: 600; }}
QTabBar#documents::tab:selected {{ background: {surround}; font-weight: 400; }}
QTabWidget {{ background: {window}; }}
QTabWidget::pane {{ border: none; background: {panel}; }}
QTabBar::tab:focus {{ color: {accent}; }}

QListWidget, QListView, QTreeView, QTableView {{ background: {panel}; color: {text};
    border: none; outline: none; }}
QListView::item {{ border-radius: {r6}px; padding: {p4}px; }}
QListView::item:hover {{ background: {hover}; }}
QListView::item:selected {{ background: {selected}; color: {text}; }}
QHeaderView::section {{ background: {window}; color: {text2}; border: none;
    padding: {p4}px {p8}px; }}
QScrollArea, QAbstractScrollArea > QWidget > QWidget[role="clear"] {{ background: transparent;
    border: none; }}
QScrollBar:vertical {{ background: transparent; width: {p10}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {p10}px; margin: 0; }}
QScrollBar::handle {{ background: {edge}; border-radius: 3px; margin: 2px; min-height: {p24}px;
    min-width: {p24}px; }}
QScrollBar::handle:hover {{ background: {text2}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSplitter::handle {{ background: {window}; }}
QSplitter::handle:hover {{ background: {selected}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QProgressBar {{ background: {field}; border: 1px solid {line}; border-radius: 3px;
    color: {text}; text-align: center; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
#statusLine {{ background: {window}; border-top: 1px solid {line}; }}
#optionsBar {{ background: {window}; border-bottom: 1px solid {line}; }}
#toolBar {{ background: {window}; border-right: 1px solid {line}; }}
"""
LENGTHS = (4, 6, 8, 10, 11, 12, 16, 20, 24, 26, 28, 36, 40)


def style_sheet(values: Mapping[str, str], px: Callable[[float], int]) -> str:
    """The sheet for a theme's token values; `px` scales lengths with the font."""
    lengths = {f"p{n}": str(px(n)) for n in LENGTHS} | {f"r{n}": str(n) for n in (6, 8, 10)}
    accent = values["accent"]
    shades = {
        "accent_hover": shaded(accent, 0.08 if values["onaccent"] != values["white"] else -0.08),
        "accent_pressed": shaded(accent, -0.16),
    }
    arrow = resource("icons", "arrow.png").as_posix()  # a grey for both themes: no SVG plug-in
    return SHEET.format(**values, **lengths, **shades, arrow=arrow)


def shaded(colour: str, by: float) -> str:
    """`#RRGGBB` mixed with white (by > 0) or black (by < 0)."""
    target = 255 if by > 0 else 0
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    mixed = (round(part + (target - part) * abs(by)) for part in parts)
    return "#" + "".join(f"{part:02X}" for part in mixed)
