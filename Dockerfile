# The portal for those who run containers: one image for web, worker and beat (see docker-compose.yml).

FROM python:3.13-slim AS build
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt
COPY . .
# Making files of files touches neither database nor broker; the settings only want them named.
RUN TREMPLIN_SECRET_KEY=only-for-this-step DATABASE_URL=postgresql:///none REDIS_URL=redis://none \
    python -m launcher.preparing build && \
    mkdir -p var/files var/beat && \
    python -m compileall -q .

FROM python:3.13-slim
RUN apt-get update && \
    apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 && \
    rm -rf /var/lib/apt/lists/* && \
    useradd --system --uid 10001 --user-group --no-create-home tremplin
COPY --from=build /venv /venv
COPY --from=build --chown=tremplin:tremplin /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 XDG_CACHE_HOME=/tmp
USER tremplin
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 CMD ["python", "-m", "launcher.probe", "/healthz"]
CMD ["python", "-m", "granian", "--interface", "wsgi", "--no-ws", "--workers", "2", "--blocking-threads", "4", "--backpressure", "64", "--respawn-failed-workers", "--respawn-interval", "0.1", "--workers-kill-timeout", "5", "--host", "0.0.0.0", "--port", "8000", "portal.wsgi:application"]
