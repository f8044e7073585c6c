# Makes the secrets of docker-compose.yml, each a file in secrets/ beside it. What is there stays as it is.
#
#   sh deploy/make-secrets.sh
#
# The folder is its owner's alone. The files in it are readable, for users of the containers read them.
set -eu
umask 077
cd "$(dirname "$0")/.."

keep() {
  [ -e "secrets/$1" ] || printf '%s\n' "$2" >"secrets/$1"
  chmod 644 "secrets/$1"
}

random() {
  head -c "$1" /dev/urandom | base64 | tr -d '\n' | tr '+/' '-_'
}

mkdir -p secrets
chmod 700 secrets
keep keys "k1:$(random 32)" # losing it loses every case: keep a copy away from this machine
keep postgres-password "$(random 24)"
keep crg-db-password "$(random 24)"
keep temporal-db-password "$(random 24)"
keep smtp-password '' # the mail server's, where it asks for one
keep replies-password '' # of the mailbox in which replies are read, where there is one
keep oidc-client-secret '' # the issuer's, where people sign in to the pages with its account
keep temporal-ui-client-secret '' # the issuer's, where Temporal's UI has people sign in
