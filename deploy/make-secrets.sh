#!/bin/sh
# Writes the secrets that docker-compose.yml mounts: deploy/make-secrets.sh [FOLDER]
#
# Only what is missing is made, so that running it again changes nothing. Back the folder up: without token_key
# everybody is logged out, without audit_key no new checkpoint continues the old log.
set -eu
cd "$(dirname "$0")"
folder=${1:-secrets}
umask 077
mkdir -p "$folder"
cd "$folder"

# Containers run as users of their own and see the files as they are here: the folder is the lock on them.
write() {
    cat >"$1.new"
    chmod 0444 "$1.new"
    mv "$1.new" "$1"
    echo "$1"
}

random() { openssl rand -hex 24; }

[ -f postgres_password ] || random | write postgres_password
[ -f valkey_password ] || random | write valkey_password
[ -f turn_secret ] || random | write turn_secret
[ -f bus_key ] || openssl rand -base64 32 | write bus_key
[ -f token_key ] || openssl genpkey -algorithm ed25519 | write token_key
[ -f audit_key ] || openssl genpkey -algorithm ed25519 | write audit_key
[ -f database_url ] ||
    echo "postgresql://officina:$(cat postgres_password)@postgres:5432/officina" | write database_url
[ -f redis_url ] || echo "redis://:$(cat valkey_password)@valkey:6379/0" | write redis_url
[ -f s3_config ] || write s3_config <<JSON
{
  "identities": [
    {
      "name": "officina",
      "credentials": [{"accessKey": "officina", "secretKey": "$(random)"}],
      "actions": ["Admin", "Read", "List", "Tagging", "Write"]
    }
  ]
}
JSON
