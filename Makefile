# The commands people type. Each calls one script in scripts/, which says what it does and skips what is done.
.PHONY: help start watch test check release bench screenshots sqlx setup

help: ## what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

start: ## set up, build and serve the demo dealership on http://localhost:3000
	@bash scripts/start

watch: ## develop: rebuild and reload on every change (cargo leptos watch)
	@bash scripts/watch

test: ## everything CI asks: format, lints, unit, integration, coverage, browser
	@bash scripts/test

check: ## without tests: format, clippy on native and WASM, which crate may depend on which
	@bash scripts/check

release: ## the optimized server and its pages, to take where they serve
	@bash scripts/release

bench: ## the numbers that matter, each beside its reference
	@bash scripts/bench

screenshots: ## every key page, desk and phone, light and dark, into end2end/screenshots/
	@bash scripts/screenshots

sqlx: ## after a change of SQL: write .sqlx, which builds read instead of a database
	@bash scripts/sqlx

setup: ## only the set-up: everything that any other command needs
	@bash scripts/setup test
