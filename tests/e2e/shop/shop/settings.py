# SPDX-License-Identifier: GPL-3.0-or-later
"""A shop with a transactional outbox. The servers come from the environment: SHOP_PG_HOST (a socket
directory or a host), SHOP_PG_PORT, SHOP_REDIS_URL."""
import os

SECRET_KEY = "for tests on private servers only"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["orders", "billing"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ["SHOP_PG_HOST"],
        "PORT": os.environ.get("SHOP_PG_PORT", "5432"),
        "NAME": os.environ.get("SHOP_PG_NAME", "postgres"),
        "USER": os.environ.get("SHOP_PG_USER", "postgres"),
    }
}
REDIS_URL = os.environ["SHOP_REDIS_URL"]
CELERY_BROKER_URL = os.environ.get("SHOP_CELERY_URL", REDIS_URL)
CELERY_TASK_DEFAULT_QUEUE = "celery"
