"""Every code block of the documentation is tried: Python runs, commands have their options."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import typer

from fem_kna.commands.app import app
from fem_kna.commands.session import main

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")
               if "made" not in path.parts)  # fmt: skip
FENCE = re.compile(r"^```(\S*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
KNOWN = {"python", "sh", "console", ""}  # console: what needs a cluster or installs something
SWEEPS = all(find_spec(name) for name in ("snakemake", "SALib", "xarray"))


def blocks(page: str, *kinds: str) -> Iterator[tuple[str, str]]:
    for kind, text in FENCE.findall((DOCS / page).read_text(encoding="utf-8")):
        if kind in kinds:
            yield kind, text


def commands(page: str) -> Iterator[list[str]]:
    """Yield the command lines of a page that start fem-kna, word by word, without a comment."""
    for _, text in blocks(page, "sh"):
        for line in text.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if "fem-kna" in words:
                yield words[words.index("fem-kna") + 1 :]


def run_python(page: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.chdir(folder)
    names: dict[str, object] = {"__name__": "page"}
    for _, text in blocks(page, "python"):
        exec(compile(text, page, "exec"), names)


def test_blocks_are_of_kinds_that_are_tried() -> None:
    for page in PAGES:
        kinds = {kind for kind, _ in FENCE.findall((DOCS / page).read_text(encoding="utf-8"))}
        assert {kind for kind in kinds if not kind.startswith("{")} <= KNOWN, page


@pytest.mark.parametrize("page", [page for page in PAGES if any(blocks(page, "python"))])
def test_python_runs(page: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run_python(page, monkeypatch, tmp_path)


@pytest.mark.parametrize("page", [page for page in PAGES if any(commands(page))])
def test_commands_have_the_options_they_are_given(page: str) -> None:
    group = typer.main.get_command(app)
    for name, *words in commands(page):
        command = group.get_command(None, name)
        assert command is not None, name
        command.make_context(name, [word for word in words if word != "DIR..."])


@pytest.mark.slow
@pytest.mark.skipif(not SWEEPS, reason="no Snakemake or SALib: make sweep-tools")
def test_the_commands_of_tutorial_and_sweeps_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for page in ("tutorial.md", "howto/sweeps.md"):
        run_python(page, monkeypatch, tmp_path)
        for words in commands(page):
            paths = [sorted(map(str, tmp_path.glob(w))) if "*" in w else [w] for w in words]
            with pytest.raises(SystemExit) as left:
                main(app, [word for found in paths for word in found])
            assert left.value.code == 0, words


@pytest.mark.slow
@pytest.mark.skipif(find_spec("sphinx") is None, reason="no Sphinx: make docs")
def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    words = ["-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", str(DOCS), str(tmp_path)]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    materials = (tmp_path / "made" / "materials.html").read_text(encoding="utf-8")
    assert "KNA-3.5" in materials and "estimated" in materials
    assert "Weak form of a divergence" in (tmp_path / "theory" / "terms.html").read_text()
