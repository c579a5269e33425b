"""What goes wrong around a run, provoked: one line, an exit code, the last checkpoint whole."""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from killable import OFTEN, still
from test_kills import Run

import fem_kna as kna
from fem_kna.checkpoint import files
from fem_kna.commands.app import app
from fem_kna.commands.session import main
from fem_kna.verify.parallel import clean, mpirun

NOBODY = 65534
LIMIT = 30.0  # [s] within which a run that cannot go on has ended

STILL = """
import sys
sys.path.insert(0, {here!r})
from killable import still as case
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Return a case script."""
    path = tmp_path / "still.py"
    path.write_text(STILL.format(here=str(Path(__file__).parent)))
    return path


def sound(folder: Path) -> bool:
    """Whether the newest checkpoint is whole."""
    return next(files.sound(folder / files.FOLDER), (None, None))[1] is not None


def after(steps: int, what: Any) -> Any:
    """Return a progress that does `what` after so many steps."""
    return lambda share, taken: what() if taken == steps else None


def limited(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_a_full_disk_ends_a_run_in_one_line(tmp_path: Path) -> None:
    """A limit on the size of files stands for it: what is written beyond it is refused."""
    before, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    full = after(7, lambda: limited((tmp_path / "history.csv").stat().st_size + 100))
    try:
        with pytest.raises(
            kna.RunError, match=rf"cannot write to '{tmp_path}': File too large \(.*\); at .* s$"
        ):
            kna.simulate(still(), folder=tmp_path, progress=full, checkpoint=OFTEN)
    finally:
        limited(before)
    with (tmp_path / "history.csv").open() as file:
        lines = file.read().splitlines()
    assert len({line.count(",") for line in lines}) == 1 and len(lines) == 1 + 8
    assert json.loads((tmp_path / "summary.json").read_text())["status"] == "running"
    assert sound(tmp_path) and not list(tmp_path.glob("**/*.part"))
    assert kna.simulate(still(), folder=tmp_path, resume=True).summary["status"] == "finished"


def test_no_space_left_ends_a_run_in_one_line(tmp_path: Path) -> None:
    """The system's own full device in the place of a file: what is written there finds no room."""
    told = rf"cannot write to '{tmp_path}': No space left on device \(history\.csv\); at .* s$"
    with pytest.raises(kna.RunError, match=told):
        kna.simulate(
            still(),
            folder=tmp_path,
            progress=after(7, lambda: fill(tmp_path / "history.csv")),
            checkpoint=OFTEN,
        )
    assert sound(tmp_path)
    assert kna.simulate(still(), folder=tmp_path, resume=True).summary["status"] == "finished"


def fill(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/full")


@pytest.mark.mpi
def test_no_space_left_ends_all_ranks(tmp_path: Path) -> None:
    run = Run("remeshed", tmp_path, 2)
    run.first_step()
    begin = time.monotonic()
    while not (tmp_path / files.FOLDER).exists() or not sound(tmp_path):
        assert time.monotonic() - begin < LIMIT
        time.sleep(0.01)
    fill(tmp_path / "run.log")
    begin = time.monotonic()
    code, said = run.end()
    assert code != 0 and time.monotonic() - begin < LIMIT
    assert "No space left on device (run.log)" in said
    assert sound(tmp_path)


@pytest.mark.mpi
def test_an_error_on_one_rank_of_a_users_script_ends_all(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import fem_kna\nfrom mpi4py import MPI\n"
        "if MPI.COMM_WORLD.rank == 1:\n    raise ValueError('only here')\n"
        "MPI.COMM_WORLD.Barrier()\n"
    )
    command = [str(mpirun()), "-n", "2", sys.executable, str(script)]
    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=LIMIT, env=clean(os.environ), check=False
    )
    assert ended.returncode != 0 and ended.stderr.count("ValueError: only here") == 1


@contextmanager
def closed(folder: Path) -> Iterator[None]:
    """Take the right to write into a folder away, from root as well: it is nobody meanwhile."""
    folder.chmod(0o555)
    me = os.geteuid()
    if me == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(me)
        folder.chmod(0o755)


def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    """Before anything is computed."""
    folder = Path(tempfile.mkdtemp())  # pytest's own folders are closed to others
    case = still().resolved()  # nobody may read what is imported for that
    try:
        told = rf"--out: cannot write to '{folder}': Permission denied; accepted: a folder"
        with closed(folder), pytest.raises(kna.InputError, match=told):
            kna.simulate(case, folder=folder, resume=True)
    finally:
        shutil.rmtree(folder)


def test_a_folder_that_becomes_read_only_ends_a_run(tmp_path: Path) -> None:
    """Of files that are there and open to us, none can be replaced any more."""
    with ExitStack() as stack:
        closing = after(5, lambda: stack.enter_context(closed(tmp_path)))
        told = rf"cannot write to '{tmp_path}': Permission denied \(.*\); at .* s$"
        with pytest.raises(kna.RunError, match=told):
            kna.simulate(still(), folder=tmp_path, progress=closing, checkpoint=OFTEN)
    assert sound(tmp_path)
    assert kna.simulate(still(), folder=tmp_path, resume=True).summary["status"] == "finished"


OWNER = """
import sys
from pathlib import Path
import fem_kna
from fem_kna.results.claim import Claim
from mpi4py import MPI
claim = Claim(Path(sys.argv[1]), MPI.COMM_SELF)
print("mine", flush=True)
input()
"""


def test_a_folder_of_another_process_is_refused_until_that_dies(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=clean(os.environ),
    ) as owner:  # fmt: skip
        assert owner.stdout is not None and owner.stdout.readline() == "mine\n"
        told = rf"written to by process {owner.pid} on {os.uname().nodename} since"
        with pytest.raises(kna.InputError, match=told):
            kna.simulate(still(), folder=tmp_path, resume=True)
        owner.kill()
    assert kna.simulate(still(), folder=tmp_path).summary["status"] == "finished"


@pytest.mark.parametrize("lost", ["history.csv", "run.log", "frames", "."])
def test_what_vanishes_while_a_run_goes_on_is_missed(lost: str, tmp_path: Path) -> None:
    folder = tmp_path / "run"

    def remove() -> None:
        path = folder / lost
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    told = rf"cannot write to '{folder}': No such file or directory \(.*\); at"
    with pytest.raises(kna.RunError, match=told) as caught:
        kna.simulate(still(), folder=folder, progress=after(3, remove), checkpoint=OFTEN)
    assert "\n" not in str(caught.value)
    assert lost == "." or sound(folder)


def test_a_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(kna.InputError, match=r"--out: cannot write to '.*': Not a directory"):
        kna.simulate(still(), folder=tmp_path / "file" / "run")


def test_a_missing_compiler_is_told(script: Path, tmp_path: Path) -> None:
    """No form is in the cache, and none can be made."""
    environment = clean(os.environ) | {
        "CC": "/nonexistent/cc",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    command = [str(Path(sys.executable).with_name("fem-kna")), "run", str(script)]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "out")],
        env=environment, capture_output=True, text=True, timeout=LIMIT, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "C compiler" in done.stderr and "/nonexistent/cc" in done.stderr
    assert done.stderr.count("\n") == 1


def leave(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(app, arguments)
    return int(ended.value.code or 0), capsys.readouterr().err


def test_a_signal_is_exit_code_3_and_resume_goes_on(
    script: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    arguments = ["run", str(script), "--out", str(tmp_path / "out"), "--checkpoint", "2"]
    ask = after(5, lambda: os.kill(os.getpid(), 15))
    with monkeypatch.context() as patch:
        patch.setattr("fem_kna.progress._quarters", lambda label: ask)
        code, said = leave(arguments, capsys)
    assert code == 3 and said.startswith("stopped: SIGTERM at") and said.count("\n") == 1
    code, said = leave([*arguments, "--resume"], capsys)
    assert code == 0
    (folder,) = (tmp_path / "out" / "still").iterdir()
    assert "goes on at" in (folder / "run.log").read_text()


DEADLY = """
import os, signal, threading, time
import fem_kna
from fem_kna.motion.unheard import unheard

heard = []
signal.signal(signal.SIGTERM, lambda number, frame: heard.append(number))
threads = len(os.listdir("/proc/self/task"))
with unheard():
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # as a library does that ends the process
    os.kill(os.getpid(), signal.SIGTERM)  # for whichever thread takes it
    time.sleep(0.3)
    signal.signal(signal.SIGTERM, lambda number, frame: heard.append(number))
print(threads, heard)
"""


def test_no_thread_of_a_library_hears_a_signal_that_is_to_wait() -> None:
    done = subprocess.run(
        [sys.executable, "-c", DEADLY], env=clean(os.environ), capture_output=True, text=True
    )
    threads, heard = done.stdout.split(maxsplit=1)
    assert int(threads) > 1 and heard == "[15]\n"


@pytest.mark.parametrize("name", ["../../elsewhere", "/elsewhere", "..", "a/b", "", "a\nb"])
def test_output_stays_in_its_folder(name: str) -> None:
    with pytest.raises(kna.InputError, match=r"Case\.name: .*accepted: "):
        kna.Case(**dict(still()) | {"name": name})
