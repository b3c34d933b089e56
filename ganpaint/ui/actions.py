"""The one table of everything that menus and keys do.

Menus, shortcuts, tips, the keyboard map and the test that presses everything are made from
`ACTIONS`. `run` gets the window; `enabled` and `checked` are pure functions of the editor's
state. Entries exist for what is built only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ganpaint.ui import action_state as state
from ganpaint.ui.commands import edit, file, help, image, model, paint, view

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor
    from ganpaint.ui.main_window import MainWindow

Run = Callable[["MainWindow"], object]
MENUS = ("File", "Edit", "View", "Image", "Model", "Window", "Help")


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done.

    Attributes:
        id: stable, dotted; the QAction's object name.
        menu: "File", or "View/Theme" for an entry of a submenu; "" = by key only.
        text: of the entry, with its mnemonic; ends in "…" where a dialog follows.
        run: does it.
        keys: portable key sequences, the first is shown.
        tip: one sentence.
        icon: name in resources/icons.
        enabled, checked: of the editor's state; `checked` None = not checkable.
        group: entries of one menu with different groups are divided by a line.
        canvas_only: the keys act only while the canvas has the focus.
    """

    id: str
    menu: str
    text: str
    run: Run
    keys: tuple[str, ...] = ()
    tip: str = ""
    icon: str = ""
    enabled: Callable[[Editor], bool] = state.always
    checked: Callable[[Editor], bool] | None = None
    group: int = 0
    canvas_only: bool = False


def _option(name: str, value: float) -> Run:
    return lambda window: window.editor.set_option(name, value)


def _bound(act: Callable[[Editor, str], object], name: str) -> Run:
    return lambda window: act(window.editor, name)


def _file() -> tuple[Action, ...]:
    doc = state.has_document
    return (
        Action("file.open", "File", "&Open…", file.open_files, ("Ctrl+O",), icon="open"),
        Action(
            "file.new", "File", "Paint from &Nothing", file.paint_from_nothing, ("Ctrl+N",),
            "An empty canvas: paint strokes and choose one of 16 pictures.", "brush",
        ),
        Action("file.sample", "File", "Open the Sam&ple Photo", file.open_sample, icon="photo"),
        Action("file.save", "File", "&Save Project", file.save, ("Ctrl+S",), icon="save",
               enabled=doc, group=1),
        Action("file.saveAs", "File", "Save Project &As…", file.save_as, ("Ctrl+Shift+S",),
               enabled=doc, group=1),
        Action("file.export", "File", "&Export…", file.export, ("Ctrl+Shift+E",),
               "Write the picture into a file.", "export", doc, group=2),
        Action("file.exportAgain", "File", "Export A&gain", file.export_again, ("Ctrl+E",),
               "Write the picture as last time.", enabled=doc, group=2),
        Action("file.private", "File", "Keep No &Recent Files", state.toggle_private,
               tip="Recent files and their pictures are not kept.",
               checked=lambda e: e.preferences.private, group=3),
        Action("file.close", "File", "&Close", file.close, ("Ctrl+W",), enabled=doc, group=4),
        Action("file.quit", "File", "&Quit", lambda w: w.close(), ("Ctrl+Q",), group=4),
    )  # fmt: skip


def _edit() -> tuple[Action, ...]:
    doc = state.has_document
    return (
        Action("edit.undo", "Edit", "&Undo", edit.undo, ("Ctrl+Z",), icon="undo",
               enabled=state.can_undo),
        Action("edit.redo", "Edit", "&Redo", edit.redo, ("Ctrl+Shift+Z", "Ctrl+Y"), icon="redo",
               enabled=state.can_redo),
        Action("edit.previous", "", "Previous state", edit.undo, (",",), enabled=state.can_undo),
        Action("edit.next", "", "Next state", edit.redo, (".",), enabled=state.can_redo),
        Action("edit.copy", "Edit", "&Copy Picture", edit.copy, ("Ctrl+C",),
               "The composite; with a mask, what is inside it.", "duplicate", doc, group=1),
        Action("edit.paste", "Edit", "&Paste Picture", edit.paste, ("Ctrl+V",),
               "Open the picture on the clipboard.", "clipboard", group=1),
        Action("edit.clearStrokes", "Edit", "Clear &Strokes",
               lambda w: paint.clear_strokes(w.editor), enabled=state.has_strokes, group=2,
               tip="Take all strokes off the canvas; the picture stays."),
        Action("edit.commit", "Edit", "&Keep What the Strokes Made",
               lambda w: paint.commit_edit(w.editor), ("Ctrl+Return",),
               "The strokes leave the canvas, their picture stays.", enabled=state.has_strokes,
               group=2),
        Action("edit.clearMask", "Edit", "Clear the &Mask", lambda w: paint.clear_mask(w.editor),
               ("Ctrl+D",), "The whole work frame may change again.", enabled=state.has_mask,
               group=3),
        Action("edit.invertMask", "Edit", "&Invert the Mask",
               lambda w: paint.invert_mask(w.editor), ("Ctrl+Shift+I",), enabled=doc, group=3),
    )  # fmt: skip


def _view() -> tuple[Action, ...]:
    doc = state.has_document
    on_canvas: tuple[tuple[str, str, str, tuple[str, ...], str], ...] = (
        ("zoomIn", "Zoom &In", "zoom_in", ("Ctrl++", "Ctrl+=", "+"), "plus"),
        ("zoomOut", "Zoom &Out", "zoom_out", ("Ctrl+-", "-"), "minus"),
        ("fit", "&Fit the Window", "fit", ("Ctrl+0",), "fit"),
        ("actual", "&100 %", "actual_size", ("Ctrl+1",), "one-to-one"),
        ("frame", "Fit the &Work Frame", "fit_frame", ("Ctrl+2",), "frame"),
    )
    zooms = tuple(
        Action(f"view.{name}", "View", text, partial(state.call_canvas, method), keys,
               icon=icon_name, enabled=doc)
        for name, text, method, keys, icon_name in on_canvas
    )  # fmt: skip
    themes = tuple(
        Action(f"view.theme.{name}", "View/T&heme", text,
               _bound(view.use_theme, name), checked=partial(state.is_theme, name), group=3)
        for name, text in (("system", "&Follow the System"), ("dark", "&Dark"), ("light", "&Light"))
    )  # fmt: skip
    surrounds = tuple(
        Action(f"view.surround.{name or 'theme'}", "View/S&urround", text,
               _bound(view.use_surround, name), checked=partial(state.is_surround, name), group=3)
        for name, text in (
            ("", "As the &Theme"), ("black", "&Black"), ("dark", "&Dark Grey"),
            ("mid", "&Middle Grey"), ("light", "&Light Grey"), ("white", "&White"),
        )
    )  # fmt: skip
    return (
        *zooms,
        Action("view.split", "View", "&Split View", state.toggle_split, ("Shift+O",),
               "Before on the left, after on the right.", "split", doc,
               state.is_split, group=2),
        Action("view.strokes", "View", "&All Strokes", state.toggle_strokes,
               tip="Also those that the picture follows already.", enabled=doc,
               checked=state.sees_all_strokes, group=2),
        Action("view.smooth", "View", "S&mooth Pixels",
               lambda w: view.set_smooth(w, not w.editor.preferences.smooth_above),
               tip="Above 200 % pixels are smoothed instead of shown as squares.",
               checked=lambda e: e.preferences.smooth_above, group=2),
        *themes,
        *surrounds,
        Action("view.panels", "View", "Hide or Show &Panels", view.toggle_panels, ("Tab",),
               "Hide tool bar, options and docks.", enabled=doc, group=4, canvas_only=True),
        Action("view.fullScreen", "View", "F&ull Screen", view.toggle_full_screen, ("F11",),
               group=4),
    )  # fmt: skip


def _image() -> tuple[Action, ...]:
    doc = state.has_document
    return (
        Action("image.fitFrame", "Image", "&Fit the Work Frame to the Photo",
               lambda w: image.fit_frame(w.editor), icon="frame", enabled=doc,
               tip="The largest square of the photo."),
        Action("image.mirrorFrame", "Image", "&Mirror inside the Work Frame",
               lambda w: image.mirror_frame(w.editor), icon="symmetry", enabled=doc,
               tip="The model sees the photo mirrored.", checked=state.is_mirrored),
    )  # fmt: skip


def _model() -> tuple[Action, ...]:
    return (
        Action("model.project", "Model", "Start, Pause or Resume the &Projection",
               lambda w: paint.toggle_projection(w.editor), ("P",), icon="play",
               enabled=state.has_document),
        Action("model.stop", "Model", "&Stop and Keep the Best", lambda w: paint.stop(w.editor),
               ("Shift+P",), icon="stop", enabled=state.is_running),
        Action("model.discard", "Model", "Stop and &Discard",
               lambda w: paint.stop(w.editor, keep=False), enabled=state.is_running,
               tip="The picture is as before the search."),
        Action("model.sample", "Model", "&New Sample", lambda w: paint.new_sample(w.editor),
               ("Ctrl+R",), "A new picture of the chosen classes in the work frame.", "dice",
               state.has_document, group=1),
        Action("model.add", "Model", "&Add a Model File…", model.add_file, group=2),
        Action("model.manage", "Model", "&Manage Models…", model.manage, group=2,
               tip="Every model on this computer, with samples and facts."),
        Action("model.train", "Model", "Ne&w from Folder…", model.train, group=2,
               tip="Train a model on your own pictures."),
        Action("model.folder", "Model", "Open the Model &Folder",
               lambda w: model.open_folder(w.editor), icon="folder", group=2),
    )  # fmt: skip


def _window() -> tuple[Action, ...]:
    docks = tuple(
        Action(f"window.{name}", "Window", f"&{name.title()}", partial(state.toggle_dock, name),
               enabled=state.has_document, checked=None)
        for name in ("class", "latent", "projection", "history", "models")
    )  # fmt: skip
    return (
        *docks,
        Action("window.reset", "Window", "&Reset the Docks", lambda w: w.docks.reset(), group=1),
        Action("window.nextArea", "Window", "&Next Area", view.next_area, ("F6",),
               "Move the focus to the next part of the window.", group=2),
        Action("window.previousArea", "Window", "P&revious Area",
               lambda w: view.next_area(w, -1), ("Shift+F6",), group=2),
    )  # fmt: skip


def _help() -> tuple[Action, ...]:
    return (
        Action(
            "help.guide",
            "Help",
            "&Guided First Edit",
            help.guided,
            icon="star",
            tip="Project, paint and swap in two minutes.",
        ),
        Action("help.contents", "Help", "&Help", help.contents, ("F1",), icon="help"),
        Action("help.keys", "Help", "&Keyboard Map", help.keys, ("Ctrl+/",), icon="keyboard"),
        Action("help.about", "Help", "&About ganpaint", help.about, icon="info", group=1),
    )


TOOL_KEYS = {
    "brush": ("&Brush", "B"),
    "eraser": ("&Eraser", "E"),
    "mask": ("&Mask Brush", "M"),
    "frame": ("Work &Frame", "C"),
    "eyedropper": ("E&yedropper", "I"),
    "hand": ("&Hand", "H"),
    "zoom": ("&Zoom", "Z"),
}


def _tools() -> tuple[Action, ...]:
    tools = tuple(
        Action(f"tool.{name}.use", "Edit/&Tool", text, partial(state.take_tool, name), (key,),
               icon=name,
               enabled=state.has_document,
               checked=partial(state.is_tool, name), group=4)
        for name, (text, key) in TOOL_KEYS.items()
    )  # fmt: skip
    opacities = tuple(
        Action(f"options.opacity.{n}", "", f"Opacity {n * 10} %", _option("opacity", n / 10),
               (str(n % 10),), enabled=state.has_document)
        for n in range(1, 11)
    )  # fmt: skip
    return (
        *tools,
        Action("options.smaller", "", "Smaller brush", partial(state.resize, -1), ("[",),
               enabled=state.has_document),
        Action("options.larger", "", "Larger brush", partial(state.resize, 1), ("]",),
               enabled=state.has_document),
        Action("options.softer", "", "Softer brush", partial(state.harden, -0.1), ("{",),
               enabled=state.has_document),
        Action("options.harder", "", "Harder brush", partial(state.harden, 0.1), ("}",),
               enabled=state.has_document),
        Action("options.swap", "", "Swap with the previous colour, or paint and take away",
               state.swap, ("X",), enabled=state.has_document),
        *opacities,
    )  # fmt: skip


ACTIONS: tuple[Action, ...] = (
    *_file(), *_edit(), *_tools(), *_view(), *_image(), *_model(), *_window(), *_help(),
)  # fmt: skip
# keys that are held down or pressed inside the canvas, for the keyboard map
HELD: tuple[tuple[str, str], ...] = (
    ("Space, middle button", "Pan the view"),
    ("Ctrl+Space", "Zoom in, with Alt out"),
    ("Alt", "Pick a colour"),
    ("O, \\", "Show the opened photo"),
    ("Shift", "Draw a straight line from the last point; with Ctrl by 15°"),
    ("Wheel", "Zoom to the cursor"),
    ("Shift+wheel", "Brush size"),
    ("Arrows, Enter", "Move the brush, press and release it"),
    ("Esc", "Cancel the stroke, close the message, stop the job and keep its best"),
)
