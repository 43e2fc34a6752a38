#!/usr/bin/env bash
# Finds or makes a standard library for wasm32-unknown-unknown.
#
#   env $(xtask/setup-wasm.sh) cargo build --target wasm32-unknown-unknown
#   xtask/setup-wasm.sh --check        # look only; exit 3 when there is nothing to build with
#
# stdout: NAME=value lines for the environment of that one build; none where the active toolchain is enough.
# stderr: one line that says what was found or done.
#
# Tried in this order:
#   1. the active toolchain has the target (somebody ran `rustup target add wasm32-unknown-unknown`);
#   2. a library that an earlier run built, for the compiler that is installed now;
#   3. on Debian, as root: the packages rustc-web and rust-web-src; their library is compiled once (about 40 s).
# Toolchain parts are never fetched here: that is the user's decision.
set -euo pipefail

readonly target=wasm32-unknown-unknown
readonly compiler=/usr/bin/rustc                    # Debian's; rustup's proxies live in the home directory
readonly source=/usr/lib/rustlib/src/rust/library
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
home=${WASM_SYSROOT:-${CARGO_TARGET_DIR:-$here/target}/wasm-sysroot}

note() { printf 'setup-wasm: %s\n' "$*" >&2; }
fail() { note "error: $*; or run: rustup target add $target"; exit 1; }
holds_core() { [ -n "$(find "$1" -maxdepth 1 -name 'libcore-*.rlib' -print -quit 2>/dev/null)" ]; }
compiler_version() { [ -x "$compiler" ] && "$compiler" -vV | awk '/^(release|commit-hash|LLVM)/ { printf "%s ", $2 }'; }

look_only=no
case "${1-}" in
  "") ;;
  --check) look_only=yes ;;
  *) note "unknown argument $1 (there is only --check)"; exit 2 ;;
esac

active=$(env -u RUSTC rustc --print target-libdir --target "$target" 2>/dev/null || true)
if [ -n "$active" ] && holds_core "$active"; then
  note "the active toolchain has $target"
  exit 0
fi

# The linker comes with the active toolchain; Debian's compiler package has none.
host=$(env -u RUSTC rustc -vV | awk '/^host:/ { print $2 }')
linker=$(env -u RUSTC rustc --print sysroot)/lib/rustlib/$host/bin/rust-lld

# The library alone stands in the folder: the target's crates get it by --sysroot, while build scripts and
# procedural macros go on using the compiler's own.
answer() {
  note "$1: $("$compiler" -V), library in $home"
  echo "RUSTC=$compiler"
  echo "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$linker"
  echo "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS=--sysroot=$home"
}

fresh() {
  [ -x "$compiler" ] && [ -x "$linker" ] && [ -f "$home/made-by" ] \
    && [ "$(cat "$home/made-by")" = "$(compiler_version)" ] && holds_core "$home/lib/rustlib/$target/lib"
}
if fresh; then answer "found"; exit 0; fi

if [ "$look_only" = yes ]; then note "no library for $target yet"; exit 3; fi
[ -x "$linker" ] || fail "the active toolchain has no rust-lld"

if ! [ -x "$compiler" ] || ! [ -d "$source" ]; then
  command -v apt-get >/dev/null || fail "no library for $target, and this is no Debian"
  [ "$(id -u)" = 0 ] || fail "no library for $target; as root: apt-get install rustc-web rust-web-src"
  note "installing rustc-web and rust-web-src"
  {
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends rustc-web rust-web-src
  } >/dev/null 2>&1 || fail "apt-get could not install rustc-web and rust-web-src"
fi

mkdir -p "$(dirname "$home")"
home=$(cd "$(dirname "$home")" && pwd)/$(basename "$home")
scratch=$home.new.$$
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/crate/src" "$scratch/tree/lib/rustlib/$target/lib"
cat >"$scratch/crate/Cargo.toml" <<'TOML'
[package]
name = "nothing"
version = "0.0.0"
edition = "2024"

[workspace]

[profile.release]
panic = "abort"
TOML
echo '#![no_std]' >"$scratch/crate/src/lib.rs"

# `env -u`: flags and wrappers that were meant for the product must not reach the library. RUSTC_BOOTSTRAP holds
# for this one command: crates that see it switch on unstable code.
if ! (cd "$scratch/crate" && env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS -u CARGO_BUILD_TARGET \
    -u RUSTC_WRAPPER -u RUSTC_WORKSPACE_WRAPPER \
    RUSTC_BOOTSTRAP=1 RUSTC="$compiler" CARGO_TARGET_DIR="$scratch/out" \
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$linker" \
    cargo build --release --target "$target" -Zbuild-std=std,panic_abort) >"$scratch/log" 2>&1; then
  tail -n 15 "$scratch/log" >&2
  fail "the library for $target did not compile"
fi
find "$scratch/out/$target/release/deps" \( -name 'lib*.rlib' -o -name 'lib*.rmeta' \) ! -name 'libnothing-*' \
  -exec cp -t "$scratch/tree/lib/rustlib/$target/lib" {} +
holds_core "$scratch/tree/lib/rustlib/$target/lib" || fail "the library was compiled but libcore is not there"
compiler_version >"$scratch/tree/made-by"
rm -rf "$home"
mv "$scratch/tree" "$home"
answer "built"
