# The front door. `make` lists what there is; `make run` is all that a newcomer needs.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-print-directory

HOST ?= 127.0.0.1
PORT ?= 8080
DATA ?= ./data

GALLERY_PORT ?= 8090

SIM_ARGS     ?=
N            ?=
MUTANT_CALLS ?= 60000
TRACES       ?= 100
BENCH_ARGS   ?=
RUNS         ?= 5
FILES        ?=
SINCE        ?=
FUZZ_SECONDS ?= 60
FUZZ         ?=
HOSTILE_SECONDS ?= 30
TSAN         ?=

STEP := tools/step.sh

.PHONY: help
help: ## List the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' \
	    $(MAKEFILE_LIST)

# ---- Use -----------------------------------------------------------------------------------------

.PHONY: run deps test-deps build
run: build ## Build everything and serve it: HOST=127.0.0.1 PORT=8080 DATA=./data
	@printf '\nParley is at http://%s:%s\n\n' $(HOST) $(PORT)
	@build/bin/parley serve --listen $(HOST):$(PORT) --data $(DATA)

deps: ## Install the Debian packages that are missing
	@tools/install-deps.sh

test-deps:
	@tools/install-deps.sh --test

build: deps ## Build the server with the web app inside: build/bin/parley
	@$(MAKE) generated-check wasm web-app
	@$(NINJA) build/release parley

# ---- Build, piece by piece -----------------------------------------------------------------------
# Each CMake preset has a build folder of the same name. Ninja decides what is out of date in there.

NINJA := ninja -C
build/%/build.ninja: CMakePresets.json
	cmake --preset $* >/dev/null

.PHONY: generate generated-check generator wasm web-app
generator: build/release/build.ninja
	@$(NINJA) build/release parley-generate

generate: generator ## Write what derives from the message structs: schema, TypeScript, tables
	build/bin/parley-generate .

generated-check: generator
	build/bin/parley-generate --check .

wasm: build/wasm/core.wasm ## Build the call core for browsers: build/wasm/core.wasm
build/wasm/core.wasm: build/wasm/build.ninja FORCE
	@$(NINJA) build/wasm core_module

# npm ci empties node_modules, so the stamp in there tells that an installation was completed.
%/node_modules/.installed: %/package-lock.json
	cd $* && npm ci --no-audit --no-fund
	@mkdir -p $(@D) && touch $@

WEB_SOURCES = $(shell find web \( -name node_modules -o -name dist \) -prune -o \
	-type f ! -name '*.test.*' ! -name core.wasm -print)
web-app: web/app/dist/index.html
web/app/dist/index.html: $(WEB_SOURCES) build/wasm/core.wasm web/node_modules/.installed
	cd web && npm run build && npm run size

FORCE:

.PHONY: gallery pictures pictures-slice
gallery: web/node_modules/.installed ## Show every screen in every state: GALLERY_PORT=8090
	cd web && npm run core && node app/gallery/serve.mjs $(GALLERY_PORT)

pictures: test-deps web/node_modules/.installed ## Photograph the gallery, and check it: build/gallery
	cd web && npm run core && node app/gallery/capture.mjs

# Every scene once, with width, theme and language taking turns.
pictures-slice: test-deps web/node_modules/.installed
	cd web && npm run core && node app/gallery/capture.mjs --slice

# ---- Test ----------------------------------------------------------------------------------------

.PHONY: test check unit wasm-tests web-tests sanitize tsan server-tests
.PHONY: e2e e2e-client e2e-app e2e-lossy net net-slice flakes
test: ## Everything that must be green, from lint to browsers
	@$(STEP) 'All of it' $(MAKE) test-steps

# A build that fails ends the run. Tests that fail do not: all of them run, and the end tells which and how.
FAILED := build/failed
TRY    := $(STEP) --go-on $(FAILED)

.PHONY: test-steps
test-steps:
	@rm -rf $(FAILED)
	@$(STEP) 'Packages' $(MAKE) test-deps
	@$(STEP) 'Generated files are current' $(MAKE) generated-check
	@$(STEP) 'core.wasm' $(MAKE) wasm
	@$(STEP) 'Web app' $(MAKE) web-app
	@$(STEP) 'Server and tools' $(NINJA) build/release
	@$(TRY) 'Lint' $(MAKE) lint
	@$(TRY) 'Unit tests: core and server' $(MAKE) unit
	@$(TRY) 'Unit tests: core on WebAssembly' $(MAKE) wasm-tests
	@$(TRY) 'Unit tests: web' $(MAKE) web-tests
	@$(TRY) 'Unit tests: core and server, sanitized' $(MAKE) sanitize
	@$(TRY) 'Simulation: random stories' $(MAKE) sim SIM_ARGS='--seconds 20'
	@$(TRY) 'Simulation: every order of events' $(MAKE) sim SIM_ARGS='--exhaustive 4'
	@$(TRY) 'Simulation: the same on WebAssembly' $(MAKE) sim-wasm
	@$(TRY) 'Simulation: deliberate faults' $(MAKE) mutants
	@$(TRY) 'Fuzzing' $(MAKE) fuzz FUZZ_SECONDS=5
	@$(TRY) 'Server tests' $(MAKE) server-tests
	@$(TRY) 'Browser tests: the client' $(MAKE) e2e-client
	@$(TRY) 'Browser tests: the app' $(MAKE) e2e-app
	@$(TRY) 'Browser tests: a lossy network' $(MAKE) e2e-lossy
	@$(TRY) 'Browser tests: networks' $(MAKE) net-slice
	@$(TRY) 'Pictures of every screen' $(MAKE) pictures-slice
	@$(STEP) --failed $(FAILED)

check: build/release/build.ninja ## The fast part: core tests and web unit tests
	@$(NINJA) build/release core_tests
	build/release/core_tests --gtest_brief=1
	@$(MAKE) web-tests

unit: build/release/build.ninja
	@$(NINJA) build/release core_tests server_tests link_tests
	build/release/core_tests --gtest_brief=1
	build/release/server_tests --gtest_brief=1
	build/release/link_tests --gtest_brief=1

wasm-tests: build/wasm/build.ninja
	@$(NINJA) build/wasm core_tests_wasm
	node tools/run-wasm.mjs build/wasm/core_tests.wasm --gtest_brief=1

web-tests: build/wasm/core.wasm web/node_modules/.installed
	cd web && npm test

# The server and browser tests start build/bin/parley themselves.
# Those in tests/server/hostile attack it for a second each; `make hostile` goes on for longer.
server-tests: test-deps build tests/node_modules/.installed
	@$(NINJA) build/release parley-load
	cd tests && npm test -- --dir server

e2e: e2e-client e2e-app e2e-lossy

e2e-client: build
	cd web && npm run test:browser

# One test at a time: each is two pages or more with sound and pictures, which two cores just carry.
e2e-app: build tests/node_modules/.installed
	cd tests && npm test -- --dir e2e --exclude '**/{loss,storm}.test.ts' --maxConcurrency=1

e2e-lossy: build tests/node_modules/.installed
	cd tests && ../tools/lossy.sh 20 npm test -- --dir e2e loss.test.ts storm.test.ts

# Calls between hosts in network namespaces, while the networks change; see docs/networks.md.
net: NET_TESTS =
net-slice: NET_TESTS = essentials.test.ts
net net-slice: test-deps build tests/node_modules/.installed
	@$(NINJA) build/release parley-link
	cd tests && ../tools/own-networks.sh npm test -- --dir net $(NET_TESTS)

net: ## Call across networks that lose, translate and change: docs/networks.md

# Tests that wait for browsers and servers must not depend on how fast the machine is.
flakes: build tests/node_modules/.installed ## Run browser and server tests on busy cores: RUNS=5 FILES=... SINCE=commit
	@$(NINJA) build/release parley-load parley-link
	@tools/flakes.sh $(RUNS) $(if $(SINCE),--since $(SINCE),$(FILES))

# Clang would look for llvm-symbolizer, a large package; addr2line is there and does as well.
SYMBOLIZER := external_symbolizer_path=/usr/bin/addr2line
export ASAN_OPTIONS  = $(SYMBOLIZER):detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS = $(SYMBOLIZER):print_stacktrace=1
export TSAN_OPTIONS  = $(SYMBOLIZER)
sanitize tsan: %: build/%/build.ninja
	@$(NINJA) build/$@ core_tests server_tests
	build/$@/core_tests --gtest_brief=1
	build/$@/server_tests --gtest_brief=1

# Memory that is freed is kept back for a while; with less of it, growth shows sooner.
HOSTILE_PRESET = $(if $(TSAN),tsan,sanitize)
.PHONY: hostile
hostile: export ASAN_OPTIONS := $(ASAN_OPTIONS):quarantine_size_mb=16
hostile: build/$(HOSTILE_PRESET)/build.ninja tests/node_modules/.installed ## Attack a server with sanitizers: HOSTILE_SECONDS=30 TSAN=1
	@$(NINJA) build/$(HOSTILE_PRESET) parley
	cd tests && PARLEY_SERVER_PROGRAM=$(CURDIR)/build/$(HOSTILE_PRESET)/bin/parley \
	    PARLEY_HOSTILE_SECONDS=$(HOSTILE_SECONDS) npm test -- --dir server/hostile

sanitize: ## Unit tests of core and server under ASan and UBSan
tsan: ## The same under TSan

.PHONY: sim mutants sim-wasm fuzz bench
sim: build/release/build.ninja ## Run simulated worlds: N=seeds SIM_ARGS='...'
	@$(NINJA) build/release parley-sim
	build/bin/parley-sim --play sim/regressions/*.story
	build/bin/parley-sim $(if $(N),--seeds $(N)) $(SIM_ARGS)

mutants: build/release/build.ninja ## Break the core on purpose: the simulator must notice
	@$(NINJA) build/release parley-sim-mutants
	build/bin/parley-sim-mutants --mutants $(MUTANT_CALLS)

sim-wasm: build/release/build.ninja wasm ## Compare core.wasm with the native core: TRACES=stories
	@$(NINJA) build/release parley-sim
	@rm -rf build/traces && mkdir -p build/traces
	build/bin/parley-sim --record build/traces --seeds $(TRACES)
	node tools/compare-wasm.mjs build/wasm/core.wasm build/traces
	@rm -rf build/traces

fuzz: build/fuzz/build.ninja ## Fuzz the parsers and the machines: FUZZ_SECONDS=60 FUZZ=phone
	@$(NINJA) build/fuzz fuzz/all
	tools/fuzz.sh $(FUZZ_SECONDS) $(FUZZ)

bench: build ## Measure a running server under load: BENCH_ARGS='...'
	@$(NINJA) build/release parley-load
	build/bin/parley-load $(BENCH_ARGS)

.PHONY: bench-setup bench-recovery
bench-setup: BENCH := setup
bench-setup: ## Time from the answer to sound and picture, over networks of several lengths: RUNS=5
bench-recovery: BENCH := recovery
bench-recovery: ## Time without sound after trouble in a network: RUNS=5
bench-setup bench-recovery: test-deps build tests/node_modules/.installed
	@$(NINJA) build/release parley-link
	cd tests && PARLEY_RUNS=$(RUNS) ../tools/own-networks.sh npm test -- --config net/bench/vitest.config.ts $(BENCH)

# ---- Look after the code -------------------------------------------------------------------------

CPP_FILES = $(shell find core server tools bench sim fuzz cmake -name '*.cpp' -o -name '*.hpp')
SCRIPTS   = 'tools/**/*.mjs' 'tests/**/*.{ts,mjs}'
PRETTIER  = web/node_modules/.bin/prettier --config web/.prettierrc.json --log-level warn

.PHONY: lint format tidy clean
lint: web/node_modules/.installed tests/node_modules/.installed ## Check format, the web code, and the rules of the architecture
	@clang-format-19 --dry-run -Werror $(CPP_FILES)
	cd web && npm run lint && npm run typecheck
	cd tests && npx tsc --noEmit
	@$(PRETTIER) --check $(SCRIPTS)
	node --test --test-reporter=spec tests/architecture/
	node tests/architecture/check.mjs

format: web/node_modules/.installed ## Format the code
	@clang-format-19 -i $(CPP_FILES)
	cd web && npm run format
	@$(PRETTIER) --write $(SCRIPTS)

tidy: build/tidy/build.ninja ## Run clang-tidy over the core; slow
	@$(NINJA) build/tidy -k 0

clean: ## Remove what was built; keep node_modules
	rm -rf build web/app/dist web/packages/client/core.wasm
