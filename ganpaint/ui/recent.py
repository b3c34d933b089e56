"""Recent files with a small picture and a line of facts, for the start page and the File menu.

The list of paths is in the preferences; the pictures lie in the cache as PNG files that carry
the facts as texts, named by the path. A file that is gone stays in the list, dimmed.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QImage

from ganpaint.document.document import Document
from ganpaint.paths import cache_dir
from ganpaint.preferences import Preferences
from ganpaint.ui.miniature import miniature
from ganpaint.ui.qimage import to_qimage


@dataclass(frozen=True, slots=True, eq=False)
class RecentFile:
    """One file that was opened or saved before."""

    path: Path
    there: bool
    picture: QImage | None
    facts: str  # "Yesterday · 4032 × 3024 · cats-64 · 3 edits"


def _picture_file(path: Path) -> Path:
    name = hashlib.sha256(str(path.absolute()).encode("utf-8", "surrogateescape")).hexdigest()
    return cache_dir() / "recent" / f"{name[:32]}.png"


def keep_picture(path: Path, document: Document, model: str = "") -> None:
    """Remember how a file looked and what it is, unless the cache cannot be written."""
    file = _picture_file(path)
    image = to_qimage(miniature(document))
    photo, edits = document.photo, len(document.edits)
    facts = [f"{photo.width} × {photo.height}"]
    if edits:
        facts += [model] if model else []
        facts.append(f"{edits} edit" + ("s" if edits > 1 else ""))
    image.setText("facts", " · ".join(facts))
    file.parent.mkdir(parents=True, exist_ok=True)
    image.save(str(file))


def forget_pictures() -> None:
    """Remove all pictures of recent files (private mode)."""
    folder = cache_dir() / "recent"
    for file in folder.glob("*.png") if folder.is_dir() else ():
        file.unlink(missing_ok=True)


def recent_files(preferences: Preferences) -> list[RecentFile]:
    """The recent files, newest first."""
    found = []
    for name in preferences.recent_files:
        path = Path(name)
        there = path.is_file()
        image = QImage(str(_picture_file(path)))
        facts = [] if image.isNull() else [image.text("facts")]
        if there:
            facts.insert(0, day_words(path.stat().st_mtime, time.time()))
        else:
            facts.insert(0, "Not there any more")
        words = " · ".join(part for part in facts if part)
        found.append(RecentFile(path, there, None if image.isNull() else image, words))
    return found


def day_words(then: float, now: float) -> str:
    """A day as one says it: "Today", "Yesterday", "Monday", "2 June", "2 June 2024"."""
    day, today = time.localtime(then), time.localtime(now)
    midnight = now - (today.tm_hour * 3600 + today.tm_min * 60 + today.tm_sec)
    days = 0 if then >= midnight else 1 + int((midnight - then) // 86400)
    if days <= 1:
        return ("Today", "Yesterday")[days]
    if days < 7:
        return time.strftime("%A", day)
    words = f"{day.tm_mday} {time.strftime('%B', day)}"
    return words if day.tm_year == today.tm_year else f"{words} {day.tm_year}"
