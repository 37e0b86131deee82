# Shared by the scripts: words, paths, and which Rust to use. Sourced, not run.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/forecourt
TOOLS=${FORECOURT_TOOLS:-$CACHE/tools}
LOGS=${FORECOURT_LOGS:-$CACHE/logs}

CARGO_LEPTOS_VERSION=0.3.11
WASM_BINDGEN_VERSION=0.2.130
LLVM_COV_VERSION=0.9.1
MINIMUM_RUST=1.96 # what cargo-leptos 0.3.11 is built with

# Each group of pages as a piece of WASM of its own, fetched when it is opened (app/src/vehicle/lazy.rs).
# shellcheck disable=SC2034
SPLIT=(--split --lib-features lazy --bin-features lazy)

say() { printf '\033[1;36m▸\033[0m %s\n' "$*"; }
fail() {
  printf '\033[1;31m✗\033[0m %s\n' "$*" >&2
  exit 1
}

# quietly NAME COMMAND…: runs COMMAND into a log file; shows its end if it fails.
quietly() {
  local name=$1 log
  shift
  mkdir -p "$LOGS"
  log=$LOGS/$name.log
  if ! "$@" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    fail "'$*' failed; the whole log: $log"
  fi
}

# What Debian 12 provides. Rust comes from here too where rustup has no WASM target to offer.
SYSTEM_PACKAGES=(build-essential ca-certificates curl git pkg-config libssl-dev mold postgresql-15 redis-server chromium llvm-22 wrk)
DEBIAN_RUST_PACKAGES=(rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web lld-22)

installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'; }

missing_packages() {
  local wanted=("${SYSTEM_PACKAGES[@]}") package
  command -v node >/dev/null && command -v npm >/dev/null || wanted+=(nodejs npm)
  rust_from_rustup || wanted+=("${DEBIAN_RUST_PACKAGES[@]}")
  for package in "${wanted[@]}"; do
    installed "$package" || printf '%s ' "$package"
  done
}

# True if a rustup toolchain new enough has the WASM target, or can be given it. Asked once per process.
rust_from_rustup() {
  if [ -z "${RUST_FROM_RUSTUP:-}" ]; then
    RUST_FROM_RUSTUP=no
    local rustc
    rustc=$(rustup which rustc 2>/dev/null || true)
    if [ -n "$rustc" ] && newer "$("$rustc" --version | cut -d' ' -f2)" "$MINIMUM_RUST"; then
      if [ -d "$(dirname "$rustc")/../lib/rustlib/wasm32-unknown-unknown" ]; then
        RUST_FROM_RUSTUP=yes
      elif ! debian_wasm_ready && timeout 90 rustup target add wasm32-unknown-unknown >/dev/null 2>&1; then
        RUST_FROM_RUSTUP=yes
      fi
    fi
    export RUST_FROM_RUSTUP
  fi
  [ "$RUST_FROM_RUSTUP" = yes ]
}

newer() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | tail -n1)" = "$1" ]; }

# Debian's rustc with the std that scripts/setup-system built for exactly this compiler.
WASM_STD=/usr/lib/rustlib/wasm32-unknown-unknown/built-for
wanted_wasm_std() { printf '%s, with bitcode\n' "$(/usr/bin/rustc --version)"; }
debian_wasm_ready() { [ -x /usr/bin/rustc ] && wanted_wasm_std | cmp -s - "$WASM_STD"; }

# Puts the right Rust, the project's tools and npm's programs on PATH.
use_tools() {
  local llvm
  if ! rust_from_rustup; then
    # cargo looks for its clippy and fmt in its own folder first, unless that stands on PATH: there they may be rustup's.
    PATH=/usr/bin:$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
    unset RUSTUP_TOOLCHAIN
  fi
  # Coverage needs LLVM's tools as new as the compiler; rustup's component llvm-tools is not always to be had.
  llvm=$(ls -d /usr/lib/llvm-[0-9]* 2>/dev/null | sort -V | tail -n1)
  export LLVM_COV=$llvm/bin/llvm-cov LLVM_PROFDATA=$llvm/bin/llvm-profdata
  export PATH=$TOOLS/bin:$ROOT/scripts/bin:$ROOT/end2end/node_modules/.bin:$PATH
}

# From here on cargo compiles the workspace's crates with clippy's compiler, and a warning is an error: a pass of clippy by itself would
# compile 400 crates once more, in the form that lints alone can read.
lint_what_is_compiled() { export RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-Dwarnings; }

target_dir() { printf '%s' "${FORECOURT_TARGET_DIR:-${CARGO_TARGET_DIR:-$ROOT/target}}"; }

# The server's binary of a profile: release, start or debug.
binary() { printf '%s/%s/forecourt' "$(target_dir)" "$1"; }

size_of() { stat -c %s "$@" 2>/dev/null | awk '{ total += $1 } END { printf "%d", total / 1024 }'; }

# with_progress NAME COMMAND…: quietly, but with a line every half minute that says what is being compiled, also into NAME-*.log beside it.
with_progress() {
  local name=$1 log=$LOGS/$1.log started=$SECONDS pid compiled
  shift
  mkdir -p "$LOGS"
  "$@" >"$log" 2>&1 &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    for _ in {1..30}; do
      kill -0 "$pid" 2>/dev/null || break
      sleep 1
    done
    kill -0 "$pid" 2>/dev/null || break
    # The log that was written last comes last.
    compiled=$(ls -tr "$LOGS/$name".log "$LOGS/$name"-*.log 2>/dev/null | tr '\n' '\0' | xargs -0 grep -h Compiling || true)
    printf '  %4d s  %s crates; %s\n' "$((SECONDS - started))" "$(grep -c . <<<"$compiled")" "$(tail -n1 <<<"$compiled" | xargs)"
  done
  wait "$pid" || {
    tail -n 60 "$log" >&2
    fail "'$*' failed; the whole log: $log"
  }
}

# shellcheck source=scripts/services.sh
source "$ROOT/scripts/services.sh"
