"""`ganpaint project FOLDER`: every photo of a folder, in several processes.

Each photo is an ordinary `ganpaint project PHOTO` in a process of its own, so that one that fails
does not stop the rest, and gives the very same result as alone. Results lie in OUT/NAME; those
that are there already are left alone unless `--force` is given, so an interrupted batch goes on
where it was. Every outcome is a line of OUT/batch.jsonl.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ganpaint.cli.terminal import INTERRUPTED, Terminal
from ganpaint.errors import BadRequest
from ganpaint.paths import quoted
from ganpaint.picture.recognise import SUFFIXES

KNOWN = frozenset(suffix for suffixes in SUFFIXES.values() for suffix in suffixes)
LOOK_EVERY = 0.05  # seconds between two looks at the processes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What a folder needs besides."""
    group = parser.add_argument_group("for a folder of photos")
    group.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (default 1)")
    group.add_argument("--force", action="store_true", help="do again what is there already")


@dataclass(slots=True)
class Running:
    """One photo in its process."""

    photo: Path
    out: Path
    process: subprocess.Popen[str]


def photos_in(folder: Path) -> list[Path]:
    """The pictures of a folder, by name. Raises BadRequest where there are none."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    found = [path for path in files if path.suffix.lower() in KNOWN]
    if not found:
        raise BadRequest(
            f"{quoted(folder.name)} has no pictures ganpaint can read ({len(files)} files, none "
            "PNG, JPEG, TIFF, WebP, BMP or GIF). Nothing was done.",
            "Name a folder with photos.",
        )
    return found


def project_folder(args: argparse.Namespace, terminal: Terminal) -> int:
    """Project every photo; 0 when all went well, 1 when some failed."""
    folder, out = Path(args.photo), Path(args.out)
    if args.jobs < 1:
        raise BadRequest(f"{args.jobs} processes can do nothing.", "Give --jobs 1 or more.")
    waiting = photos_in(folder)
    out.mkdir(parents=True, exist_ok=True)
    stems = [photo.stem for photo in waiting]
    running: list[Running] = []
    failed = done = 0
    total = len(waiting)
    with (out / "batch.jsonl").open("a", encoding="utf-8") as log:
        try:
            while waiting or running:
                while waiting and len(running) < args.jobs and not terminal.interrupted:
                    photo = waiting.pop(0)
                    name = photo.stem if stems.count(photo.stem) == 1 else photo.name
                    if (out / name / "report.json").exists() and not args.force:
                        done += 1
                        _tell(terminal, log, photo, "there already", f"{done}/{total}")
                        continue
                    running.append(_started(args, photo, out / name))
                if terminal.interrupted:
                    return INTERRUPTED
                for job in [job for job in running if job.process.poll() is not None]:
                    running.remove(job)
                    done += 1
                    failed += _ended(job, terminal, log, f"{done}/{total}")
                time.sleep(LOOK_EVERY)
        finally:
            for job in running:
                job.process.terminate()
                job.process.wait()
    terminal.say(f"{total - failed} of {total} photos are in {out}.")
    return 1 if failed else 0


def _started(args: argparse.Namespace, photo: Path, out: Path) -> Running:
    program = [] if getattr(sys, "frozen", False) else ["-m", "ganpaint"]
    words = [*program, "project", str(photo), "--out", str(out), *passed_on(args.words)]
    cores = os.cpu_count() or 1
    if "--threads" not in args.words:
        words += ["--threads", str(max(1, cores // args.jobs))]
    process = subprocess.Popen(  # noqa: S603 - our own program with the person's own words
        [sys.executable, *words, "--quiet"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    return Running(photo, out, process)


def passed_on(words: Sequence[str]) -> list[str]:
    """The person's options for one photo: without the folder, --out, --jobs and --force."""
    kept: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in ("--out", "--jobs"):
            next(rest, None)
        elif word.startswith(("--out=", "--jobs=")) or word in ("--force", "--json", "--quiet"):
            continue
        elif word.startswith("--"):
            kept.append(word)
            if "=" not in word and word != "--keep-best":
                kept += [value for value in [next(rest, None)] if value is not None]
    return kept


def _ended(job: Running, terminal: Terminal, log: IO[str], place: str) -> int:
    """Say how a photo ended; 1 for a failure."""
    assert job.process.stderr is not None
    errors = job.process.stderr.read().strip().splitlines()
    job.process.stderr.close()
    if job.process.returncode == 0:
        record = json.loads((job.out / "report.json").read_text(encoding="utf-8"))
        _tell(terminal, log, job.photo, "done", place, record.get("lpips"))
        return 0
    words = errors[-1].removeprefix("ganpaint: ") if errors else "It ended without a word."
    _tell(terminal, log, job.photo, words, place)
    return 1


def _tell(
    terminal: Terminal,
    log: IO[str],
    photo: Path,
    outcome: str,
    place: str,
    lpips: float | None = None,
) -> None:
    record = {"photo": str(photo), "outcome": outcome, "lpips": lpips}
    log.write(json.dumps(record, ensure_ascii=False) + "\n")
    log.flush()
    terminal.give(record)
    figure = "" if lpips is None else f", LPIPS {lpips:.3f}"
    terminal.say(f"{place} {photo.name}: {outcome}{figure}")
