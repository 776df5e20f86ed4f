# make          what there is to make
# make demo     one claim to a verdict, from nothing
#
# TORCH says which build of torch is installed. The plain one of the default index brings several GB of CUDA packages
# on Linux, so Linux takes the CPU build; elsewhere the plain one has no CUDA in it.
#     make TORCH=torch==2.13.0 setup     the GPU build, with the CUDA packages it needs

TORCH_VERSION := $(shell sed -n 's/^torch==//p' requirements.lock)
ifeq ($(shell uname -s),Linux)
TORCH ?= torch==$(TORCH_VERSION)+cpu
else
TORCH ?= torch==$(TORCH_VERSION)
endif

# The first of these that is new enough makes .venv.
PYTHON ?= python3 python3.14 python3.13 python3.12 python3.11

BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --no-compile
OR_SAY_WHY := >.venv/pip.log 2>&1 || { cat .venv/pip.log >&2; exit 1; }

# Bytecode is not compiled at installation (most of torch and transformers is never imported) but kept at first import.
unexport PYTHONDONTWRITEBYTECODE

# What is installed, by stamps: another TORCH makes a new .venv, a changed lock or pyproject.toml installs into it.
TORCH_STAMP := .venv/.installed-$(subst =,-,$(TORCH))
CORE_STAMP := .venv/.installed-core
DEV_STAMP := .venv/.installed-dev
WARM_STAMP := .venv/.imported

.DEFAULT_GOAL := help
.PHONY: help setup demo test check browser docs lock clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile

setup: $(WARM_STAMP) ## .venv with the claimlab command in it

demo: $(WARM_STAMP) ## one claim to a verdict and a report, on two small models
	@$(BIN)/claimlab verify "Large language models develop a brain region for math" \
		--model gemma-3-270m --model smollm2-135m --budget quick

test: check browser $(WARM_STAMP) ## ruff, mypy, then the tests
	@$(BIN)/pytest --numprocesses=auto --dist=loadfile

check: $(DEV_STAMP) ## ruff and mypy only
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

# Tests of the app and of HTML reports look through a real browser. Without one they are skipped, and say so.
browser:
	@for p in chromium chromium-browser google-chrome; do command -v $$p >/dev/null 2>&1 && exit 0; done; \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
			echo "installing Chromium for the browser tests ..."; \
			(apt-get install --yes --no-install-recommends chromium || \
				(apt-get update && apt-get install --yes --no-install-recommends chromium)) >.venv/apt.log 2>&1 || \
				echo "Chromium could not be installed (.venv/apt.log says why): the browser tests will be skipped" >&2; \
		else \
			echo "no Chromium: the browser tests will be skipped (Debian: apt install chromium)" >&2; \
		fi

docs: $(CORE_STAMP) ## docs/commands.md, from the help texts
	@$(BIN)/python -c 'from commands.program import reference; print(reference(), end="")' >docs/commands.md

# $(call new-venv,FOLDER)
define new-venv
	@rm -rf $(1)
	@for p in $(PYTHON); do \
		"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && exec "$$p" -m venv $(1); \
	done; \
	echo "claimlab needs Python 3.11 or newer and found none: install it, or say where it is with" \
		"make PYTHON=/path/to/python3 setup" >&2; \
	exit 1
endef

$(TORCH_STAMP):
	$(call new-venv,.venv)
	@echo "installing $(TORCH) ..."
	@grep -v '^torch==' requirements.lock >.venv/constraints.txt
	@$(PIP_INSTALL) --constraint .venv/constraints.txt "$(TORCH)" >.venv/pip.log 2>&1 || { \
		if grep -q 'No matching distribution found for $(TORCH)' .venv/pip.log && \
			! grep -q 'from versions: none' .venv/pip.log && [ "$(TORCH)" = "torch==$(TORCH_VERSION)+cpu" ]; then \
			echo "pip found no CPU build of torch $(TORCH_VERSION): add PyTorch's CPU index to pip's configuration" \
				"(PIP_EXTRA_INDEX_URL; the address is on pytorch.org under Get Started), or run" \
				"make TORCH=torch==$(TORCH_VERSION) setup for the CUDA build of the default index (several GB)" >&2; \
		else \
			cat .venv/pip.log >&2; \
		fi; \
		exit 1; }
	@touch $@

$(CORE_STAMP): $(TORCH_STAMP) requirements.lock pyproject.toml
	@echo "installing what claimlab runs on ..."
	@$(PIP_INSTALL) --no-deps --requirement requirements.lock $(OR_SAY_WHY)
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable . $(OR_SAY_WHY)
	@touch $@

$(DEV_STAMP): $(CORE_STAMP) requirements-dev.lock
	@echo "installing what the checks and tests run on ..."
	@$(PIP_INSTALL) --no-deps --requirement requirements-dev.lock $(OR_SAY_WHY)
	@touch $@

$(WARM_STAMP): $(CORE_STAMP)
	@echo "importing everything once, so that claimlab starts quickly ..."
	@$(BIN)/python -c 'import reportlab.platypus, scipy.stats, torch, typer; from transformers import AutoModelForCausalLM'
	@echo "fetching the sentence model with which claims are read (83 MB) ..."
	@$(BIN)/python -c 'from verify.literature import sentences; sentences.fetch(offline=False)' >.venv/model.log 2>&1 || \
		echo "it cannot be had now (.venv/model.log says why): claims are read by words alone until" \
			"claimlab literature TEXT fetches it" >&2
	@touch $@

FREEZE := .venv-lock/bin/python -m pip freeze --all --exclude-editable | sed -e '/^pip==/d' -e 's/+cpu$$//'
LOCK_INSTALL := .venv-lock/bin/python -m pip install --quiet --disable-pip-version-check --no-compile

lock: ## choose all versions anew, within the ranges of pyproject.toml
	$(call new-venv,.venv-lock)
	@$(LOCK_INSTALL) "$(TORCH)" "setuptools>=77" --editable .
	@$(FREEZE) >.venv-lock/core
	@$(LOCK_INSTALL) "$(TORCH)" --editable ".[dev]"
	@$(FREEZE) | grep -vxFf .venv-lock/core >.venv-lock/dev
	@{ echo "# Every package that claimlab runs on, exact; installed with --no-deps by \`make setup\`, which chooses the"; \
		echo "# build of torch. Written by \`make lock\`: change the ranges in pyproject.toml, not this file."; \
		cat .venv-lock/core; } >requirements.lock
	@{ echo "# What the checks and tests need besides requirements.lock, exact; installed with --no-deps by \`make test\`."; \
		echo "# Written by \`make lock\`: change the ranges in pyproject.toml, not this file."; \
		cat .venv-lock/dev; } >requirements-dev.lock
	@rm -rf .venv-lock

clean: ## remove .venv and everything that was generated
	@rm -rf .venv .venv-lock build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
