"""Every line of the behaviour catalogue that is due has a test that carries its number."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent
DUE = 1  # the step whose lines must be held

# number → what holds it instead of a test
ELSEWHERE = {
    "T19": "tests/benchmarks/gui.py measures a frame of zoom and pan",
    "Y3": "the README's table of systems; only Linux is run here",
}


def held() -> set[str]:
    """Numbers in the markers of all tests."""
    found: set[str] = set()
    for path in ROOT.rglob("test_*.py"):
        for marker in re.findall(r"behaviour\(([^)]*)\)", path.read_text(encoding="utf-8")):
            found |= set(re.findall(r'"([A-Z]\d+)"', marker))
    return found


def test_every_due_line_has_a_test(shared: Path) -> None:
    text = (shared / "BEHAVIOURS.md").read_text(encoding="utf-8")
    due = {
        number
        for number, step in re.findall(r"^- \*\*([A-Z]\d+)\*\* \[(\d)\]", text, re.MULTILINE)
        if int(step) <= DUE
    }
    assert len(due) > 100
    missing = sorted(due - held() - set(ELSEWHERE))
    assert not missing, f"no test carries {', '.join(missing)}"
