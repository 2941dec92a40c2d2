# Every command of the project. `make` alone lists them.

GO       ?= go
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
FUZZTIME ?= 15s
ADDRESS  ?= 127.0.0.1:8080

# The linter and the vulnerability scan are not the program's dependencies:
# they run at these versions and leave go.mod alone.
LINT := $(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
VULN := $(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0

.PHONY: help run test check verify generate lint fuzz race bench build vuln deps

help: ## list the commands
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/make \1	\2/p' Makefile | expand -t 16

run: ## the program on the demo world
	$(GO) run . demo --listen $(ADDRESS)

test: deps check ## everything a change must pass; installs what the tests need where it can
	$(GO) test -timeout 20m ./...

# Quick checks first. The generated files are only made anew in CI: elsewhere
# they may be ahead of what is committed.
check:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
	  [ -z "$$unformatted" ] || { echo "run gofmt -w on: $$unformatted" >&2; exit 1; }
	$(GO) vet ./...
ifeq ($(CI),true)
	@$(MAKE) --no-print-directory verify
endif

# Generated files are committed, so that `go run .` needs no tool.
GENERATED = grep -rlE --include='*.go' '^// Code generated .*DO NOT EDIT' . | sort | xargs -r sha256sum

verify: ## fail if generated files are stale
	@before=$$($(GENERATED)); $(MAKE) --no-print-directory generate; after=$$($(GENERATED)); \
	  [ "$$before" = "$$after" ] || { echo "generated files were stale: commit what make generate wrote" >&2; exit 1; }

generate: ## make the generated files anew: pages and the hub's client
	$(GO) tool templ generate
	cd governance/snapshot && $(GO) tool genqlient

lint: ## golangci-lint, fetched at its pinned version
	$(LINT) run ./...

fuzz: ## every fuzzer for FUZZTIME (15s)
	@grep -rl --include='*_test.go' '^func Fuzz' . | sort | while read -r file; do \
	  for name in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' "$$file"); do \
	    echo "$$name in $$file"; \
	    $(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) "./$$(dirname "$$file")" || exit 1; \
	  done; done

race: ## the parts that run side by side, under the race detector (needs a C compiler)
	CGO_ENABLED=1 $(GO) test -race -timeout 30m ./governance/agent/... ./governance/demo/... ./governance/store/... ./web/...

bench: build ## the figures of the README
	./mandate bench score
	./mandate bench assess
	./mandate bench web
	$(GO) test ./governance/agent -run '^$$' -bench Sync100k -benchtime 1x

build: ## one static binary: ./mandate
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o mandate .

vuln: ## known vulnerabilities; needs the network
	$(VULN) ./...

# What the tests start beside Go: a Postgres of their own, a browser, and what
# governance/governancetest/npm names (the official Snapshot library, a node).
deps:
	@missing=; \
	  command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing="$$missing chromium"; \
	  command -v node >/dev/null && command -v npm >/dev/null || missing="$$missing nodejs npm"; \
	  [ -z "$$missing" ] && exit 0; \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "installing$$missing"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $$missing >/dev/null; \
	  else echo "make test needs$$missing: install with your package manager (Debian: sudo apt-get install$$missing)" >&2; exit 1; fi
