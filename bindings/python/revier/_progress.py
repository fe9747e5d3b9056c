"""Progress: a bar of tqdm where it is there and somebody looks."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any

Watch = Callable[[str, float, "float | None"], object]
"""``watch(text, share, gap)``: what is worked on, how much lies behind (0 to 1), the gap of the best plan so far."""


def _looked_at() -> bool:
    """Whether stderr is a terminal, or this is a notebook."""
    if sys.stderr is not None and sys.stderr.isatty():
        return True
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return type(shell).__name__ == "ZMQInteractiveShell"


class Progress:
    """A context that watches a solve: with a bar, by a function of the user's, or not at all."""

    def __init__(self, progress: bool | Watch | None) -> None:
        self.bar: Any = None
        self.watch: Watch | None = None
        if callable(progress):
            self.watch = progress
        elif progress or (progress is None and _looked_at()):
            self._open()

    def _open(self) -> None:
        try:
            with warnings.catch_warnings():
                # In a notebook without ipywidgets, the bar is text.
                warnings.simplefilter("ignore")
                from tqdm.auto import tqdm
        except ImportError:
            return
        layout = "{l_bar}{bar}| {elapsed}{postfix}"
        self.bar = tqdm(total=100, bar_format=layout, leave=False)
        self.watch = self._show

    def _show(self, text: str, share: float, gap: float | None) -> None:
        self.bar.set_description(text, refresh=False)
        if gap is not None:
            self.bar.set_postfix_str(f"gap {100 * gap:.3g} %", refresh=False)
        self.bar.n = round(100 * share)
        self.bar.refresh()

    def __enter__(self) -> Watch | None:
        return self.watch

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.close()
