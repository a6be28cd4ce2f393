# The whole interface: `make book` and `make test` work from a fresh clone with Python >= 3.11.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
COMPILE = uv pip compile --universal --generate-hashes --python-version 3.11 --no-annotate --no-header pyproject.toml
# Kernels start three times faster with compiled modules, so the cache is never switched off here.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: bench book check clean cluster confirm coverage fuzz help lighthouse lint lock package pdf reference reproduce serve strip test
help:  ; @grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

book: $(VENV)/.ready    ## execute every chapter and build _build/html
	$(BIN)/python -m bookbuild

test: $(VENV)/.cluster  ## run every test
	$(BIN)/python -m pytest -n auto --dist loadfile

# Chapters run in the process of the tests, so that their lines count; what never imports `evidence`,
# or only in another process (the build, the browser), is left out for its time.
coverage: $(VENV)/.ready ## ask for every line and branch of evidence to be tested
	$(BIN)/python -m pytest -n auto --dist loadfile --cov --cov-report=term \
	  $(addprefix --ignore=tests/,bookbuild browser test_site.py test_chapters.py test_results.py \
	  test_contributing.py test_downloads.py test_workflows.py)

fuzz: $(VENV)/.ready    ## run every chapter with FUZZ_SETS (100) sets of parameters drawn at random
	FUZZ_SETS=$${FUZZ_SETS:-100} $(BIN)/python -m pytest -n auto tests/test_chapters_fuzzed.py -k any_values

bench: $(VENV)/.ready   ## time the statistics beside other packages, and the build; trust the ratios
	$(BIN)/python bench/bench.py
	$(BIN)/python bench/bench_build.py

lighthouse: book        ## ask Lighthouse about every page, as a phone meets it (needs node, Chromium)
	$(BIN)/python bench/lighthouse.py

strip: $(VENV)/.ready   ## clear the outputs of the chapters before a commit
	$(BIN)/nbstripout --keep-id --extra-keys "metadata.language_info" chapters/*.ipynb

reference:              ## compute the pinned results again (needs R with metafor) and compare
	Rscript tests/reference/generate.R --check

check: $(VENV)/.ready   ## say every fault of data/ at once
	$(BIN)/python -m evidence.validate

confirm: $(VENV)/.ready ## note the rows of data/ as compared with their sources
	$(BIN)/python -m evidence.validate --confirm

lint: $(VENV)/.ready    ## check style and types
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

cluster: $(VENV)/.cluster ## add dask to the environment, for sweeps on many machines

pdf: $(VENV)/.ready     ## print the whole book to _build/pdf and put it into the site (needs Chromium)
	$(BIN)/python -m bookbuild pdf

package: book           ## the evidence package: _build/html/evidence-package.zip, made by every build
	@ls -l _build/html/evidence-package.zip

reproduce: $(VENV)/.ready ## build this commit twice, elsewhere and later, and compare every byte
	$(BIN)/python -m bookbuild reproduce

serve: book             ## build, then serve the book at http://localhost:8000
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html 8000

lock:                   ## lock the environment again, from pyproject.toml (needs uv)
	$(COMPILE) -o requirements.txt
	$(COMPILE) --extra cluster --constraint requirements.txt -o requirements-cluster.txt

clean:                  ## delete what a build leaves
	rm -rf _build .bookbuild

$(VENV)/.ready: requirements.txt pyproject.toml
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh ./install.sh
	@touch $@

# All of the above and dask: readers do without, tests and authors with a cluster do not.
$(VENV)/.cluster: $(VENV)/.ready requirements-cluster.txt
	@PYTHON="$(PYTHON)" VENV="$(VENV)" LOCK_FILE=requirements-cluster.txt sh ./install.sh
	@touch $@
