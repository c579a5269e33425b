"""Cases that are no cases: each is shown by --dry-run, or refused in one line with exit code 2."""

import random
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from fem_kna.commands.app import app
from fem_kna.commands.session import main
from fem_kna.inputs.describe import lines
from fem_kna.places import load_case, shipped

CASES = ("plating_over_crack", "plating_on_copper", "quasi_liquid_skin")
NUMBERS = (
    "0",
    "-1",
    "1",
    "3.5",
    "1e-30",
    "1e300",
    "1e999",
    "-0.0",
    "nan",
    "inf",
    "1e",
    "0x10",
    "٣",
)
UNITS = ("", "m", "um", "s", "K", "degC", "mA/cm^2", "A/m^2", "Pa", "ohm*cm^2", "mol/L", "m^-1",
         "furlong", "m/0", "m^1e9", "%", "V", "kg", "1/s", "min", "µm", "m m m")  # fmt: skip
WORDS = ("none", "None", "true", "K", "KNA-3.5", "GF/D", "bump", "planar_cell", "rough", "1d", "3d",
         "direct", "stop", "go on", "__class__", "{}", "[]", "()", "''", "a" * 500, "\x00", "\n",
         "../..", "/", "$(id)", "eval('1')", "__import__('os')", "💥", " ", "=", ".", "9" * 400,
         "2**99", "10**10**10", "0.4 M KFSI/DME", "66.3:33.7 w/w", "78at%")  # fmt: skip
KEYS = ("mesh", "drive", "working", "counter", "numerics", "events", "stack", "reactions", "0", "K",
        "film", "metal", "composition", "front", "rheology", "name", "__dict__", "")  # fmt: skip


def values(case: str) -> dict[str, str]:
    """Return the path of everything that a case holds, and of what holds it, with its value."""
    whole = {path: value for path, value, _ in lines(load_case(case).case())}
    above = {".".join(p.split(".")[:n]): "" for p in whole for n in range(1, p.count(".") + 1)}
    return above | whole


def text(chance: random.Random, value: str = "") -> str:
    """Return another value: of the same unit or not, words, rubbish."""
    kind, (number, _, unit) = chance.random(), value.partition(" ")
    if kind < 0.4 and unit and re.fullmatch(r"[-+.\de]+", number):
        return f"{float(number) * chance.choice((0.5, 1.01, -1, 2, 1e6))} {unit}"
    if kind < 0.6:
        return f"{chance.choice(NUMBERS)} {chance.choice(UNITS)}"
    if kind < 0.85:
        return chance.choice(WORDS)
    signs = string.printable + "äµ∂"
    return "".join(chance.choice(signs) for _ in range(chance.randrange(12)))


def path(chance: random.Random, found: str) -> str:
    """Return a path: a right one, or one that is a letter or a step away."""
    kind = chance.random()
    if kind < 0.8:
        return found
    if kind < 0.9:
        place = chance.randrange(len(found))
        return found[:place] + chance.choice(string.printable) + found[place + 1 :]
    return f"{found}.{chance.choice(KEYS)}"


def mutated_settings(number: int) -> Iterator[list[str]]:
    """Yield so many lists of arguments that change cases."""
    chance = random.Random(20210815)
    known = {case: values(case) for case in CASES}
    for _ in range(number):
        case = chance.choice(CASES)
        arguments = ["run", case, "--dry-run"]
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            found, value = chance.choice(list(known[case].items()))
            arguments += ["--set", f"{path(chance, found)}={text(chance, value)}"]
        yield arguments


def mutated_scripts(number: int, folder: Path) -> Iterator[list[str]]:
    """Yield arguments that run a case script of which a word was lost, doubled or exchanged."""
    chance = random.Random(20211225)
    for place in range(number):
        source = (shipped("cases") / f"{chance.choice(CASES)}.py").read_text()
        head, body = source.split("def case()", 1)
        words = body.replace("(", " ( ").replace(",", " , ").split(" ")
        for _ in range(3):
            there = chance.randrange(len(words))
            other = chance.choice(words) if chance.random() < 0.5 else chance.choice(NUMBERS)
            words[there] = chance.choice(("", words[there] * 2, other))
        script = folder / f"mutant_{place}.py"
        script.write_text(f"{head}def case(){' '.join(words)}")
        yield ["run", str(script), "--dry-run"]


def judged(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> int:
    """Run a command; return its exit code: shown, or refused in one line."""
    with pytest.raises(SystemExit) as ended:
        main(app, arguments)
    said = capsys.readouterr().err
    code = int(ended.value.code or 0)
    assert "Traceback" not in said, (arguments, said)
    assert code in (0, 2), (arguments, code, said)
    if code == 2:
        errors = [line for line in said.splitlines() if not line.startswith("warning:")]
        assert len(errors) == 1 and errors[0].startswith("error: "), (arguments, said)
    return code


@pytest.mark.timeout(3000)
def test_a_mutated_setting_is_shown_or_refused(
    mutants: int, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = [judged(arguments, capsys) for arguments in mutated_settings(mutants)]
    assert 0.05 * mutants < codes.count(0) < 0.95 * mutants


@pytest.mark.timeout(3000)
def test_a_mutated_script_is_shown_or_refused(
    mutants: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = mutants // 10
    codes = [judged(arguments, capsys) for arguments in mutated_scripts(number, tmp_path)]
    assert 0 < codes.count(2) < number
