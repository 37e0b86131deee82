# Private PostgreSQL and Redis for whatever needs them while it runs. Sourced by lib.sh, not run.
# shellcheck shell=bash

# start_services DIR: private PostgreSQL and Redis under DIR; exports their URLs. The server's own embedded ones do the work.
start_services() {
  local out=$LOGS/services.log binary
  mkdir -p "$LOGS"
  binary=${FORECOURT_BINARY:-$(target_dir)/debug/forecourt}
  rm -f "$out" # the URLs of an earlier run must not be read
  FORECOURT_VAR_DIR=$1 "$binary" services >"$out" 2>"$out.err" &
  SERVICES_PID=$!
  trap stop_services EXIT
  for _ in {1..300}; do
    if grep -qs '^FORECOURT_REDIS_URL=' "$out"; then
      set -a
      # shellcheck disable=SC1090
      source <(grep -E '^FORECOURT_(DATABASE|REDIS)_URL=' "$out")
      set +a
      return
    fi
    kill -0 "$SERVICES_PID" 2>/dev/null || break
    sleep 0.1
  done
  cat "$out" "$out.err" >&2
  fail "PostgreSQL and Redis did not start"
}

stop_services() {
  [ -n "${SERVICES_PID:-}" ] || return 0
  kill "$SERVICES_PID" 2>/dev/null || true
  wait "$SERVICES_PID" 2>/dev/null || true
  SERVICES_PID=''
}
