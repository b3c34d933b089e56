"""Commands that turn codes into pictures: swap, render, sheet, interpolate."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganpaint.cli import arguments as options
from ganpaint.cli.arguments import Command
from ganpaint.cli.outputs import near_square, output_folder, sheet_of
from ganpaint.cli.paint import (
    MakeStudio,
    end,
    give,
    open_model,
    open_photo,
    open_picture,
    studio_for,
)
from ganpaint.cli.terminal import Terminal
from ganpaint.document import inputs
from ganpaint.document.code_file import read_code
from ganpaint.document.document import Look
from ganpaint.document.recipe import to_recipe
from ganpaint.errors import BadRequest
from ganpaint.tasks.requests import (
    Blend,
    InterpolateRequest,
    Painted,
    Pictures,
    RenderRequest,
    SampleRequest,
    SheetRequest,
    SlidersRequest,
    perform,
)

if TYPE_CHECKING:
    from ganpaint.latent import Code
    from ganpaint.model_info import ModelInfo
    from ganpaint.tasks.studio import Studio


def _code_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", metavar="CODE.npz", help="a code.npz of a result")
    parser.add_argument(
        "--photo", metavar="PHOTO", help="lay the picture into this photo: composite.*"
    )
    options.add_out(parser)
    options.add_model(parser, None)


def _look_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("look")
    group.add_argument(
        "--pose-lock",
        type=options.number(0, 1),
        default=0.0,
        metavar="N",
        help="1 leaves the coarse layers alone (default 0)",
    )
    group.add_argument(
        "--swap",
        dest="swap_strength",
        type=options.number(0, 1.5),
        default=1.0,
        metavar="N",
        help="how far the class swap goes, 0 to 1.5 (default 1)",
    )
    group.add_argument(
        "--slider",
        action="append",
        default=[],
        type=options.pair("slider"),
        metavar="NAME=σ",
        help="a latent slider by name or number; may be repeated",
    )
    group.add_argument(
        "--transform",
        type=options.placement,
        default=Look().placement,
        metavar="X,Y[,TURN[,SIZE]]",
        help="move by picture widths, turn by degrees, scale; StyleGAN3 only",
    )
    options.add_psi(parser, 1.0)
    options.add_classes(parser)
    options.add_place(parser)


def swap(args: argparse.Namespace, terminal: Terminal, make_studio: MakeStudio) -> int:
    """Carry a code to another class, pose kept."""
    if args.class_name is None and not args.mix:
        raise BadRequest("No class was given.", "Give --class NAME, or shares with --mix.")
    return _lay_look(args, terminal, make_studio)


def render(args: argparse.Namespace, terminal: Terminal, make_studio: MakeStudio) -> int:
    """The picture of a code, with a look laid over it; or of a new sample."""
    if args.code is not None:
        return _lay_look(args, terminal, make_studio)
    if args.seed is None:
        raise BadRequest("Neither a code nor a seed was given.", "Give CODE.npz or --seed S.")
    studio = studio_for(args, make_studio)
    with output_folder(args.out, studio) as folder:
        info = open_model(args.model or options.DEFAULT_MODEL, terminal, studio)
        weights = inputs.class_weights(info, args.class_name, args.mix)
        photo = open_photo(args.photo, terminal, studio) if args.photo else None
        place = photo or inputs.canvas_of(info.resolution)
        frame = inputs.read_frame(args.frame if photo else "", place, info)
        blend = Blend(args.blend or "replace", args.feather, args.strength, args.opacity)
        request: Any = SampleRequest(
            info.hash, frame, args.seed, None, weights, args.psi, blend=blend
        )
        painted: Painted = terminal.run(request, studio, perform)
        sliders = _sliders(args, info, terminal, studio)
        look = replace(Look(), sliders=sliders, placement=args.transform)
        if look != Look():
            request = RenderRequest(info.hash, painted.edit, look)
            painted = terminal.run(request, studio, perform)
        return give(painted, request, info, photo, folder, terminal)


def _lay_look(args: argparse.Namespace, terminal: Terminal, make_studio: MakeStudio) -> int:
    studio = studio_for(args, make_studio)
    with output_folder(args.out, studio) as folder:
        code = read_code(Path(args.code))
        info = open_model(args.model or code.model, terminal, studio)
        _require_model(code, info, args.code)
        photo = open_photo(args.photo, terminal, studio) if args.photo else None
        place = photo or inputs.canvas_of(info.resolution)
        frame = inputs.read_frame(args.frame if photo else "", place, info)
        blend = Blend("replace", args.feather, args.strength, args.opacity)
        edit = inputs.edit_of(code, info, frame, inputs.blend_for(frame, info, args.blend, blend))
        if args.mask and photo is not None:
            mask = inputs.mask_of(open_picture(args.mask, terminal, studio), photo, args.mask)
            edit = replace(edit, patch=replace(edit.patch, mask=mask))
        plain: Painted = terminal.run(RenderRequest(info.hash, edit, Look()), studio, perform)
        patch = replace(plain.edit.patch, rec=plain.edit.patch.picture)
        look = Look(
            inputs.class_weights(info, args.class_name, args.mix),
            args.swap_strength,
            args.pose_lock,
            _sliders(args, info, terminal, studio),
            args.psi,
            args.transform,
        )
        request = RenderRequest(info.hash, replace(plain.edit, patch=patch), look)
        painted: Painted = terminal.run(request, studio, perform)
        return give(painted, request, info, photo, folder, terminal)


def _require_model(code: Code, info: ModelInfo, name: str) -> None:
    if code.model != info.hash:
        raise BadRequest(
            f"The code {name} belongs to the model {code.model[:8]}, not to "
            f'"{info.name}" ({info.hash[:8]}).',
            "Leave --model out, or give the model it was made with.",
        )


def _sliders(
    args: argparse.Namespace, info: ModelInfo, terminal: Terminal, studio: Studio
) -> tuple[tuple[str, float], ...]:
    """The sliders of the arguments by id; names and numbers (from 1) are understood."""
    if not args.slider:
        return ()
    known = terminal.run(SlidersRequest(info.hash, 64), studio, perform).sliders
    by_name = {slider.id: slider.id for slider in known}
    by_name |= {slider.name.casefold(): slider.id for slider in known}
    by_name |= {str(number): slider.id for number, slider in enumerate(known, 1)}
    look = Look()
    for name, value in args.slider:
        if name.casefold() not in by_name:
            names = ", ".join(slider.name for slider in known[:6])
            raise BadRequest(f'There is no slider "{name}".', f"The first ones are: {names}.")
        look = look.with_slider(by_name[name.casefold()], value)
    return look.sliders


# ------------------------------------------------------------------------------ sheet
def _sheet_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_out(parser)
    options.add_model(parser)
    parser.add_argument(
        "--rows", type=options.whole(1), default=8, metavar="N", help="samples a class (default 8)"
    )
    parser.add_argument(
        "--class",
        dest="classes",
        action="append",
        metavar="NAME",
        help="only this class; may be repeated",
    )
    options.add_seed(parser)
    options.add_psi(parser, 1.0)


def sheet(args: argparse.Namespace, terminal: Terminal, make_studio: MakeStudio) -> int:
    """Samples by class: a class a column, a row the same z for all of them; one class a square."""
    studio = studio_for(args, make_studio)
    with output_folder(args.out, studio) as folder:
        info = open_model(args.model, terminal, studio)
        classes = None
        if args.classes:
            classes = tuple(inputs.find_class(info, name) for name in args.classes)
        request = SheetRequest(info.hash, args.rows, args.seed, args.psi, classes)
        pictures: Pictures = terminal.run(request, studio, perform)
        across = pictures.columns if pictures.columns > 1 else near_square(len(pictures.pictures))
        folder.write_picture("sheet.png", sheet_of(pictures.pictures, across))
        names = [info.class_names[k] for k in classes or ()] or list(info.class_names)
        report = {
            "model": {"name": info.name, "hash": info.hash},
            "settings": to_recipe(request),
            "columns": names if info.c_dim else [],
        }
        return end(folder.write_report(report), folder, terminal)


# ------------------------------------------------------------------------------ interpolate
def _interpolate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("first", metavar="A.npz", help="the first code")
    parser.add_argument("last", metavar="B.npz", help="the last code")
    options.add_out(parser)
    options.add_model(parser, None)
    parser.add_argument(
        "--frames", type=options.whole(2), default=24, metavar="N", help="(default 24)"
    )
    parser.add_argument(
        "--rate",
        type=options.number(0.1, 50),
        default=12.0,
        metavar="N",
        help="frames a second of the GIF (default 12)",
    )


def interpolate(args: argparse.Namespace, terminal: Terminal, make_studio: MakeStudio) -> int:
    """Frames between two codes at equal perceptual steps, and a GIF of them."""
    studio = studio_for(args, make_studio)
    with output_folder(args.out, studio) as folder:
        first, last = read_code(Path(args.first)), read_code(Path(args.last))
        info = open_model(args.model or first.model, terminal, studio)
        for code, name in ((first, args.first), (last, args.last)):
            _require_model(code, info, name)
        request = InterpolateRequest(info.hash, first, last, args.frames)
        pictures: Pictures = terminal.run(request, studio, perform)
        folder.write_numbered("frame", pictures.pictures)
        folder.write_film("film.gif", pictures.pictures, args.rate)
        report = {
            "model": {"name": info.name, "hash": info.hash},
            "settings": to_recipe(request),
            "rate": args.rate,
        }
        return end(folder.write_report(report), folder, terminal)


def _render_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", nargs="?", metavar="CODE.npz", help="a code.npz of a result")
    parser.add_argument(
        "--photo", metavar="PHOTO", help="lay the picture into this photo: composite.*"
    )
    options.add_out(parser)
    options.add_model(parser, None)
    options.add_seed(parser, None)
    _look_arguments(parser)


def _swap_arguments(parser: argparse.ArgumentParser) -> None:
    _code_argument(parser)
    _look_arguments(parser)


COMMANDS = {
    "swap": Command(
        "carry a code to another class, or a mix of classes, and keep the pose",
        "  ganpaint swap cat/code.npz --class ginger --out ginger\n"
        "  ganpaint swap cat/code.npz --class ginger --mix tuxedo=0.3 --out mixed\n"
        "  ganpaint swap cat/code.npz --class ginger --photo cat.jpg --out ginger\n",
        _swap_arguments,
        swap,
    ),
    "render": Command(
        "paint a code, with sliders and truncation, or a new sample",
        "  ganpaint render cat/code.npz --slider 1=1.5 --psi 0.8 --out older\n"
        "  ganpaint render --model cats-64 --seed 7 --class ginger --psi 0.7 --out sample\n",
        _render_arguments,
        render,
    ),
    "sheet": Command(
        "paint samples by class on one sheet",
        "  ganpaint sheet --model cats-64 --rows 8 --out sheet\n"
        "  ganpaint sheet --model fruits-64 --rows 3 --class apple --class pear --out two\n",
        _sheet_arguments,
        sheet,
    ),
    "interpolate": Command(
        "paint the way from one code to another: frames and a GIF",
        "  ganpaint interpolate a/code.npz b/code.npz --frames 48 --out way\n",
        _interpolate_arguments,
        interpolate,
    ),
}
