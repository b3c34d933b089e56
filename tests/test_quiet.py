"""Nothing is sent anywhere, and no file is written outside ganpaint's folders and the chosen one.

Seen from within a process of its own by Python's audit events: every file opened for writing and
every socket of a session on the command line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

WATCHED = """
import json, os, sys
seen = {"written": [], "sockets": []}
def watch(event, args):
    if event == "open" and isinstance(args[0], (str, bytes, os.PathLike)):
        writes = args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) if isinstance(args[2], int) else 0
        if writes:
            seen["written"].append(os.fsdecode(args[0]))
    elif event.startswith("socket.") and event != "socket.__new__":
        seen["sockets"].append(event)
sys.addaudithook(watch)
from ganpaint.cli.main import main
code = main(sys.argv[1:])
print(json.dumps({"code": code, **seen}), file=sys.stderr)
"""


@pytest.mark.behaviour("Y5", "B12")
@pytest.mark.slow("a real search on the bundled model in a process of its own: about 10 s")
def test_a_session_writes_only_where_it_may_and_opens_no_socket(tmp_path: Path) -> None:
    home, out = tmp_path / "home", tmp_path / "out"
    photo = ROOT / "resources" / "photos" / "chelsea.png"
    words = ["project", str(photo), "--out", str(out), "--steps", "4", "--starts", "1"]
    environment = os.environ | {"GANPAINT_HOME": str(home), "HOME": str(tmp_path / "person")}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *words, "--samples", "4"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    record = json.loads(done.stderr.splitlines()[-1])
    assert record["code"] == 0
    assert record["sockets"] == []
    places = (str(tmp_path), "/dev/", "/proc/")
    strays = [p for p in record["written"] if not str(Path(p).absolute()).startswith(places)]
    assert strays == []
    assert (out / "composite.png").exists()
    assert not (tmp_path / "person").exists()
