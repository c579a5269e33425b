"""The documentation site: Sphinx, MyST, and pages that are made from the package's own data."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from generated import written  # noqa: E402  beside this file

project, author = "fem_kna", "fem_kna developers"
version = release = version_of("fem-kna")
extensions = [
    "mathml",
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
]
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autosummary_generate = False
html_math_renderer = "mathml"
html_theme = "furo"
html_title = f"fem_kna {version}"
exclude_patterns = ["build"]
# Docstrings are Google's style with plain formulas in them, which are no reStructuredText.
suppress_warnings = ["docutils", "myst.xref_missing", "autosummary"]

written(HERE / "made", HERE.parent / "build" / "verification.json")
