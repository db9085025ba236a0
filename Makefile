# Three commands work on a bare Debian or Ubuntu machine with Swift:
#   make lecture   sets up, builds and writes lecture.html
#   make studio    sets up, builds and opens the lecture alive in the browser (ARGS=--no-open: only serves it)
#   make test      sets up, builds and runs all tests
SWIFT ?= swift

.PHONY: lecture studio test setup build lib wheel install docs figures format clean

lecture: build
	.build/release/tern lecture

studio: build
	.build/release/tern studio $(ARGS)

test:
	@Scripts/setup.sh --for-tests
	$(SWIFT) build -c release --build-tests
	$(SWIFT) test -c release --skip-build

build: setup
	$(SWIFT) build -c release --product tern

# C libraries come from Debian; nothing is installed that is there already.
setup:
	@Scripts/setup.sh

# The documentation of all public modules as one site, site/: `python3 -m http.server --directory site`, or any host of
# files (BASE=/tern where it lies in a folder of one). It ends with an error where a link leads nowhere. A parameter whose
# name says enough may go without a comment.
MODULES = Tern TernCore TernNN TernLearn TernData TernPlot TernReport TernExperiment TernKeras TernFiles
docs: setup
	TERN_DOCUMENTATION=1 $(SWIFT) package -c release --allow-writing-to-directory site generate-documentation \
		$(MODULES:%=--target %) --enable-experimental-combined-documentation --output-path site \
		--transform-for-static-hosting $(if $(BASE),--hosting-base-path $(BASE)) \
		--disable-parameters-and-returns-validation --warnings-as-errors

# The figures that README.md shows, from the lecture; that of the studio by Scripts/studio_picture.sh.
figures: lecture
	mkdir -p docs/figures
	cp lecture/regression/process.svg lecture/emulator/maps.png docs/figures/
	cp lecture/neuron/neuron-drawing.svg docs/figures/neuron.svg

# One layout for Swift, C and the Python package.
format:
	@Scripts/format.sh

# libtern with tern.h, the Fortran module, and what CMake and pkg-config ask for, in build/tern.
lib: setup
	@SWIFT=$(SWIFT) Scripts/lib.sh

# The Python package with all that it needs, python/dist/tern-….whl; `Scripts/wheel.sh --check` tries it.
wheel: build lib
	@Scripts/wheel.sh

# Folders that are there already keep their owner and mode (cp -a would give them this user's).
PREFIX ?= /usr/local
install: build lib
	install -Dm755 .build/release/tern $(DESTDIR)$(PREFIX)/bin/tern
	cp -RP build/tern/. $(DESTDIR)$(PREFIX)/

clean:
	rm -rf .build build lecture lecture.html site
