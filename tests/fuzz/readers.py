"""One target for each reader of a stranger's text, and pieces of the languages that they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.locks.formats import lock_names
from consumer_drift.pins.image import Image
from consumer_drift.pins.key import Key
from consumer_drift.pins.locked import Locked
from consumer_drift.pins.module import Module
from consumer_drift.pins.regex import Regex
from consumer_drift.pins.requirement import Requirement
from consumer_drift.pins.submodule import Submodule
from consumer_drift.pins.uses import Uses
from consumer_drift.pins.whole_file import WholeFile

if TYPE_CHECKING:
    from consumer_drift.model.pins import Pin

PINS_OF: dict[str, list[Pin]] = {
    "": [WholeFile("v")],
    "requirement": [
        Requirement(file, ("a",))
        for file in ("r.txt", "p.toml", "setup.py", "setup.cfg", "environment.yml", "Pipfile", "task.py")
    ],
    "image": [
        *(Image(file, "a") for file in ("Dockerfile", "i.yml", "i.json", "compose.hcl", "i.toml", "a.container")),
    ],
    "uses": [Uses("u.yml", "a/a"), Uses("u.yml", "docker://a")],
    "module": [
        *(Module("go.mod", module) for module in ("a", "go")),
        Module("go.work", "a"),
        *(Module("m.tf", module) for module in ("a", "a/a/a")),
        Module("m.tf.json", "a"),
    ],
    "submodule": [Submodule("a", "a/a")],
    "locked": [Locked(file, ("a",), manifest="m") for file in (*lock_names(), "l.txt")],
    "key": [
        *(Key(file, "a") for file in ("k.json", "k.yml", "k.toml", "k.tf", "k.xml", ".tool-versions")),
        *(Key("k.yml", key) for key in ("a.0.a", "*.a", "a[a=1].a")),
        Key("k.tf", "a.*[a=1].a"),
        Key("k.xml", "a.a[a=1].a"),
        Key("package.json", "dependencies.a"),
    ],
    "regex": [Regex("f", r"a(?P<version>\S*)")],
}
PINS = [pin for pins in PINS_OF.values() for pin in pins]
# Pieces of the languages that are read, so that random texts get past their first character.
PIECES = [
    *"aAbx01.:=@-#'\"\\[]{}(),;$`!&*|<>~^%?/+_ \t\r\n\ufeff\0\x85\u2028é😀\ud800",
    *[
        "\n",
        "\r\n",
        "1.4.0",
        "v1.4.0",
        "1.4",
        "a: ",
        "a = ",
        '"a": ',
        "a==",
        "a/a@",
        "a:1.4.0",
        "&a ",
        "*a",
        "<<: ",
    ],
    *[
        "image: ",
        "uses: ",
        "tag: ",
        "- ",
        "---\n",
        "|\n ",
        ">-\n ",
        "''",
        '"""',
        "'''",
        "[a]\n",
        "[[a]]\n",
        "//",
        "/*",
    ],
    *[
        "*/",
        "FROM ",
        "ARG ",
        "COPY --from=",
        "RUN ",
        "--mount=from=",
        "<<EOF",
        "EOF\n",
        "\\\n",
        "${",
        ":-",
        "$a",
        "}",
    ],
    *[
        "# escape=`\n",
        " AS a",
        "--hash=x",
        "[project]\ndependencies=[",
        "\\u0061",
        "repository: a\n",
        "@sha256:0",
    ],
    *["<a>", "</a>", "<a a='1'>", "<a/>", "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE a ", "<?", "&amp;"],
    *['a "a" {', "}\n", 'source = "', "a/a/a", "?ref=v1.4.0", 'version = "1.4.0"\n', "module a {\n", "/v2"],
    *[
        "require (",
        "require a v1.4.0\n",
        "replace ",
        " => ",
        "go 1.4.0\n",
        "// ",
        "-20240102030405-abcdef123456",
    ],
    *["a" * 40, " # v1.4.0", "git+https://x@1.4.0#egg=a"],
    *[
        "version = 1\n",
        "[[package]]\n",
        'name = "a"\n',
        'version = "1.4.0"\n',
        'version = "1.3.0"\n',
        "[metadata]\n",
    ],
    *[
        "# yarn lockfile v1\n\n",
        "a@1:\n",
        '  version "1.4.0"\n',
        "__metadata:\n  version: 8\n",
        "  resolution: a@npm:1.4.0\n",
    ],
    *["GEM\n  specs:\n", "    a (1.4.0)\n", "\nDEPENDENCIES\n  a\n", "a v1.4.0 h1:" + "A" * 43 + "=\n"],
    *[
        "lockfileVersion: '9.0'\n",
        "importers:\n",
        "packages:\n",
        "  a@1.4.0:\n",
        '{"lockfileVersion": 3, "packages": {',
    ],
    *[
        '"node_modules/a": {"version": "1.4.0"}',
        "}}",
        '{"content-hash": "a", "packages": [{"name": "a", "version": "1.4.0"}]}',
    ],
]
