#!/bin/sh
# Installs what is missing on Debian or Ubuntu: the C libraries that Tern links and the program that draws its figures;
# with --for-tests also Chromium, in which a test looks at the lecture's page (without it that test is skipped); with
# --for-languages what builds the examples of C and Fortran and the Python wheel.
set -eu

if ! command -v "${SWIFT:-swift}" >/dev/null 2>&1; then
  echo "Swift is missing: install Swift 6.2 or later from https://www.swift.org/install and put it on PATH." >&2
  exit 1
fi
[ "$(uname)" = Linux ] || exit 0

missing=""
languages=""
[ "${1:-}" = --for-languages ] && languages="cmake gfortran python3-venv patchelf"
for package in $languages libopenblas-dev zlib1g-dev libdeflate-dev libzstd-dev libblosc-dev libnetcdf-dev pkg-config gnuplot-nox fonts-dejavu-core; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing="$missing $package"
done
browser=""
if [ "${1:-}" = --for-tests ]; then
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || browser=chromium
fi
[ -n "$missing$browser" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  [ -n "$missing" ] || exit 0
  echo "Please install with your package manager:$missing" >&2
  exit 1
fi
as_root=""
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    [ -n "$missing" ] || exit 0
    echo "Please install as root: apt-get install$missing" >&2
    exit 1
  fi
  as_root=sudo
fi
echo "Installing$missing $browser" >&2
$as_root apt-get update -qq
install() {
  # shellcheck disable=SC2086 # the packages are separate words
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
}
# shellcheck disable=SC2086
[ -z "$missing" ] || install $missing
[ -z "$browser" ] || install "$browser" || echo "Chromium could not be installed; the test of the lecture's page is skipped." >&2
