"""Reports: each module here has ``render(report) -> str`` and decides nothing."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from consumer_drift.model.report import Report


def _lazily(module: str) -> Callable[[Report], str]:
    def render(report: Report) -> str:
        # Rich takes longer to import than a small fleet to read: who wants JSON does not wait for it.
        text: str = import_module(f"{__name__}.{module}").render(report)
        return text

    return render


# What users call a format, and the module that writes it.
_MODULES = {
    "log": "text",
    "json": "json",
    "markdown": "markdown",
    "sarif": "sarif",
    "github": "workflow_commands",
}

FORMATS: Mapping[str, Callable[[Report], str]] = MappingProxyType(
    {name: _lazily(module) for name, module in _MODULES.items()}
)
