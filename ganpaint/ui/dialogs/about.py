"""About: versions, device, threads, licences of the program and its models; to be copied."""

from __future__ import annotations

import platform
import sys
from importlib import metadata

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

import ganpaint
from ganpaint.ui.app_icon import app_icon
from ganpaint.ui.editor import Editor
from ganpaint.ui.status_line import device_words
from ganpaint.ui.theme import GROUP, font, px, set_role

PACKAGES = ("torch", "PySide6-Essentials", "numpy", "pillow", "lpips")


def about_text(editor: Editor) -> str:
    """Everything that a report of a problem needs, as lines."""
    lines = [
        f"ganpaint {ganpaint.__version__} (MIT)",
        f"Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}",
        ", ".join(f"{name} {_version(name)}" for name in PACKAGES),
        f"Device: {device_words(editor.preferences.device, editor.preferences.threads)}",
        f"Window: {QGuiApplication.platformName()}, {_screens()}",
        "",
        "Models:",
    ]
    for entry in editor.catalogue.entries:
        size = f"{entry.resolution} px, " if entry.resolution else ""
        licence = entry.licence or "no licence stated"
        lines.append(f"{entry.name}: {size}{licence}, {entry.hash[:12]}")
    if not editor.catalogue.entries:
        lines.append("none")
    lines += [
        "",
        "The sample photo is by Stéfan van der Walt (CC0).",
        "Perceptual measure: LPIPS heads (BSD 2-Clause), SqueezeNet trunk (BSD 3-Clause).",
        "Qt is used under the LGPL 3.",
    ]
    return "\n".join(lines)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed" if not getattr(sys, "frozen", False) else "included"


def _screens() -> str:
    screens = QGuiApplication.screens()
    return ", ".join(
        f"{s.size().width()} × {s.size().height()} at {s.devicePixelRatio():g}" for s in screens
    )


class AboutDialog(QDialog):
    """The program's icon, name and the text."""

    def __init__(self, parent: QWidget, editor: Editor) -> None:
        super().__init__(parent)
        self.setObjectName("about")
        self.setWindowTitle("About ganpaint")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sign, title = QLabel(), QLabel("ganpaint")
        sign.setPixmap(app_icon().pixmap(px(64), px(64)))
        title.setFont(font("title"))
        line = QLabel("An editor that paints with generative adversarial networks, offline.")
        set_role(line, "caption")
        self.text = QPlainTextEdit(about_text(editor))
        self.text.setObjectName("about.text")
        self.text.setAccessibleName("Versions and licences")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        copy, close = QPushButton("Copy"), QPushButton("Close")
        copy.setObjectName("about.copy")
        close.setObjectName("about.close")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        close.clicked.connect(self.accept)
        close.setDefault(True)
        words = QVBoxLayout()
        words.addWidget(title)
        words.addWidget(line)
        head, buttons = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(GROUP)
        head.addWidget(sign)
        head.addLayout(words, 1)
        buttons.addWidget(copy)
        buttons.addStretch(1)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(20), px(20), px(16))
        layout.setSpacing(GROUP)
        layout.addLayout(head)
        layout.addWidget(self.text, 1)
        layout.addLayout(buttons)
        self.resize(px(600), px(460))
