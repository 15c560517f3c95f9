"""Severities, and waivers that cover, lapse or cover nothing."""

from __future__ import annotations

import datetime

import pytest
from conftest import ROOT

from ascn_graph.errors import InputError
from ascn_graph.validation import UnusableInput, validate

PLANTED = ROOT / "tests/planted"
TODAY = datetime.date(2026, 11, 22)


def run(tmp_path, waivers: str, today: datetime.date = TODAY):
    """Validate the stops with a waivers file."""
    (tmp_path / "waivers.toml").write_text(waivers)
    return validate([PLANTED / "stops.ttl"], PLANTED / "shapes.ttl", waivers=tmp_path / "waivers.toml", today=today)


def entry(**keys: str) -> str:
    """Write one entry, with a reason and a day that has not come."""
    text = {"reason": '"agreed"', "expires": "2026-12-31", **{key: f'"{value}"' for key, value in keys.items()}}
    return "[[waiver]]\n" + "".join(f"{key} = {value}\n" for key, value in text.items())


@pytest.mark.parametrize(
    ("keys", "number"),
    [
        ({"component": "Closed"}, 2),
        ({"component": "sh:ClosedConstraintComponent"}, 2),
        ({"component": "http://www.w3.org/ns/shacl#ClosedConstraintComponent", "focus": "ex:hill"}, 1),
        ({"focus": "http://example.org/bus/head-office"}, 1),
        ({"shape": "ex:HeadOffice"}, 1),
        ({"shape": "ex:StopShape", "component": "Closed"}, 2),
    ],
)
def test_waivers_cover_what_they_name(tmp_path, keys, number) -> None:
    """A waiver covers the findings that match every one of its keys, by short name, prefixed name or IRI."""
    report = run(tmp_path, entry(**keys))
    assert sum(bool(result.waived) for result in report.results) == number
    assert {result.waived for result in report.results} == {"", "agreed"}


def test_waiver_by_fingerprint(tmp_path) -> None:
    """A fingerprint names one finding; when every finding is waived the report conforms."""
    plain = run(tmp_path, "")
    assert plain.fails()
    report = run(tmp_path, "".join(entry(fingerprint=result.fingerprint) for result in plain.results))
    assert report.conforms
    assert not report.fails("info")


def test_expired_waiver(tmp_path) -> None:
    """After its last day a waiver is an error at its line."""
    assert run(tmp_path, entry(component="Closed"), datetime.date(2026, 12, 31)).fails()
    with pytest.raises(UnusableInput, match=r"waivers.toml:2:1: the waiver ended on 2026-12-31"):
        run(tmp_path, "\n" + entry(component="Closed"), datetime.date(2027, 1, 1))


def test_unused_waiver(tmp_path) -> None:
    """A waiver that covers nothing is an error when whole folders are validated, and none on a part."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "d.ttl").write_text("<urn:a> a <urn:T> .\n")
    (tmp_path / "s.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<urn:S> a sh:NodeShape ; sh:targetClass <urn:T> ; sh:nodeKind sh:IRI .\n"
    )
    (tmp_path / "w.toml").write_text(entry(component="Pattern"))
    with pytest.raises(UnusableInput, match=r"w.toml:1:1: the waiver covers no finding any more"):
        validate([folder], tmp_path / "s.ttl", waivers=tmp_path / "w.toml", today=TODAY)
    assert validate([folder / "d.ttl"], tmp_path / "s.ttl", waivers=tmp_path / "w.toml", today=TODAY).conforms


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[waiver]\n", "1:9: not TOML"),
        ("x = 1\n", "holds [[waiver]] tables and a table [lint], nothing else"),
        ("waiver = 1\n", "holds [[waiver]] tables and a table [lint], nothing else"),
        ('[[waiver]]\nreason = "x"\nexpires = 2027-01-01\n', "at least one of shape"),
        ('[[waiver]]\nshape = "x"\nexpires = 2027-01-01\n', "needs a reason"),
        ('\n[[waiver]]\nshape = "x"\nreason = "y"\nexpires = "soon"\n', ":2:1: a waiver needs a date"),
        ('[[waiver]]\nshpae = "x"\n', "a waiver has no key 'shpae'"),
    ],
)
def test_ill_formed_waivers(tmp_path, text, told) -> None:
    """A waivers file that says something else than it seems to is refused with its line."""
    with pytest.raises(InputError) as caught:
        run(tmp_path, text)
    assert told in str(caught.value)


def test_severities(tmp_path) -> None:
    """A report of warnings fails from `warning` on, one of infos from `info` on."""
    (tmp_path / "d.ttl").write_text("<urn:a> a <urn:T> .\n")
    for severity, failing in (("Violation", 3), ("Warning", 2), ("Info", 1), ("Custom", 3)):
        (tmp_path / "s.ttl").write_text(
            "@prefix sh: <http://www.w3.org/ns/shacl#> .\n<urn:S> a sh:NodeShape ; sh:targetClass <urn:T> ; "
            f"sh:nodeKind sh:Literal ; sh:severity {'<urn:Custom>' if severity == 'Custom' else 'sh:' + severity} .\n"
        )
        report = validate([tmp_path / "d.ttl"], tmp_path / "s.ttl")
        assert [report.fails(at) for at in ("info", "warning", "violation")] == [n < failing for n in range(3)]
        assert not report.conforms
