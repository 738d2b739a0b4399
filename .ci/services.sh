# Servers that some tests talk to, each on a free port of the loopback, with its files in a folder of its own. Sourced by
# `.ci/run`; to have them in a shell of yours: `source .ci/services.sh; start_services /tmp/some-folder`, and stop_services.
#
# What is missing is installed where that is possible: on Debian, as root. Where it is not, nothing fails here: the
# variable stays unset, and the tests that need it are skipped and say so.
#
#   BRINE_TEST_REDIS          redis://127.0.0.1:<port>, a Redis that keeps nothing on disk
#   BRINE_TEST_REDIS_SERVER   the program, for tests that stop and start one of their own
#   BRINE_TEST_POSTGRES       the folder of PostgreSQL's programs (initdb, postgres)

service_pids=()

# The programs that are there, or a package that brings them.
install_services() {
  local wanted=()
  command -v redis-server >/dev/null || wanted+=(redis-server)
  [ -n "$(postgres_folder)" ] || wanted+=(postgresql)
  # A client of Jupyter, and what runs notebooks with it.
  /usr/bin/python3 -c 'import nbclient' 2>/dev/null || wanted+=(python3-nbclient)
  if [ "${#wanted[@]}" -eq 0 ]; then return 0; fi
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "not installed here: ${wanted[*]}"
    return 0
  fi
  local apt=(apt-get -o DPkg::Lock::Timeout=120 -q)
  # Nobody wants a server to start by itself.
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
  "${apt[@]}" install -y --no-install-recommends "${wanted[@]}" ||
    { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "${wanted[@]}"; }
}

# start_services <folder>: starts what is there and exports where it is.
start_services() {
  local folder="$1"
  BRINE_TEST_POSTGRES="$(postgres_folder)"
  if [ -n "$BRINE_TEST_POSTGRES" ]; then export BRINE_TEST_POSTGRES; else unset BRINE_TEST_POSTGRES; fi
  if command -v redis-server >/dev/null; then start_redis "$folder"; fi
}

# Another process may take the port between the look and the start, so it is tried more than once.
start_redis() {
  local folder="$1/redis" port tries
  mkdir -p "$folder"
  for tries in 1 2 3; do
    port="$(free_port)"
    redis-server --bind 127.0.0.1 --port "$port" --dir "$folder" --save '' --appendonly no --daemonize no \
      >"$folder/log" 2>&1 &
    local pid=$!
    # Whoever waits for all that runs in the background does not wait for a server.
    disown "$pid"
    if answers "$port" "$pid"; then
      service_pids+=("$pid")
      export BRINE_TEST_REDIS="redis://127.0.0.1:$port" BRINE_TEST_REDIS_SERVER
      BRINE_TEST_REDIS_SERVER="$(command -v redis-server)"
      return 0
    fi
    kill "$pid" 2>/dev/null
  done
  echo "redis-server did not start:"
  cat "$folder/log"
  return 1
}

stop_services() {
  local pid
  for pid in "${service_pids[@]}"; do kill "$pid" 2>/dev/null; done
  for pid in "${service_pids[@]}"; do
    for _ in $(seq 30); do kill -0 "$pid" 2>/dev/null && sleep 0.1 || break; done
  done
  service_pids=()
}

# The newest folder that has the program, of those where Debian puts it.
postgres_folder() {
  local found
  for found in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V -r); do
    if [ -x "$found/initdb" ]; then
      echo "$found"
      return 0
    fi
  done
}

free_port() {
  node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); });'
}

# answers <port> <pid>: whether it answers a PING within five seconds, as long as its process runs.
answers() {
  local tries
  for tries in $(seq 50); do
    kill -0 "$2" 2>/dev/null || return 1
    if (exec 3<>"/dev/tcp/127.0.0.1/$1" && printf 'PING\r\n' >&3 && read -r -t 1 line <&3 && [ "${line%%[[:space:]]}" = +PONG ]) 2>/dev/null; then
      return 0
    fi
    sleep 0.1
  done
  return 1
}
