# One list of commands. Each builds the environment first, when it is missing or out of date.
#
# With a DOLFINx 0.11 of your own (conda-forge, Spack, a container) name its folder, and nothing is
# built:  make test ENV=$CONDA_PREFIX   (once before: pip install --no-deps -e .)
ENV = .venv
PYTHON = $(ENV)/bin/python
MPIRUN = $(ENV)/bin/mpirun
RANKS = 2
CASE = plating_over_crack
TEST_LIMIT = 2400
BUT = and not slow
PYTEST = timeout --foreground --kill-after=30 $(TEST_LIMIT) $(PYTHON) -m pytest tests

# MPI gives each core a rank; threads of BLAS on top would only fight for them.
export OMP_NUM_THREADS = 1

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 16

env: $(ENV)/.ready ## set everything up (other targets do it by themselves)

run: env ## run a case on two ranks: make run CASE=plating_over_crack RANKS=2
	$(MPIRUN) -n $(RANKS) $(PYTHON) cases/$(CASE).py

# Several processes share the tests of one rank; after them those of two ranks run one by one, since
# MPI's ranks want a core each. These start mpirun themselves, each with its own time limit. The limit
# here is for what no Python time limit can end: a rank that waits inside MPI.
test: env ## the tests that are not slow, on one rank and on two: some minutes
	@failed=0; \
	$(PYTEST) -m "not mpi $(BUT)" --numprocesses auto --dist loadfile || failed=1; \
	$(PYTEST) -m "mpi $(BUT)" || failed=1; \
	exit $$failed

proofs: ## all tests, the slow ones, too: keep it for a quiet machine
	@$(MAKE) test BUT= TEST_LIMIT=7200

unit: env ## the quick tests alone, about a minute
	$(PYTHON) -m pytest tests/unit

check: env ## style, types, and who may import whom
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) -m pytest tests/unit/test_rooms.py

format: env ## put the code into the style `make check` asks for
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

faults: env ## kill runs at 50 instants and resume them, try 10 000 mutated cases
	$(PYTHON) -m pytest tests/faults --instants 50 --mutants 10000 --timeout 3000

bench: env ## measure speed and write it as JSON
	$(PYTHON) -m fem_kna.bench
	$(PYTHON) benchmarks/all.py

verify: env ## compare the solver with exact solutions
	$(ENV)/bin/fem-kna verify

wheel: env ## build the wheel and try it in a fresh environment, away from here
	sh .ci/wheel.sh $(PYTHON)

clean: ## remove what can be made again, but for .venv and the results in out/
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find fem_kna meshes cases tests -name __pycache__ -type d -exec rm -rf {} +

ifeq ($(ENV),.venv)
$(ENV)/.ready: pyproject.toml constraints.txt .ci/setup.sh
	@sh .ci/setup.sh $(ENV)
	@touch $@
else
$(ENV)/.ready: always
	@$(PYTHON) -c 'import fem_kna, dolfinx, gmsh' 2>/dev/null || \
	{ echo "$(PYTHON) cannot import fem_kna, dolfinx or gmsh: see the top of the Makefile" >&2; exit 1; }
always:
endif

.PHONY: help env run test proofs unit check format faults bench verify wheel clean always

sweep-tools: env ## what sweeps need besides (Snakemake, SALib, xarray)
	$(PYTHON) -m pip install --quiet --constraint constraints.txt -e '.[sweep]'

docs: env build/verification.json ## the documentation site, in build/docs
	$(PYTHON) -m pip install --quiet --constraint constraints.txt -e '.[docs]'
	$(PYTHON) -m sphinx -W --keep-going -b html docs build/docs

build/verification.json: | env # made once; `make clean` has it made anew
	mkdir -p build
	$(ENV)/bin/fem-kna verify --json $@

browser: env ## look at reports in a headless Chromium, which this installs where it may
	@command -v chromium chromium-browser chrome >/dev/null || \
	{ apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium; } >/dev/null
	$(PYTHON) -m pytest tests/cases/test_report_in_browser.py

.PHONY: sweep-tools docs browser
