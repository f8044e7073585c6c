# Temporal's UI takes the secret of its sign-in from its environment only: this puts it there, within the container.
set -eu
TEMPORAL_AUTH_CLIENT_SECRET=$(cat /run/secrets/temporal-ui-client-secret)
export TEMPORAL_AUTH_CLIENT_SECRET
exec ./start-ui-server.sh
