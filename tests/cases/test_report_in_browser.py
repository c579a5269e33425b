"""The report in a real browser, headless: nothing is missing, nothing scrolls sideways."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from test_report import drawn, write_comparison, write_run

from fem_kna.commands.app import app
from fem_kna.commands.session import main

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)
WIDTHS = (390, 1440)  # CSS pixels: a phone, a desk
# Looks into the page from outside, so that the page is the very one that users open. Frames have
# the widths asked for; a headless window has a least width.
PROBE = """<!doctype html><body>FRAMES<pre id="found"></pre><script>
addEventListener("load", () => {
  const found = [...document.querySelectorAll("iframe")].map(frame => {
    const page = frame.contentDocument, root = page.documentElement;
    return {
      shown: root.clientWidth, needed: root.scrollWidth,
      images: [...page.images].map(image => [image.naturalWidth, image.clientWidth]),
      font: parseFloat(frame.contentWindow.getComputedStyle(page.querySelector("p.note")).fontSize),
      targets: [...page.querySelectorAll("a[href^='#']")].every(
        link => page.getElementById(link.hash.slice(1))),
    };
  });
  document.getElementById("found").textContent = JSON.stringify(found);
});
</script></body>"""

pytestmark = [
    drawn,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium on PATH: apt-get install chromium"),
]


def looked_at(page: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Return what the browser sees at each width, and what it says on its console."""
    frames = "".join(
        f'<iframe src="{page.name}" width="{width}" height="900" style="border:0"></iframe>'
        for width in WIDTHS
    )
    probe = page.with_name("probe.html")
    probe.write_text(PROBE.replace("FRAMES", frames))
    command = [
        str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        "--allow-file-access-from-files", "--enable-logging=stderr", "--dump-dom",
        f"--user-data-dir={page.parent / 'profile'}", "--virtual-time-budget=5000",
        "--window-size=1500,1000", probe.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)
    (found,) = re.findall(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    return json.loads(unescape(found)), re.findall(r".*CONSOLE.*", done.stderr)


def write_sweep(folder: Path) -> Path:
    """Write a sweep of four points, one of which failed, with indices."""
    folder.mkdir()
    parameters = {"drive.current [mA/cm^2]": 1.0, "stack.pressure [MPa]": 0.2}
    points = [{"hash": f"{k:010d}", "settings": [], "parameters": parameters} for k in range(4)]
    plan = {"case": "by_hand", "sampling": "sobol", "points": points}
    (folder / "sweep.json").write_text(json.dumps(plan))
    head = f"point,{','.join(parameters)},status,reason,current_focus [-],tip_height [m]\n"
    rows = [f"{k:010d},{k + 1},0.{k + 1},finished,,{1 + k},{k}e-6\n" for k in range(3)]
    rows.append("0000000003,30,0.2,failed,step 3 at 2 s: the salt there is used up,,\n")
    (folder / "table.csv").write_text(head + "".join(rows))
    effect = {"first_order": 0.5, "first_order_confidence": 0.1, "total": 0.6}
    effects = {"drive.current": effect, "stack.pressure": effect | {"total": 0.2}}
    found = {"current_focus [-]": effects, "tip_height [m]": effects}
    told = {"method": "sobol", "points": 4, "outputs": found, "notes": ["one block left out"]}
    (folder / "indices.json").write_text(json.dumps(told))
    return folder


@pytest.mark.parametrize("kind", ["comparison", "two runs", "sweep"])
def test_the_page_is_whole_at_both_widths(kind: str, tmp_path: Path) -> None:
    if kind == "comparison":
        folders = [write_comparison(tmp_path / "both")]
    elif kind == "sweep":
        folders = [write_sweep(tmp_path / "sweep")]
    else:
        folders = [write_run(tmp_path / f"a-long-name-of-a-run-{k}", "K") for k in range(2)]
    page = tmp_path / "report.html"
    with pytest.raises(SystemExit) as left:
        main(app, ["report", *map(str, folders), "--out", str(page)])
    assert left.value.code == 0
    views, said = looked_at(page)
    assert said == []
    for view, width in zip(views, WIDTHS, strict=True):
        assert view["shown"] == width >= view["needed"]
        assert len(view["images"]) >= (4 if kind == "sweep" else 9)
        assert all(natural > 0 for natural, _ in view["images"])
        assert all(100 < shown <= width for _, shown in view["images"])
        assert view["font"] >= 12 and view["targets"]


def test_the_look_sees_what_is_wrong(tmp_path: Path) -> None:
    """A page that is too wide, lacks an image and has a broken script is seen as such."""
    page = tmp_path / "bad.html"
    page.write_text(
        '<p class="note" style="width:600px">x</p><img src="data:,"><script>nothing()</script>'
    )
    (phone, desk), said = looked_at(page)
    assert phone["needed"] > phone["shown"] == 390 and desk["needed"] == 1440
    assert phone["images"][0][0] == 0 and len(said) >= 1
