#!/bin/sh
# Installs the C libraries that Tern links and the program that draws its figures, where they are missing (Debian, Ubuntu).
set -eu

if ! command -v "${SWIFT:-swift}" >/dev/null 2>&1; then
  echo "Swift is missing: install Swift 6.2 or later from https://www.swift.org/install and put it on PATH." >&2
  exit 1
fi
[ "$(uname)" = Linux ] || exit 0

missing=""
for package in libopenblas-dev zlib1g-dev libnetcdf-dev pkg-config gnuplot-nox fonts-dejavu-core; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "Please install with your package manager:$missing" >&2
  exit 1
fi
as_root=""
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    echo "Please install as root: apt-get install$missing" >&2
    exit 1
  fi
  as_root=sudo
fi
echo "Installing$missing" >&2
$as_root apt-get update -qq
# shellcheck disable=SC2086 # the packages are separate words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null
