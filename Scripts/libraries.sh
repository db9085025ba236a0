#!/usr/bin/env bash
# What a linker is told of the system's libraries that Package.swift names.
set -euo pipefail
cd "$(dirname "$0")/.."
sed -n 's/.*pkgConfig: "\([a-z]*\)".*/\1/p' Package.swift | sort -u | xargs pkg-config --libs
