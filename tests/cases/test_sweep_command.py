"""Sweeps as a user runs them: outcomes, going on, kills, a cluster."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from fem_kna.commands import sweep as command
from fem_kna.commands.app import app
from fem_kna.commands.session import main

CASE = """
import fem_kna as kna
def case():
    bare = kna.Electrode(metal="K", film=kna.UniformFilm(resistance="1 ohm*cm^2"))
    return kna.Case(
        name="flat", mesh=kna.shape("planar_cell")(dimension="1d"), electrolyte="KFSI/DME",
        separator="GF/D", working=bare, counter=bare,
        drive=kna.Galvanostatic(current="4 mA/cm^2", duration="20 s"),
        numerics=kna.Numerics(frames=2))
"""
PROGRAM = (sys.executable, "-c", "from fem_kna.commands.app import main; main()")
tools = pytest.mark.skipif(
    find_spec("snakemake") is None or find_spec("SALib") is None,
    reason="no Snakemake or SALib: make sweep-tools",
)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "flat.py"
    path.write_text(CASE)
    return path


def swept(script: Path, *arguments: str, timeout: float = 250) -> subprocess.CompletedProcess[str]:
    words = [*PROGRAM, "sweep", str(script), "--out", str(script.parent / "out"), *arguments]
    return subprocess.run(
        words, capture_output=True, text=True, timeout=timeout, check=False, cwd=script.parent
    )


def states(script: Path) -> dict[str, tuple[str, int]]:
    """Return status and time of writing of every run, by its hash."""
    found = {}
    for path in (script.parent / "out" / "flat").glob("*/summary.json"):
        found[path.parent.name] = (
            json.loads(path.read_text())["status"],
            path.stat().st_mtime_ns,
        )
    return found


def test_what_is_missing_is_one_line(
    script: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    with pytest.raises(SystemExit) as left:
        main(app, ["sweep", str(script), "--over", "drive.duration=1 s,2 s"])
    assert left.value.code == 2
    told = "error: sweep: snakemake, SALib, xarray not found; accepted: after pip install"
    assert capsys.readouterr().err == f"{told} 'fem-kna[sweep]'\n"


@tools
def test_a_dry_run_lists_the_points_and_writes_nothing(
    script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["sweep", str(script), "--over", "drive.duration=1 s,2 s", "--dry-run"]
    with pytest.raises(SystemExit) as left:
        main(app, [*words, "--out", str(script.parent / "out")])
    assert left.value.code == 0 and not (script.parent / "out").exists()
    assert "2 points, 2 runs" in capsys.readouterr().out


@tools
@pytest.mark.slow
def test_what_failed_is_told_and_retried_what_ended_is_left(script: Path) -> None:
    currents = "2 mA/cm^2,3 mA/cm^2,4 mA/cm^2"
    over = ("--over", f"drive.current={currents},1e9 mA/cm^2", "--set", "drive.duration=1 s")
    first = swept(script, *over, "--cores", "2")
    assert first.returncode == 1, first.stderr
    assert "3 of 4 points finished" in first.stdout
    assert "no potentials fit the drive" in first.stderr
    told = states(script)
    assert sorted(status for status, _ in told.values())[-3:] == ["finished"] * 3
    again = swept(script, *over)
    assert states(script) == told and "no potentials fit the drive" in again.stderr
    wider = swept(script, "--over", f"drive.current={currents}", "--over", "drive.duration=1 s,2 s")
    assert wider.returncode == 0 and told.items() <= states(script).items()
    retried = swept(script, *over, "--retry")
    assert retried.returncode == 1
    changed = {name for name, told_ in states(script).items() if told.get(name) != told_}
    assert len(changed & told.keys()) == 1 and "3 of 4 points finished" in retried.stdout


def kill_tree(process: "subprocess.Popen[bytes]", *, alone: bool) -> None:
    """Kill a sweep, alone or with all it has started."""
    import psutil

    below = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    for child in [] if alone else below:
        child.kill()


@tools
@pytest.mark.slow
def test_five_kills_lose_no_finished_point(script: Path) -> None:
    """Once with all its jobs, once alone, so that jobs outlive it."""
    chance = random.Random(1)
    currents = ",".join(f"{1 + 0.25 * k} mA/cm^2" for k in range(12))
    over = ("--over", f"drive.current={currents}", "--together", "3", "--cores", "2")
    words = [*PROGRAM, "sweep", str(script), "--out", str(script.parent / "out"), *over]
    finished: dict[str, tuple[str, int]] = {}
    for k in range(5):
        process = subprocess.Popen(
            words, cwd=script.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(4, 12))
        if process.poll() is None:
            kill_tree(process, alone=k % 2 == 1)
        now = {name: one for name, one in states(script).items() if one[0] == "finished"}
        assert finished.items() <= now.items()
        finished = now
    last = swept(script, *over)
    assert last.returncode == 0, last.stderr
    assert "12 of 12 points finished" in last.stdout
    assert finished.items() <= states(script).items()


SLURM = """
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmctldPort={port}
SlurmdPort={other}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def install_slurm() -> str | None:
    """Have Slurm and munge on this machine; return why that cannot be."""
    if os.geteuid() != 0:
        return "not root"
    if shutil.which("slurmctld") and shutil.which("munged"):
        return None
    if not shutil.which("apt-get"):
        return "no apt-get"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
    own = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "slurm-wlm", "munge"]
    subprocess.run(["apt-get", "update", "-qq"], env=own, timeout=120, **quiet)
    subprocess.run(install, env=own, timeout=240, **quiet)
    return None if shutil.which("slurmctld") else "apt-get cannot install slurm-wlm"


def start_munge() -> str | None:
    """Have munge answer; return why that cannot be."""
    if subprocess.run(["munge", "-n"], capture_output=True, check=False).returncode == 0:
        return None
    for folder in ("/run/munge", "/var/log/munge", "/var/lib/munge", "/etc/munge"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        shutil.chown(folder, "munge", "munge")
    if not Path("/etc/munge/munge.key").exists():
        subprocess.run(["mungekey", "--create"], check=False, capture_output=True)
        shutil.chown("/etc/munge/munge.key", "munge", "munge")
    started = ["su", "munge", "-s", "/bin/sh", "-c", shutil.which("munged") or "munged"]
    told = subprocess.run(started, capture_output=True, text=True, check=False)
    return None if told.returncode == 0 else f"munged: {told.stderr.strip()[:100]}"


@pytest.fixture
def slurm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Slurm of one node, for this test alone."""
    problem = install_slurm() or start_munge()
    if problem is not None:
        pytest.skip(f"no Slurm here: {problem}")
    host = os.uname().nodename.partition(".")[0]
    port = 20000 + os.getpid() % 20000
    conf = tmp_path / "slurm.conf"
    conf.write_text(SLURM.format(host=host, folder=tmp_path, port=port, other=port + 1))
    monkeypatch.setenv("SLURM_CONF", str(conf))
    for name in ("state", "spool"):
        (tmp_path / name).mkdir()
    for daemon in ("slurmctld", "slurmd"):
        subprocess.run([daemon], check=True, timeout=30)
    try:
        for _ in range(60):
            said = subprocess.run(["sinfo", "-h", "-o", "%T"], capture_output=True, check=False)
            if said.stdout.strip() == b"idle":
                break
            time.sleep(0.5)
        else:
            pytest.skip("no Slurm here: its node does not come up")
        yield
    finally:
        for daemon in ("slurmd", "slurmctld"):
            os.kill(int((tmp_path / f"{daemon}.pid").read_text()), signal.SIGTERM)


@tools
@pytest.mark.slow
@pytest.mark.mpi
def test_slurm_runs_jobs_of_two_ranks(script: Path, slurm: None) -> None:
    over = ("--over", "drive.current=1 mA/cm^2,2 mA/cm^2", "--set", "drive.duration=1 s")
    options = ("--slurm", "--ranks", "2", "--jobs", "1", "--together", "1", "--")
    quick = ("--seconds-between-status-checks", "2", "--latency-wait", "5",
             "--slurm-init-seconds-before-status-checks", "2", "--slurm-status-command", "squeue",
             "--default-resources", "mem_mb_per_cpu=100", "runtime=5")  # fmt: skip
    done = swept(script, *over, *options, *quick)
    assert done.returncode == 0, done.stderr
    assert "2 of 2 points finished" in done.stdout
    manifests = (script.parent / "out" / "flat").glob("*/manifest.json")
    assert [json.loads(path.read_text())["ranks"] for path in manifests] == [2, 2]
    logs = (script.parent / "out" / "flat").glob("sweep-*/rounds/*/snakemake.log")
    assert all("SLURM" in log.read_text() for log in logs)


RECIPE = Path(__file__).parents[2] / "docs" / "howto" / "cluster" / "job.sh"


def submitted(script: Path, *options: str) -> str:
    """Submit the recipe for a cluster, for two ranks; return its job."""
    small = ("--ntasks-per-node=2", "--mem-per-cpu=400", "--parsable")
    command = ["sbatch", *small, "--output=job.log", str(RECIPE), str(script), *options]
    folder = Path(sys.executable).parent
    own = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}"}
    told = subprocess.run(
        command, capture_output=True, text=True, cwd=script.parent, env=own, timeout=30
    )
    assert told.returncode == 0, told.stderr
    return told.stdout.strip()


def reached(script: Path, job: str, *wanted: str, patience: float = 120) -> str:
    """Wait until the job is in one of the states; return its log then."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        command = ["scontrol", "--oneliner", "show", "job", job]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        if any(f"JobState={state}" in said for state in wanted):
            break
        time.sleep(0.5)
    else:
        raise AssertionError(said)
    log = script.parent / "job.log"
    return log.read_text() if log.exists() else ""


@pytest.mark.slow
@pytest.mark.mpi
def test_the_recipe_for_a_cluster_runs_stops_and_is_queued_again(script: Path, slurm: None) -> None:
    log = reached(script, submitted(script), "COMPLETED", "FAILED")
    (summary,) = (script.parent / "out" / "flat").glob("*/summary.json")
    told = json.loads(summary.read_text())
    assert (told["status"], told["ranks [-]"]) == ("finished", 2), log

    fine = ("--set", "numerics.longest_step=0.01 s")
    job = submitted(script, *fine)
    end = time.monotonic() + 100
    while time.monotonic() < end and not any(
        path.parent != summary.parent and path.read_text().count("\n") > 5
        for path in summary.parents[1].glob("*/history.csv")
    ):
        time.sleep(0.2)
    subprocess.run(["scancel", "--batch", "--signal=USR1", job], check=True)
    log = reached(script, job, "PENDING")
    assert "stopped: " in log
    subprocess.run(["scancel", job], check=True)
    assert "stopped" in {status.split(":")[0] for status, _ in states(script).values()}
