"""The command that trains a generator on one's own pictures.

Ctrl+C keeps what was learnt: the checkpoint is on the disk and the best network becomes the
model. `run.json` beside the checkpoints says what the run was told. With `--listen` (as the window
does) words on standard input work on every system: "keep" as Ctrl+C; "rest", or the end of the
input when whoever started the training is gone, saves the checkpoint only.
`torchrun --nproc-per-node N -m ganpaint train …` trains in several processes, of which the first
one speaks.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ganpaint.atomic import atomic_write
from ganpaint.cli.arguments import Command, WrongUsage, number, whole
from ganpaint.cli.paint import MakeStudio, studio_for
from ganpaint.cli.terminal import INTERRUPTED, Interrupted, Terminal
from ganpaint.errors import GanpaintError
from ganpaint.paths import state_dir
from ganpaint.progress import Progress
from ganpaint.tasks.requests import Checked, CheckPictures, Trained, TrainRequest, perform

EXAMPLES = """\
  ganpaint train mycats/ --check
  ganpaint train mycats/ --out mycats --minutes 60
  ganpaint train mycat/ --from cats-64 --out mycat --kimg 20
  ganpaint train pets.zip --out pets --resolution 128 --kimg 2000
  ganpaint train mycats/ --out mycats --kimg 500 --resume
  torchrun --nproc-per-node 2 -m ganpaint train pets.zip --out pets --kimg 2000"""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="FOLDER_OR_ZIP", help="pictures; sub-folders are classes")
    parser.add_argument("--out", metavar="NAME", help="name of the new model")
    parser.add_argument("--check", action="store_true", help="look at the pictures, train nothing")
    parser.add_argument("--resolution", type=whole(16), default=0, metavar="R", help="16 … 512")
    parser.add_argument("--minutes", type=number(0, 1e6), default=0.0, metavar="M", help="how long")
    parser.add_argument(
        "--kimg", type=number(0, 1e6), default=0.0, metavar="K", help="thousand images"
    )
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--from", dest="base", default="", metavar="MODEL", help="start as MODEL")
    parser.add_argument("--dedupe", action="store_true", help="leave exact duplicates out")
    words = "pictures a step (processor: 8; graphics card: 32)"
    parser.add_argument("--batch", type=whole(4), default=0, metavar="N", help=words)
    parser.add_argument("--seed", type=whole(0), default=0, metavar="S", help="of all randomness")
    parser.add_argument("--precision", choices=("auto", "fp32", "bf16"), default="auto")
    parser.add_argument("--augment", choices=("auto", "off"), default="auto")
    parser.add_argument("--licence", default="", help="of the pictures, for the model card")
    parser.add_argument("--title", default="", help="shown name of the model")
    parser.add_argument("--listen", action="store_true", help=argparse.SUPPRESS)


def train(args: argparse.Namespace, terminal: Terminal, make_studio: MakeStudio) -> int:
    """Train, show sheets and figures, write the model."""
    if int(os.environ.get("RANK", "0")):
        terminal = _Silent(quiet=True)
    if args.check:
        return _check(args, terminal, make_studio)
    if not args.out:
        raise WrongUsage("The new model has no name.", "Give one with --out NAME.")
    terminal.keep_best = True
    request = TrainRequest(
        source=Path(args.source),
        out=args.out,
        threads=args.threads,
        **{
            name: getattr(args, name)
            for name in (
                *("resolution", "minutes", "kimg", "resume", "base", "dedupe", "batch", "seed"),
                *("precision", "augment", "licence", "title"),
            )
        },
    )
    folder = state_dir() / "training" / request.name
    teller = _Teller(terminal, request, folder)
    teller.listens = args.listen and _can_listen()
    try:
        result: Trained = terminal.run(request, studio_for(args, make_studio), perform, teller.tell)
    except (Interrupted, KeyboardInterrupt):
        terminal.say(
            f"Stopped at the last checkpoint. Go on with --out {args.out} --resume."
            if (folder / "last.safetensors").exists()
            else "Stopped. Nothing was written."
        )
        return leave(INTERRUPTED)
    teller.remember(finished=True)
    terminal.give({"model": result.name, "path": str(result.path), "figures": result.figures})
    terminal.say(f"Wrote {result.path}")
    if result.figures:
        found = result.figures["distance"]
        terminal.say(
            f"{found['kind']} {found['value']:.4g} on {found['samples']} pictures "
            f"(two halves of the real ones: {result.figures['floor']:.4g}); "
            f"memorising ratio {result.figures['memorising']['ratio']:.2f}"
        )
        terminal.say(f"Sample sheets: {folder / 'sheets'}")
    return leave(INTERRUPTED if terminal.interrupted else 0)


def _check(args: argparse.Namespace, terminal: Terminal, make_studio: MakeStudio) -> int:
    """Say what is in a folder and what would be left out."""
    request = CheckPictures(Path(args.source), args.resolution or 64, args.dedupe)
    found: Checked = terminal.run(
        request,
        studio_for(args, make_studio),
        perform,
        lambda p: None if p.done % 50 else terminal.give({"read": p.done, "of": p.total}),
    )
    record = {"pictures": found.count, "classes": found.class_names, "notes": found.notes}
    terminal.give(record)
    names = f" of {len(found.class_names)} classes: " if found.class_names else ""
    terminal.say(f"{found.count:,} pictures{names}{', '.join(found.class_names)}.")
    for note in found.notes:
        terminal.say(note)
    return 0


def _can_listen() -> bool:
    """Make standard input answer at once; False where the system cannot (Windows before 3.12)."""
    try:
        os.set_blocking(0, False)
    except (AttributeError, OSError):
        return False
    return True


def _heard(terminal: Terminal) -> bool:
    """Do what standard input says; whether it said anything."""
    try:
        heard = os.read(0, 64)
    except BlockingIOError:
        return False
    terminal.interrupted = True
    if b"keep" in heard:
        terminal.stop.keep_best()
    else:
        terminal.stop.discard()
    return True


def leave(code: int) -> int:
    """The exit code; one of several processes ends here, without the interpreter's teardown.

    One in ten such processes is otherwise aborted at exit ("terminate called without an active
    exception", torch 2.13 with gloo), after all its work is done, and torchrun reports a failure.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


class _Silent(Terminal):
    """What one of several processes says that is not the first."""

    def say(self, sentence: str) -> None:
        """Nothing."""

    def give(self, record: dict[str, Any]) -> None:
        """Nothing."""


class _Teller:
    """One JSON object a moment; sheets as PNG files; notes as lines; what the run was told."""

    def __init__(self, terminal: Terminal, request: TrainRequest, folder: Path) -> None:
        self.terminal, self.request, self.folder = terminal, request, folder
        self.listens = self._known = False

    def tell(self, progress: Progress) -> None:
        """Say one moment."""
        if self.listens:
            self.listens = not _heard(self.terminal)
        images = getattr(progress, "images", None)
        if images is None and progress.total:
            self.terminal.give({"read": progress.done, "of": progress.total})
            return
        if images is None:
            self.terminal.give({"note": progress.sentence})
            self.terminal.say(progress.sentence)
            return
        if not self._known:  # only now: the request was found to be sound
            self._known = True
            self.remember(finished=False)
        sheet = getattr(progress, "sheet", None)
        path = None
        if sheet is not None:  # those at measurements stay; between them the newest is enough
            passing = images and getattr(progress, "phase", "") == "training"
            name = "newest.png" if passing else f"{images:09d}.png"
            path = self._write_sheet(sheet, self.folder / "sheets" / name)
        self.terminal.give(_record(progress, path))

    def _write_sheet(self, pixels: Any, path: Path) -> Path | None:
        """The sheet's file; None where it cannot be written: that must not end a training."""
        from PIL import Image

        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(path)
        except OSError as error:
            note = f"The sheet {path.name} could not be written: {error.strerror or error}."
            self.terminal.give({"note": note})
            self.terminal.say(note)
            return None
        return path

    def remember(self, *, finished: bool) -> None:
        """What the run was told, for going on with it; only the first of several processes."""
        if int(os.environ.get("RANK", "0")):
            return
        request, path = self.request, self.folder / "run.json"
        if request.resume and path.exists():
            told = _read(path) | {"source": str(request.source.resolve()), "finished": finished}
            told |= {k: v for k in ("title", "licence") if (v := getattr(request, k))}
        else:
            told = {
                "source": str(request.source.resolve()),
                "base": request.base,
                "resolution": request.resolution,
                "dedupe": request.dedupe,
                "title": request.title,
                "licence": request.licence,
                "finished": finished,
            }
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(path) as file:
                file.write(json.dumps(told, indent=1).encode())
        except (OSError, GanpaintError) as error:
            self.terminal.say(f"{path.name} could not be written: {error}")


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _record(progress: Progress, sheet: Path | None) -> dict[str, Any]:
    names = ("phase", "images", "per_second", "resolution", "fade")
    record: dict[str, Any] = {
        "done": progress.done,
        "seconds": round(progress.seconds, 1),
        "remaining": progress.remaining,
        "sentence": progress.sentence,
    }
    record |= {name: getattr(progress, name) for name in names}
    for name in ("figures", "distance", "best"):
        value = getattr(progress, name)
        record[name] = None if value is None else asdict(value)
    record["floor"] = getattr(progress, "floor", None)
    record["columns"] = getattr(progress, "columns", ())
    record["sheet"] = None if sheet is None else str(sheet)
    return record


COMMANDS = {
    "train": Command(
        "train a generator on a folder of your own pictures", EXAMPLES, _arguments, train
    )
}
