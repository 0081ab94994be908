# All a newcomer needs: `make lab` (and `make lab-evpn`) to see it, `make test` to test it.
.DEFAULT_GOAL := help
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
RELEASE := swift build -c release --static-swift-stdlib --product wmgwd2 -Xlinker --gc-sections -Xlinker -s
CHAOS := .build/release/fleet-chaos
MINUTES ?= 1
BINARY := .build/release/wmgwd2
# Built with it: it depends on it.
GUARD := .build/release/wmgwd2-guard
PREFIX ?= /usr/local

.PHONY: help
help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: lab
lab: build ## Install what is missing, build, and watch three gateways lose one and go on
	$(SUDO) $(BINARY) lab

.PHONY: lab-evpn
lab-evpn: frr build ## The same in a BGP EVPN fabric: installs FRR too (its service stays off)
	$(SUDO) $(BINARY) lab --evpn

.PHONY: test
test: frr ## Install what is missing (FRR too) and run every test (as root: in network namespaces too)
	scripts/test.sh

.PHONY: build
build: dependencies ## Build the daemon
	$(RELEASE)

.PHONY: install
install: ## Install the built daemon, its guard, its manual page and the header for plugins (PREFIX, DESTDIR)
	install -D -m 755 $(BINARY) "$(DESTDIR)$(PREFIX)/sbin/wmgwd2"
	install -D -m 755 $(GUARD) "$(DESTDIR)$(PREFIX)/libexec/wmgwd2/wmgwd2-guard"
	install -D -m 644 Sources/CWMGPlugin/include/wmgwd2_plugin.h "$(DESTDIR)$(PREFIX)/include/wmgwd2_plugin.h"
	install -D -m 644 docs/wmgwd2.8 "$(DESTDIR)$(PREFIX)/share/man/man8/wmgwd2.8"

.PHONY: bench
bench: frr ## Measure the figures that the README quotes (root; about half an hour)
	scripts/bench.sh

SIMULATION := swift run -c release fleet-simulation --commit "$$(git rev-parse --short HEAD 2>/dev/null)"

.PHONY: simulate
simulate: dependencies ## Let 10,000 fleets live through faults in virtual time (SEED=N: one, step by step)
	$(SIMULATION) $(if $(SEED),--seed $(SEED))

.PHONY: simulate-night
simulate-night: dependencies ## The same until it is told to stop (Ctrl-C); reports fleet-hours
	$(SIMULATION) --night

# Not exported: in bash it is a clock.
SECONDS ?= 60
unexport SECONDS

.PHONY: fuzz
fuzz: dependencies ## Look for bytes that break a reader (SECONDS=60 for each TARGET, all of them unless one is named)
	scripts/fuzz.sh $(SECONDS) $(TARGET)

.PHONY: fuzz-night
fuzz-night: dependencies ## The same for half an hour each
	scripts/fuzz.sh 1800 $(TARGET)

.PHONY: sanitize
sanitize: frr ## Run the unit tests with ThreadSanitizer and with AddressSanitizer (as root: in namespaces too)
	scripts/sanitize.sh thread unit
	scripts/sanitize.sh address unit

.PHONY: sanitize-night
sanitize-night: frr ## The same, and the integration tests, whose daemons are sanitized too
	scripts/sanitize.sh thread unit integration
	scripts/sanitize.sh address unit integration

.PHONY: coverage
coverage: dependencies ## How many lines of the core its tests and the simulation run through (at least 95 %)
	scripts/coverage.sh

.PHONY: mutate
mutate: dependencies ## Change one condition of the core after another: does a test or the simulation notice? (NUMBER=… SEED=…)
	scripts/mutate.sh $(or $(NUMBER),all) $(SEED)

.PHONY: chaos
chaos: chaos-program ## A minute of faults to real daemons, judged from outside (SEED=… shows one again, MINUTES=…)
	$(SUDO) $(CHAOS) --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

.PHONY: chaos-night
chaos-night: chaos-program ## The same for ten minutes each: direct, direct with the default timing, veth, light
	$(SUDO) $(CHAOS) --minutes 10 --topology direct $(if $(SEED),--seed $(SEED))
	$(SUDO) $(CHAOS) --minutes 10 --topology direct --interval 1000 $(if $(SEED),--seed $(SEED))
	$(SUDO) $(CHAOS) --minutes 10 --topology veth $(if $(SEED),--seed $(SEED))
	$(SUDO) $(CHAOS) --minutes 10 --topology light $(if $(SEED),--seed $(SEED))

.PHONY: soak
soak: chaos-program ## An hour of few faults: are memory and descriptors flat?
	$(SUDO) $(CHAOS) --soak --minutes 60 --vnis 1000 $(if $(SEED),--seed $(SEED))

.PHONY: chaos-program
chaos-program: build
	$(RELEASE:wmgwd2=fleet-chaos)

.PHONY: docs
docs: ## Build the reference documentation of the framework (DocC), into .build/documentation
	scripts/docs.sh

.PHONY: format
format: ## Format all Swift files
	swift format -i -r Package.swift Sources Tests Examples Benchmarks scripts

.PHONY: lint
lint: ## Check the format of all Swift files
	scripts/lint.sh

.PHONY: dependencies
dependencies:
	@scripts/install-dependencies.sh

.PHONY: frr
frr:
	@scripts/install-dependencies.sh --frr

.PHONY: clean
clean: ## Remove what was built
	rm -rf .build Examples/*/.build Benchmarks/.build
