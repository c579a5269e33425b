"""The table of reproduced experiments: what it is made of and how it is shown. No cell is run."""

import json
from math import inf
from pathlib import Path

import pytest
from mpi4py import MPI

from fem_kna.cathode.paper import CATHODES
from fem_kna.commands import reproduce as command
from fem_kna.commands.app import app
from fem_kna.commands.session import main as program
from fem_kna.inputs.errors import RunError
from fem_kna.reproduce import item as kinds
from fem_kna.reproduce import keeping
from fem_kna.reproduce.cells import KFSI, MIXED, half_cell, symmetric_cell
from fem_kna.reproduce.copper import CE, _efficiency, calibrated
from fem_kna.reproduce.cycled import Cell
from fem_kna.reproduce.experiments import EXPERIMENTS
from fem_kna.reproduce.item import Experiment, Found, Item, Panel
from fem_kna.reproduce.keeping import Store
from fem_kna.reproduce.rates import CHOSEN, _pairs
from fem_kna.reproduce.short import WAVELENGTHS, shortest
from fem_kna.reproduce.symmetric import _order

GOOD = Item("figure 3a", "CE [%]", "51", "51", kinds.CALIBRATED, True, "itself", {"CE [-]": 0.51})
BAD = Item("figure 4", "order", "A > B", "B > A", kinds.RANKING, False)
UNTOLD = Item("text", "life", "60", "-", kinds.OUT_OF_REACH, on="flaws are not known")


def run(*arguments):
    with pytest.raises(SystemExit) as end:
        program(app, ["reproduce", *map(str, arguments)])
    return end.value.code


@pytest.fixture
def planted(monkeypatch):
    panel = Panel("a line", lambda axis: axis.plot([0, 1], [1, 0]))
    found = Found([GOOD, BAD, UNTOLD], [panel] * 3)
    experiment = Experiment("planted", "three items", lambda store: found)
    monkeypatch.setattr(command, "EXPERIMENTS", (experiment,))


def test_the_table_tells_kind_and_outcome_and_the_file_has_the_numbers(planted, tmp_path, capsys):
    assert run("--json", tmp_path / "t.json", "--figure", tmp_path / "f.png") == 0
    shown = capsys.readouterr().out
    for words in ("CE [%]", "calibrated: itself", "NO", "out of reach: flaws are not known"):
        assert words in shown
    assert "1 of 2 come out as in the paper; 1 are no test" in shown
    first, second, third = json.loads((tmp_path / "t.json").read_text())
    assert first["numbers"] == {"CE [-]": 0.51} and first["passed"] is True
    assert second["passed"] is False and third["passed"] is None
    assert (tmp_path / "f.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--only", "planed"), "did you mean 'planted'?"),
        (("--figure", "no/such/folder/f.png"), "--figure 'no/such/folder/f.png'"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(planted, capsys, arguments, why):
    assert run(*arguments) == 2
    assert why in capsys.readouterr().err


def test_what_is_out_of_reach_says_why_and_passes_nothing():
    beyond = next(one for one in EXPERIMENTS if one.name == "beyond").run(Store(Path("nowhere")))
    assert beyond.items
    for line in beyond.items:
        assert line.kind == kinds.OUT_OF_REACH and line.on and line.passed is None


def test_experiments_are_told_apart():
    names = [experiment.name for experiment in EXPERIMENTS]
    assert len(set(names)) == len(names)


def test_an_efficiency_passes_where_both_ends_and_the_way_are_met():
    cell = Cell("KNA-3.5", KFSI, make=lambda: None)
    rows = [
        {"cycle [-]": n, CE: calibrated(n, 15.0), "jump_error [-]": 0.01}
        for n in (1.0, 20.0, 150.0)
    ]
    found = _efficiency(cell, rows)
    assert found.passed and found.kind == kinds.CALIBRATED and "15 cycles" in found.on
    off = [*rows[:2], rows[2] | {CE: 0.85}]
    assert _efficiency(cell, off).passed is False


def test_an_order_that_does_not_come_out_says_what_would_turn_it():
    """At 40 A/m2 and two electrodes 8 mV are 1 ohm cm2 of either film."""
    four = {"a": 0.100, "b": 0.108}
    turned = _order("one above the other", 0.100, 0.108, four)
    assert turned.passed is False and "1 ohm cm2 more" in turned.on
    assert turned.numbers["lacking [ohm m2]"] == pytest.approx(1e-4)
    assert _order("one above the other", 0.108, 0.100, four).passed is True


def test_cells_are_the_papers():
    case = half_cell("KNA-3.5", KFSI, 3).resolved()
    assert case.counter.metal.name == "KNA-3.5" and case.working.composition.ageing is not None
    first, last = (symmetric_cell("K", MIXED, 4000).drive.steps[k] for k in (0, -1))
    assert (first.current, first.duration, last.times) == (40, 900, 4000)


def test_an_experiment_that_fails_is_an_item_and_no_end(monkeypatch, capsys):
    def fails(store):
        raise RunError("no step succeeded")

    monkeypatch.setattr(command, "EXPERIMENTS", (Experiment("planted", "a cell", fails),))
    assert run() == 0
    shown = capsys.readouterr().out
    assert "failed: no step succeeded" in shown and "0 of 1 come out" in shown


def test_the_shortest_wave_that_grows_is_where_the_rate_passes_zero():
    """Between the third and the fourth of the wavelengths, at a quarter of the way."""
    third, fourth = WAVELENGTHS[2:4]
    assert shortest([-9, -4, -1, 3, 3]) == pytest.approx(third + (fourth - third) / 4)
    assert shortest([1.0, 2.0]) == WAVELENGTHS[0]
    assert shortest([-1.0] * 5) == inf


def test_pairs_of_rates_predict_the_others_under_the_law_that_was_chosen_only():
    pba, sr = (_pairs(cathode) for cathode in CATHODES)
    for found, pairs in (
        (pba, ("0.1 and 0.5", "0.1 and 1", "0.2 and 1")),
        (sr, ("0.1 and 1", "0.2 and 1")),
    ):
        of_law = {key: miss for key, miss in found.numbers.items() if CHOSEN in key}
        good = {key for key, miss in of_law.items() if miss <= 0.1}
        assert found.passed and good == {f"{CHOSEN}, {pair} C [-]" for pair in pairs}
        assert found.kind == kinds.CALIBRATED
    others = [miss for key, miss in pba.numbers.items() if CHOSEN not in key]
    assert len(others) == 18 and min(others) == pytest.approx(0.116, abs=2e-3)


def test_what_was_computed_once_is_kept_until_numbers_or_code_change(tmp_path, monkeypatch):
    times, store = [], Store(tmp_path / "new")

    def computed(number):
        def compute():
            times.append(number)
            return [{"cycle [-]": number}]

        return store.kept("cell", {"number": number}, MPI.COMM_SELF, compute)

    for number in (1.0, 1.0, 2.0, 2.0):
        assert computed(number) == [{"cycle [-]": number}]
    assert times == [1.0, 2.0]
    monkeypatch.setattr(keeping, "code", lambda: "other")
    computed(1.0)
    assert times == [1.0, 2.0, 1.0]


def test_a_file_that_was_cut_short_is_computed_anew(tmp_path):
    store = Store(tmp_path)
    store.kept("cell", {}, MPI.COMM_SELF, lambda: 1)
    (file,) = tmp_path.iterdir()
    file.write_text("")
    assert store.kept("cell", {}, MPI.COMM_SELF, lambda: 2) == 2
