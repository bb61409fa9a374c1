# `make` alone lists the targets: each is documented behind its name by ##.
GO       ?= go
PKG      ?= ./...
FUZZTIME ?= 1m
CROSS    ?= darwin/arm64 freebsd/amd64 windows/amd64

# Where install puts things. Debian's zsh looks elsewhere than others.
DESTDIR  ?=
PREFIX   ?= /usr/local
ZSHDIR   ?= $(PREFIX)/share/zsh/site-functions

.DEFAULT_GOAL := help
.PHONY: help run build install beside package reproducible test race fuzz bench attack soak microbench pictures lint cover

help:
	@echo 'make TARGET'
	@sed -n 's/^\([a-z]*\):.*## /  \1\t/p' $(MAKEFILE_LIST) | expand -t 16

run: ## start a server on :2222, its data in this folder
	$(GO) run ./cmd/sshchat serve

build: ## one static binary, bin/sshchat
	CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=auto -ldflags '-s -w' -o bin/sshchat ./cmd/sshchat

install: beside ## into PREFIX (/usr/local), with the manual, completion and systemd's files; DESTDIR to stage
	install -D -m 755 bin/sshchat $(DESTDIR)$(PREFIX)/bin/sshchat

# What stands beside the binary. Packages for other processors have it from the binary of this one.
beside: TO = $(DESTDIR)$(PREFIX)
beside: bin/sshchat
	install -d $(TO)/share/man/man1 $(TO)/share/man/man5 $(TO)/share/bash-completion/completions \
		$(TO)/share/fish/vendor_completions.d $(DESTDIR)$(ZSHDIR) $(TO)/lib/systemd/system
	bin/sshchat man sshchat > $(TO)/share/man/man1/sshchat.1
	bin/sshchat man sshchat.toml > $(TO)/share/man/man5/sshchat.toml.5
	bin/sshchat completion bash > $(TO)/share/bash-completion/completions/sshchat
	bin/sshchat completion fish > $(TO)/share/fish/vendor_completions.d/sshchat.fish
	bin/sshchat completion zsh > $(DESTDIR)$(ZSHDIR)/_sshchat
	sed 's|/usr/bin/|$(PREFIX)/bin/|' contrib/systemd/sshchat.service > $(TO)/lib/systemd/system/sshchat.service
	install -m 644 contrib/systemd/sshchat.socket $(TO)/lib/systemd/system/sshchat.socket
	install -D -m 644 contrib/systemd/sshchat.sysusers $(TO)/lib/sysusers.d/sshchat.conf
	install -D -m 644 contrib/systemd/sshchat.tmpfiles $(TO)/lib/tmpfiles.d/sshchat.conf

# Not build: root, who installs, may have no go.
bin/sshchat:
	$(MAKE) build

package: ## the .deb in bin/, where nfpm is there to build it; without, what it would be built of
	rm -rf bin/*.deb
	packaging/stage
	packaging/deb

reproducible: ## the last commit, packaged in two folders: do they have the same bytes?
	packaging/reproducible

test: ## all tests, in a minute or two; PKG=./internal/chat for one package
	$(GO) test $(PKG)

# The race detector is for Go: in SQLite's C, as Go has it, it would find nothing and take three quarters of the time.
race: ## all tests with the race detector (needs a C compiler)
	CGO_ENABLED=1 $(GO) test -race -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc=-race=false $(PKG)

# One target at a time: go test takes no more.
fuzz: ## each fuzz target for FUZZTIME (1m)
	@set -e; for p in $$($(GO) list $(PKG)); do \
		list=$$($(GO) test -run '^$$' -list '^Fuzz' $$p) || { echo "$$list"; exit 1; }; \
		for f in $$(echo "$$list" | grep '^Fuzz' || true); do \
			echo "fuzz $$p $$f"; \
			$(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5s $$p; \
		done; \
	done

bench: build ## the server beside a bare SSH loop: a table, and bench/*.json; BENCH=-quick for a look
	$(GO) run ./internal/loadtest/run $(BENCH)

# Not by go test, which shows what a test prints only when all is over.
attack: ## all attacks on a server at full scale, in 9 minutes, and what each cost; ATTACK='paste|names' for some
	$(GO) test -c -o bin/attack.test ./internal/attack
	cd internal/attack && ../../bin/attack.test -full -test.run 'TestAttacks/($(ATTACK))' -test.timeout 30m

microbench: ## the benchmarks of the packages
	$(GO) test -run '^$$' -bench . -benchmem $(PKG)

soak: build ## kill a server under load for 10 minutes, and check that nothing promised is lost; SOAK=-time=1m for less
	$(GO) run ./internal/soak/run $(SOAK)

pictures: ## the README's pictures of the screen, of what docs/pictures/*.script has people do
	$(GO) run ./internal/pictures/run

lint: ## gofmt, go vet, staticcheck, and builds for the other systems
	@bad=$$(gofmt -l .); if [ -n "$$bad" ]; then echo "gofmt -w these:"; echo "$$bad"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	@set -e; for t in $(CROSS); do \
		echo "build and vet for $$t"; \
		export CGO_ENABLED=0 GOOS=$${t%/*} GOARCH=$${t#*/}; \
		$(GO) build ./...; \
		$(GO) vet ./...; \
	done

cover: ## how much the tests reach: a figure, and cover.html
	$(GO) test -coverprofile cover.out -coverpkg ./... $(PKG)
	$(GO) tool cover -html cover.out -o cover.html
	@$(GO) tool cover -func cover.out | tail -n 1
