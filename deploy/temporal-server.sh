# Temporal's server takes the database's password from its environment only: this puts it there, within the container.
set -eu
POSTGRES_PWD=$(cat /run/secrets/temporal-db-password)
export POSTGRES_PWD
exec /etc/temporal/entrypoint.sh
