# What one does with this project. The work itself is in bin/.

PYTHON ?= python3
PORT ?= 8000
export PYTHON PORT

.PHONY: help setup demo test check bench

help:
	@echo "make demo    set up, load the demonstration partnership, serve it on 127.0.0.1:$(PORT)"
	@echo "make test    set up, run every test (SQLite, a real browser, LibreOffice, PostgreSQL)"
	@echo "make check   set up, run every gate: lint, types, the arrow between apps, templates, migrations, deployment"
	@echo "make bench   set up, measure speed and memory against what is promised (docs/performance.md)"
	@echo "make setup   make .venv from uv.lock, install the npm lock file, compile the stylesheet"

setup:
	@bin/setup

demo: setup
	@bin/demo

test: setup
	@bin/test

check: setup
	@bin/check

bench: setup
	@bin/bench
