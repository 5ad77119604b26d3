"""Take a picture of an HTML page with a real browser: Chromium of the distribution, without a window."""

from __future__ import annotations

import io
import os
import re
import shutil
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = "no Chromium found: install it (Debian and Ubuntu: apt-get install chromium), or name it in CHROMIUM"
SCALE = 2  # for screens with two pixels a point
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SECONDS = 120
_COLOURS = 192
# Nothing is fetched, and nothing of the user's own profile is used. A container's root has no sandbox.
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--font-render-hinting=none",
    f"--force-device-scale-factor={SCALE}",
)


def chromium() -> str | None:
    """Return the browser's path, None where there is none."""
    named = os.environ.get("CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


def picture(html: str, width: int, comment: str) -> bytes:
    """Return *html* as a PNG that is *width* points wide and as high as its body.

    *comment* becomes a text chunk of the PNG. Raises RuntimeError where the browser fails or there is none.
    """
    browser = chromium()
    if browser is None:
        raise RuntimeError(MISSING)
    with tempfile.TemporaryDirectory() as folder:
        page, target = Path(folder, "page.html"), Path(folder, "picture.png")
        page.write_text(html, encoding="utf-8")
        height = _height(browser, page, width, folder)
        _run(browser, folder, f"--window-size={width},{height}", f"--screenshot={target}", page.as_uri())
        if not target.exists():
            raise RuntimeError(f"{browser} took no picture")
        return with_comment(_smaller(target), comment)


def _smaller(file: Path) -> bytes:
    """Return the picture with few colours: a third of its size, and nothing that an eye can tell."""
    from PIL import Image  # noqa: PLC0415 - only who takes pictures has it

    made = io.BytesIO()
    with Image.open(file) as image:
        few = image.convert("RGB").quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(made, "PNG", optimize=True)
    return made.getvalue()


def _height(browser: str, page: Path, width: int, folder: str) -> int:
    """Measure the page: a second copy of it writes its height where it can be read."""
    probe = page.with_name("probe.html")
    script = "<script>document.title = document.documentElement.getBoundingClientRect().height</script>"
    probe.write_text(page.read_text(encoding="utf-8") + script, encoding="utf-8")
    dumped = _run(browser, folder, f"--window-size={width},100", "--dump-dom", probe.as_uri())
    found = re.search(r"<title>([\d.]+)</title>", dumped)
    if found is None:
        raise RuntimeError(f"{browser} did not show the page")
    return round(float(found[1]))


def _run(browser: str, folder: str, *arguments: str) -> str:
    command = [browser, *_FLAGS, f"--user-data-dir={folder}/profile", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{browser} failed: {done.stderr.strip()[-500:]}")
    return done.stdout


def with_comment(png: bytes, comment: str) -> bytes:
    """Return *png* with *comment* in a text chunk behind its header. https://www.w3.org/TR/png-3/#11tEXt"""
    body = b"tEXt" + b"Comment\0" + comment.encode("latin-1")
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    header = len(_SIGNATURE) + 25
    return png[:header] + chunk + png[header:]


def comment_of(png: bytes) -> str:
    """Return the comment in *png*, an empty text where it has none."""
    place = len(_SIGNATURE)
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        kind, data = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        if kind == b"tEXt" and data.startswith(b"Comment\0"):
            return data.partition(b"\0")[2].decode("latin-1")
        place += 12 + length
    return ""
