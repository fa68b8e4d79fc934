# The image of web, worker and beat. Everything in it is locked by hash; it runs without root on a read-only disk.
FROM python:3.12-slim AS build
WORKDIR /app
COPY requirements/app.txt requirements/app.txt
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/app.txt
COPY manage.py ./
COPY config config
COPY dashboard dashboard
COPY templates templates
COPY static static
# The key is for this one command, and is not kept.
RUN SECRET_KEY=build-only VAR_DIR=/tmp/build STATIC_ROOT=/app/staticfiles /venv/bin/python manage.py collectstatic --noinput

FROM python:3.12-slim
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin stackdeck
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STATIC_ROOT=/app/staticfiles VAR_DIR=/tmp PORT=8000
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
USER stackdeck
EXPOSE 8000
# gunicorn listens on 0.0.0.0:$PORT when it is told no address.
CMD ["gunicorn", "config.wsgi", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
