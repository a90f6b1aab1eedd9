# Officina in one image: the server, its command line and the built web client.
#
#   docker build -t officina .
#   docker run --rm officina --help
#
# The image holds PyAV's wheels, which bundle libx264 and libx265 (GPL); Officina itself is Apache-2.0.

FROM node:24-bookworm-slim AS web
WORKDIR /web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN npm run build

FROM python:3.13-slim-bookworm AS packages
COPY requirements/bootstrap.txt requirements/runtime.txt /requirements/
RUN python -m pip install --no-cache-dir --require-hashes -r /requirements/bootstrap.txt \
    && python -m venv --without-pip /opt/officina \
    && uv pip install --python /opt/officina/bin/python --no-cache --compile-bytecode \
        --require-hashes -r /requirements/runtime.txt

FROM python:3.13-slim-bookworm
RUN groupadd --gid 10001 officina \
    && useradd --uid 10001 --gid officina --no-create-home --home-dir /data --shell /usr/sbin/nologin officina \
    && install -d -o officina -g officina -m 0700 /data
COPY --from=packages /opt/officina /opt/officina
WORKDIR /app
COPY LICENSE pyproject.toml ./
COPY loadtest loadtest
COPY media media
COPY recordings recordings
COPY signaling signaling
COPY server server
COPY --from=web /web/dist web/dist
ENV PATH=/opt/officina/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    OFFICINA_DATA_DIR=/data \
    OFFICINA_WEB_DIR=/app/web/dist \
    OFFICINA_HOST=0.0.0.0 \
    OFFICINA_PORT=8080 \
    OFFICINA_LOG_FORMAT=json
USER officina
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['OFFICINA_PORT'] + '/readyz', timeout=2)"]
ENTRYPOINT ["python", "-m", "server"]
CMD ["serve"]
