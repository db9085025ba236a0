#!/usr/bin/env bash
# Links a built product once more, with the Swift runtime within, so that it runs where there is no Swift:
#
#     Scripts/link.sh PRODUCT FILE [FLAG ...]     the flags are swiftc's
#
# Foundation's runtime holds 34 MB of names and formats of all the world's languages. Nothing here speaks any of them
# but numbers and ISO dates, so an empty package of such data (ICU's own format) stands in for them.
set -euo pipefail
cd "$(dirname "$0")/.."
product=$1 file=$2
shift 2
swiftc=$(command -v "${SWIFT:-swift}")c
objects=$(find -L ".build/release/$product.product" -name Objects.LinkFileList)
libraries=$(Scripts/libraries.sh)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
icu=$(dirname "$(realpath "$swiftc")")/../lib/swift_static/linux/lib_FoundationICU.a
data=$(nm "$icu" 2>/dev/null | sed -n 's/.* R \(icudt[0-9]*_dat\)$/\1/p' | head -n 1)
[[ -n $data ]] || { echo "$icu holds no data named icudt…_dat; please mend Scripts/link.sh for this Swift." >&2; exit 1; }
# The header of a table of contents (size, magic, then sizes, byte order, format "ToCP" 1), and no entries.
cat > "$work/data.s" <<ASSEMBLY
    .section .rodata
    .globl $data
    .balign 16
$data:
    .short 32
    .byte 0xda, 0x27
    .short 20, 0
    .byte 0, 0, 2, 0
    .ascii "ToCP"
    .byte 1, 0, 0, 0, 0, 0, 0, 0
    .zero 8
    .long 0
    .section .note.GNU-stack, "", @progbits
ASSEMBLY
cc -c "$work/data.s" -o "$work/data.o"

mkdir -p "$(dirname "$file")"
"$swiftc" -static-stdlib -use-ld=lld "@$objects" "$work/data.o" -o "$file" -Xlinker --gc-sections -Xlinker --strip-all \
  -Xlinker --no-undefined "$@" $libraries -lm -lmvec -lCoreFoundation -l_FoundationICU -l_FoundationCShims \
  -l_FoundationCollections
