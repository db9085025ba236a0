# Two commands work on a bare Debian or Ubuntu machine with Swift:
#   make lecture   sets up, builds and runs the main job
#   make test      sets up, builds and runs all tests
SWIFT ?= swift

.PHONY: lecture test setup build install clean

lecture: build
	.build/release/tern lecture

test: setup
	$(SWIFT) build -c release --build-tests
	$(SWIFT) test -c release --skip-build

build: setup
	$(SWIFT) build -c release --product tern

# C libraries come from Debian; nothing is installed that is there already.
setup:
	@Scripts/setup.sh

PREFIX ?= /usr/local
install: build
	install -Dm755 .build/release/tern $(DESTDIR)$(PREFIX)/bin/tern

clean:
	rm -rf .build
