"""The whole system on one machine: Temporal's own server, worker, API and a mail catcher, started by one command."""
