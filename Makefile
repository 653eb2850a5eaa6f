# Ostiary: what a user and a contributor type. `make` alone lists it.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# Where `make run` listens.
LISTEN ?= 127.0.0.1:8000
HEALTH ?= 127.0.0.1:8080

BINARY := .build/release/ostiary
# With Swift's runtime in the binary: it then needs nothing but Debian's own libraries, and calls cost less.
RELEASE := swift build -c release --static-swift-stdlib
SWIFT_FILES := Sources Tests Package.swift
# To build: pkg-config libssl-dev zlib1g-dev. The rest are the real peers of the tests and of the demo.
PACKAGES := pkg-config libssl-dev zlib1g-dev docker-registry skopeo gnupg nginx-light tinyproxy-bin microsocks stunnel4 \
	openssl curl jq mount ca-certificates git make wrk

.PHONY: help deps build test lint format check run demo bench fuzz sanitize clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

deps: ## install the Debian packages that are missing (apt-get; with sudo unless root)
	@command -v swift >/dev/null || { echo "Swift 6.3 is needed first: https://www.swift.org/install/linux/"; exit 1; }
	@installed=$$(dpkg-query -W -f '$${db:Status-Status} $${Package}\n' $(PACKAGES) 2>/dev/null \
		| awk '$$1 == "installed" { print $$2 }'); \
	missing=$$(comm -23 <(printf '%s\n' $(PACKAGES) | sort) <(printf '%s\n' $$installed | sort) | xargs); \
	[ -n "$$missing" ] || exit 0; \
	echo "installing with apt-get: $$missing"; \
	root=$$([ "$$(id -u)" -eq 0 ] || echo sudo); \
	$$root apt-get update -qq && \
	$$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing

build: deps ## build the release binary, .build/release/ostiary
	$(RELEASE) --product ostiary

test: build ## build and run all tests, with the release binary; the last line counts them
	@OSTIARY_PROGRAMS=$(CURDIR)/.build/release Tests/run

lint: deps ## check format and imports, change nothing
	swift format lint --recursive --parallel --strict $(SWIFT_FILES)
	swift build --build-tests --explicit-target-dependency-import-check error

format: ## rewrite the Swift files in the house's format
	swift format --in-place --recursive --parallel $(SWIFT_FILES)

check: lint test ## all that a change has to pass: lint, release build, tests

run: build ## serve policies/ on LISTEN (127.0.0.1:8000) with a fresh pair from certs/
	certs/make-pair certs localhost 127.0.0.1
	$(BINARY) serve --listen $(LISTEN) --health-listen $(HEALTH) --drain 0 \
		--tls-cert certs/tls.crt --tls-key certs/tls.key --policies policies

demo: build ## show it on a real registry, with images really signed by gpg and skopeo
	@Tests/Demo/run $(BINARY)

bench: build ## measure it beside nginx, keep the tables in docs/performance.md (BENCH_SECONDS=2: a quick look)
	OSTIARY_BENCH=1 $(RELEASE) --product VerificationMeter
	@Tests/Benchmarks/run $(BINARY)

fuzz: deps ## look for inputs that break a parser, FUZZ_SECONDS (60) for each of Tests/Fuzz/Cases
	@Tests/Fuzz/run

sanitize: deps ## run the tests under ThreadSanitizer, then under AddressSanitizer
	@Tests/Sanitize/run

clean: ## delete what was built and the pair in certs/
	rm -rf .build certs/*.crt certs/*.key certs/*.pem
