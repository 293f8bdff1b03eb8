# One image for web, worker and beat; the command chooses: script/process web|worker|beat.
FROM node:22-slim AS front-end
WORKDIR /portal
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM python:3.13-slim AS packages
COPY requirements.txt ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.13-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libmagic1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /nonexistent portal \
    && install -d -o portal -g portal /data
WORKDIR /portal
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=8000 PORTAL_HOME=/data STATIC_ROOT=/static REMAP_SIGTERM=SIGQUIT
COPY --from=packages /venv /venv
COPY --from=front-end /portal/node_modules ./node_modules
COPY . .
# Collecting needs settings but no server: the values stay in this one step.
RUN python script/compile_messages.py \
    && SECRET_KEY=build DATABASE_URL=postgresql://build REDIS_URL=redis://build \
       python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q apps office_portal
USER portal
VOLUME /data
EXPOSE 8000
CMD ["script/process", "web"]
