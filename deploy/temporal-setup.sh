# The address and the namespace come from the environment.
set -eu
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 90d
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  known=$(temporal operator search-attribute list) && break
  sleep 2 # a new namespace takes a moment to be known everywhere
done
for pair in CaseStage=Keyword CaseRoute=Keyword NextDeadline=Keyword NextDeadlineAt=Datetime Overdue=Bool Edition=Keyword; do
  if ! echo "$known" | grep -qw "${pair%=*}"; then
    temporal operator search-attribute create --name "${pair%=*}" --type "${pair#*=}"
  fi
done
