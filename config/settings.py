"""The only settings module. Every operator choice is an environment variable, documented in docs/configuration.md."""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from config.env import BASE_DIR, env, own_secret, secret
from config.schedule import BEAT_SCHEDULE

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = secret("SECRET_KEY", default="")
# Encrypts secrets at rest. Comma separated, newest first; old keys stay until `manage.py rotate_keys` has run.
ENCRYPTION_KEYS = [key for key in secret("ENCRYPTION_KEYS", default="").split(",") if key]
# Where `make run` and `make demo` listen, on loopback.
PORT = env.int("PORT", default=8000)
SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
PRICES_DIR = Path(env.str("PRICES_DIR", default=str(VAR_DIR / "prices")))

INSTALLED_APPS = [
    "dashboard.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "ninja",
    "csp",
    "axes",
    "auditlog",
    "dashboard.apps.DashboardConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "dashboard.pages.middleware.TimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "dashboard.pages.context.shell",
            ],
        },
    },
]

# -- database -------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url_config(secret("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'stackdeck.sqlite3'}"))}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE and WAL together end "database is locked" between web and worker.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["OPTIONS"] = {
        # A database that is down is said within seconds, not after the pool's own half minute.
        "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=16), "timeout": 5},
        "connect_timeout": 3,
    }
# One machine with its own database file may keep its own key beside it; it is made when the first secret is stored.
EMBEDDED = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3" and not HTTPS
ENCRYPTION_KEY_FILE = VAR_DIR / "encryption.key" if EMBEDDED and not ENCRYPTION_KEYS else None
if not SECRET_KEY:
    SECRET_KEY = own_secret(VAR_DIR / "secret.key") if EMBEDDED else secret("SECRET_KEY")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- tasks ----------------------------------------------------------------------------------------

REDIS_URL = secret("REDIS_URL", default="")
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 180
CELERY_TASK_SOFT_TIME_LIMIT = 150
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_TASK_ACKS_LATE = True
    CELERY_TASK_REJECT_ON_WORKER_LOST = True
    CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "visibility_timeout": 300,
        "unacked_restore_interval": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 1,
    }
else:
    CELERY_BROKER_URL = "filesystem://localhost"  # without a name kombu warns at each start
    _QUEUE_DIR = VAR_DIR / "queue"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_QUEUE_DIR / "messages"),
        "data_folder_out": str(_QUEUE_DIR / "messages"),
        "control_folder": str(_QUEUE_DIR / "control"),
    }
    for _folder in ("messages", "control"):
        (_QUEUE_DIR / _folder).mkdir(parents=True, exist_ok=True)

# -- AWS ------------------------------------------------------------------------------------------

# The endpoint itself is botocore's own AWS_ENDPOINT_URL: only the environment can set it.
AWS_CONNECT_TIMEOUT = env.float("AWS_CONNECT_TIMEOUT", default=3.0)
AWS_READ_TIMEOUT = env.float("AWS_READ_TIMEOUT", default=20.0)
AWS_MAX_ATTEMPTS = env.int("AWS_MAX_ATTEMPTS", default=4)
AWS_THREADS = env.int("AWS_THREADS", default=8)
# The first of these tags that a stack or resource carries names its environment, or its owner.
ENVIRONMENT_TAG_KEYS = env.list("ENVIRONMENT_TAG_KEYS", default=["environment", "env", "stage"])
OWNER_TAG_KEYS = env.list("OWNER_TAG_KEYS", default=["owner", "team"])

# -- collecting -----------------------------------------------------------------------------------

DISCOVER_EVERY = timedelta(minutes=env.int("DISCOVER_EVERY_MINUTES", default=15))
# Polls queued or running at once, over all workers.
POLLS_AT_ONCE = env.int("POLLS_AT_ONCE", default=8)
METRIC_DELAY = timedelta(seconds=env.int("METRIC_DELAY_SECONDS", default=120))
METRIC_OVERLAP = timedelta(minutes=env.int("METRIC_OVERLAP_MINUTES", default=15))
BACKFILL = timedelta(days=env.int("BACKFILL_DAYS", default=14))
KEEP_POINTS = timedelta(days=env.int("KEEP_POINTS_DAYS", default=63))
KEEP_HOURLY = timedelta(days=env.int("KEEP_HOURLY_DAYS", default=455))
KEEP_RUNS = timedelta(days=env.int("KEEP_RUNS_DAYS", default=14))
MONTHLY_CAP_USD = env.str("MONTHLY_CAP_USD", default="50")
COST_PAGES_PER_DAY = env.int("COST_PAGES_PER_DAY", default=60)
# Traces are closed and settled this long after their end.
TRACE_DELAY = timedelta(seconds=env.int("TRACE_DELAY_SECONDS", default=180))
TRACES_PER_SPAN = env.int("TRACES_PER_SPAN", default=1000)
TRACE_BACKFILL = timedelta(hours=env.int("TRACE_BACKFILL_HOURS", default=6))
TRACE_DOCUMENTS_PER_SPAN = env.int("TRACE_DOCUMENTS_PER_SPAN", default=3)
KEEP_TRACE_MINUTES = timedelta(days=env.int("KEEP_TRACE_MINUTES_DAYS", default=3))
KEEP_TRACE_TENS = timedelta(days=env.int("KEEP_TRACE_TENS_DAYS", default=30))
KEEP_TRACES = timedelta(days=env.int("KEEP_TRACES_DAYS", default=30))
KEEP_DOCUMENTS = timedelta(days=env.int("KEEP_DOCUMENTS_DAYS", default=30))

# -- sign-in and security -------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "dashboard.access.read.UserBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "overview"
LOGOUT_REDIRECT_URL = "sign_in"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_CALLABLE = "dashboard.pages.sign_in.refuse_locked"
AXES_CLIENT_IP_CALLABLE = "dashboard.pages.sign_in.address_of"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=HTTPS)
# Exactly one proxy in front, which sets X-Forwarded-Proto and appends the client to X-Forwarded-For.
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked by machines inside the house
# Lets Prometheus read /metrics from another machine; without it only this machine may.
METRICS_TOKEN = secret("METRICS_TOKEN", default="")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=14 * 24) * 3600
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# -- files, language, mail, logs ------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.ModuleStaticFilesStorage"},
}
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
DATE_FORMAT, DATETIME_FORMAT, TIME_FORMAT = "j M Y", "j M Y H:i", "H:i"
YEAR_MONTH_FORMAT, MONTH_DAY_FORMAT = "M Y", "j M"

vars().update(env.email_url_config(secret("EMAIL_URL", default="consolemail://")))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Stackdeck <stackdeck@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# -- telling people -------------------------------------------------------------------------------

# Networks beside the public ones that webhooks may be in; there, plain http is allowed too.
NOTIFY_ALLOWED_NETWORKS = env.list("NOTIFY_ALLOWED_NETWORKS", default=[])
# Whoever holds the link of a message may acknowledge its alert; off: sign-in is asked first.
ALERT_LINKS_WITHOUT_SIGN_IN = env.bool("ALERT_LINKS_WITHOUT_SIGN_IN", default=False)
KEEP_DIGESTS = timedelta(days=env.int("KEEP_DIGESTS_DAYS", default=400))
KEEP_DELIVERIES = timedelta(days=env.int("KEEP_DELIVERIES_DAYS", default=90))
# How long a collector may bring nothing before that is told.
SILENCE_AFTER = timedelta(minutes=env.int("SILENCE_AFTER_MINUTES", default=30))
# An outside watchdog (healthchecks.io or alike) that is pinged while everything works.
HEARTBEAT_PING_URL = secret("HEARTBEAT_PING_URL", default="")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "dashboard.access.redaction.RedactingFormatter",  # no secrets in logs
            "format": "{asctime} {levelname:<7} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
