"""Writing, held against what must not change: everything that is not the version."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.model.pins import Found, Pinning
from consumer_drift.model.versions import VersionFormat, parse_version
from consumer_drift.pins.edit import write
from consumer_drift.pins.image import Image
from consumer_drift.pins.key import Key
from consumer_drift.pins.regex import Regex
from consumer_drift.pins.requirement import Requirement
from consumer_drift.pins.uses import Uses
from consumer_drift.pins.whole_file import WholeFile
from tests.pins.readings import PEP440, SEMVER

if TYPE_CHECKING:
    from consumer_drift.model.pins import Pin

SHA = "89abcdef0123456789abcdef0123456789abcdef"


@dataclass(frozen=True)
class Sample:
    """A file with ``¤`` in place of the version."""

    pin: Pin
    text: str


SAMPLES = [
    Sample(WholeFile("v"), "  v¤ \n\n"),
    Sample(
        Requirement("requirements.txt", ("acme",)),
        '# é😀 acme==0.0.1\n-r base.txt\nacme[x]==¤ ; os_name<"4"  # why\nacme==¤ \\\n\t--hash=sha256:0.0.1\n',
    ),
    Sample(
        Requirement("pyproject.toml", ("acme",)),
        '[project]\nname = "é😀"\ndependencies = [\n\t"acme==¤ ; x == \\"0.0.1\\"", # c\n\t\'Acme===v¤\',\n]\n',
    ),
    Sample(
        Key("package.json", "d.a"),
        '{\n\t// é😀 0.0.1\n\t"d": {"b": "0.0.1", "a": "v¤", "a":\t"=¤",},\n}\n',
    ),
    Sample(
        Key("values.yml", "d.a"),
        'é: 😀 0.0.1\nd:\n  b: 0.0.1\n  a: &v "v¤" # 0.0.1\n---\nd: {a: ¤, z: 0.0.1}\n---\nd:\n  a: |\n    ¤\n',
    ),
    Sample(
        Key("Cargo.toml", "d.a"),
        "\"é😀\" = 1 # 0.0.1\n[d]\nb = '0.0.1'\na = { features = [\"0.0.1\"], version = '=¤' }\n",
    ),
    Sample(
        Image("Dockerfile", "acme/runtime"),
        "# é😀 0.0.1\nARG V=¤\nFROM other:0.0.1\nFROM --platform=x acme/runtime:¤-slim@sha256:00 AS a\n"
        "FROM acme/runtime:$V\nFROM acme/runtime:${V}-alpine\nFROM acme/runtime:${X:-¤}\n"
        "COPY --from=acme/runtime:v¤ a b\n",
    ),
    Sample(
        Image("k8s.yaml", "acme/runtime"),
        "é: 😀\nimage: 'acme/runtime:¤' # 0.0.1\n---\nimage:\n  repository: acme/runtime\n  tag: v¤-slim\n",
    ),
    Sample(
        Uses("ci.yml", "acme/setup"),
        f"é: 😀\ns:\n- uses: acme/setup@v¤ # 0.0.1\n- uses: 'acme/setup/x@¤'\n- uses: acme/setup@{SHA} # v¤ \n"
        "- uses: other/setup@v0.0.1\n",
    ),
    Sample(Regex("Makefile", r"^V = (?P<version>\S+)"), "# é😀\nV = ¤ # 0.0.1\nX = 0.0.1\nV = v¤\n"),
]
NUMBERS = st.integers(0, 10**6)
SEMVERS = st.one_of(
    st.builds("{}.{}.{}".format, NUMBERS, NUMBERS, NUMBERS),
    st.builds(
        "{}.{}.{}-{}.{}".format, NUMBERS, NUMBERS, NUMBERS, st.sampled_from(["alpha", "beta", "rc"]), NUMBERS
    ),
)
PEP440S = st.one_of(
    st.builds("{}.{}".format, NUMBERS, NUMBERS),
    st.builds("{}.{}.{}".format, NUMBERS, NUMBERS, NUMBERS),
    st.builds("{}.{}{}{}".format, NUMBERS, NUMBERS, st.sampled_from(["a", "b", "rc", ".post", ".dev"]), NUMBERS),
)
FORMS = st.tuples(st.booleans(), st.booleans(), st.booleans())


def formed(text: str, bom: bool, crlf: bool, final_newline: bool) -> str:
    """*text* as some editor on some system would have saved it."""
    text = text if final_newline else text.rstrip("\n")
    text = text.replace("\n", "\r\n") if crlf else text
    return f"\ufeff{text}" if bom else text


def knowing(version_format: VersionFormat, version: str) -> VersionFormat:
    """*version_format* where the commit of the samples is the one of *version*."""
    known = parse_version(version, version_format.scheme)
    assert known is not None
    return replace(version_format, commits={SHA: known})


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{type(sample.pin).__name__} {sample.pin.file}")
@given(
    versions=st.one_of(*(st.tuples(st.just(d), s, s) for d, s in ((SEMVER, SEMVERS), (PEP440, PEP440S)))),
    form=FORMS,
)
def test_the_version_changes_and_nothing_else(sample: Sample, versions: tuple, form: tuple) -> None:
    """For every kind, however the file was saved: BOM, CRLF, tabs, quotes, comments, no final newline."""
    version_format, old, new = versions
    template = formed(sample.text, *form)
    before, after = template.replace("¤", old), template.replace("¤", new)
    reading = sample.pin.read(before, knowing(version_format, old))
    assert isinstance(reading, Found)
    assert [o.value for o in reading.occurrences] == [old] * sample.text.count("¤")
    assert write(before, reading, new) == after
    again = sample.pin.read(after, knowing(version_format, new))
    assert isinstance(again, Found)
    assert [(o.value, o.line) for o in again.occurrences] == [(new, o.line) for o in reading.occurrences]


def test_only_exact_occurrences_are_written() -> None:
    """A range stays what its author made it."""
    text = "acme==1.4.0\nacme>=1.4.0\n"
    reading = Requirement("r.txt", ("acme",)).read(text, SEMVER)
    assert isinstance(reading, Found)
    assert [o.pinning for o in reading.occurrences] == [Pinning.EXACT, Pinning.FLOATING]
    assert write(text, reading, "2.0.0") == "acme==2.0.0\nacme>=1.4.0\n"


def test_a_reading_of_another_text_is_refused() -> None:
    """A file that changed in between must not be cut at the old places."""
    reading = WholeFile("v").read("1.4.0\n", SEMVER)
    assert isinstance(reading, Found)
    with pytest.raises(ValueError, match=r"does not hold 1\.4\.0"):
        write("10.4.0\n", reading, "2.0.0")
