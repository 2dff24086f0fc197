# Every target is short; the work is in tools/. Start with: make demo
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench torture load lock spark vendor
DEMO_ARGS ?=
PY := .venv/bin/python

help:  ## list the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

setup:  ## make .venv with the locked packages and the xgz command
	@tools/setup.sh

demo: setup  ## seed where empty, then serve on http://127.0.0.1:8000
	@.venv/bin/xgz demo $(DEMO_ARGS)

test: setup  ## everything: static checks, both databases, the browser
	@tools/test.sh full

check: setup  ## static checks and the quick tests (SQLite, no browser)
	@tools/test.sh quick

bench: setup  ## time imports, list pages and the search for members
	@benchmarks/run.sh

torture: setup  ## race, kill and fill the disk under load
	@benchmarks/races/run.sh
	@tools/run_if_present.sh benchmarks/torture/run.sh

load: setup  ## a hundred people at work while one import follows the other
	@tools/run_if_present.sh benchmarks/load/run.sh

lock: setup  ## resolve pyproject.toml into the three lock files
	@tools/lock.sh

spark: setup  ## add Splink and pyspark, for xgz link --engine spark
	@tools/spark.sh

vendor: setup  ## copy the pinned front-end files into the project
	npm ci
	$(PY) tools/vendor.py
