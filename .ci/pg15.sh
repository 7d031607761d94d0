#!/usr/bin/env bash
# Runs a command with TEST_DATABASE_URL naming Debian's PostgreSQL 15, the oldest we support, started for it alone in a
# temporary folder by the account `postgres`:   .ci/pg15.sh npm test -- src/kernel test/isolation
set -euo pipefail
BIN=/usr/lib/postgresql/15/bin
if [ ! -x "$BIN/postgres" ]; then
  echo "pg15: PostgreSQL 15 is not installed (apt-get install postgresql-15)" >&2
  exit 1
fi

DIR=$(mktemp -d)
# the account may be unable to enter the folder we stand in
as_postgres() { (cd / && runuser -u postgres -- "$@"); }
finish() {
  if [ -e "$DIR/data/postmaster.pid" ]; then
    as_postgres "$BIN/pg_ctl" stop -D "$DIR/data" -m immediate -s || true
  fi
  rm -rf "$DIR"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

PASSWORD=$(od -An -tx1 -N16 /dev/urandom | tr -d ' \n')
(umask 077 && echo "$PASSWORD" >"$DIR/password")
chown -R postgres: "$DIR"
as_postgres "$BIN/initdb" -D "$DIR/data" -U postgres --auth=scram-sha-256 --pwfile="$DIR/password" \
  --encoding=UTF8 --locale=C.UTF-8 >"$DIR/initdb.log"

start() {
  PORT=$((20000 + RANDOM % 12000))
  as_postgres "$BIN/pg_ctl" start -D "$DIR/data" -s -w -l "$DIR/postgres.log" -o \
    "-c listen_addresses=127.0.0.1 -c port=$PORT -c unix_socket_directories='' -c fsync=off"
}
# a port may be taken
start || start || start || { cat "$DIR/postgres.log" >&2; exit 1; }

TEST_DATABASE_URL="postgresql://postgres:$PASSWORD@127.0.0.1:$PORT/postgres" "$@"
