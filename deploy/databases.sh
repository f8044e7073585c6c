# Run once, by PostgreSQL's image, when its volume is empty. psql reads the passwords: no command line shows them.
psql --set ON_ERROR_STOP=1 --username postgres --dbname postgres <<'SQL'
\set crg `cat /run/secrets/crg-db-password`
\set temporal `cat /run/secrets/temporal-db-password`
CREATE ROLE crg LOGIN PASSWORD :'crg';
CREATE DATABASE crg OWNER crg;
CREATE ROLE temporal LOGIN PASSWORD :'temporal';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
SQL
