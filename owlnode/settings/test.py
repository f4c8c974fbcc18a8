"""The test suite: real PostgreSQL and Redis given by ``./owl test``, fast password hashing."""

import os
import tempfile

os.environ.setdefault("OWLNODE_BASE_URL", "http://127.0.0.1:8199")
os.environ.setdefault("OWLNODE_SECRET_KEY", "only-for-tests-" * 5)
os.environ.setdefault("OWLNODE_ALLOW_PRIVATE_PEERS", "1")
os.environ.setdefault("OWLNODE_ALLOW_HTTP_PEERS", "1")
# In the folder that ``./owl test`` removes; each process has its own.
os.environ.setdefault("OWLNODE_KEYS_DIR", tempfile.mkdtemp(prefix="keys-", dir=os.environ.get("OWL_TEST_HOME")))
os.environ.setdefault("OWLNODE_FILES_DIR", tempfile.mkdtemp(prefix="files-", dir=os.environ.get("OWL_TEST_HOME")))
os.environ.setdefault("OWLNODE_LOG_FORMAT", "text")
os.environ.setdefault("OWLNODE_STA_ACCESS_SECONDS", "0")
os.environ.setdefault("OWLNODE_REQUIRE_MFA", "0")
# Processes of the suite that run side by side count and queue apart: each in a numbered database of the one server.
if "?virtual_host=" in os.environ.get("REDIS_URL", "") and "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["REDIS_URL"] = (
        os.environ["REDIS_URL"].partition("?")[0]
        + f"?virtual_host={1 + int(os.environ['PYTEST_XDIST_WORKER'].removeprefix('gw')) % 63}"
    )

from owlnode.settings.dev import *  # noqa: F403
from owlnode.settings.dev import DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
CELERY_TASK_ALWAYS_EAGER = False
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Emptying tables between tests is the one TRUNCATE that the guards in the database let through.
DATABASES["default"]["OPTIONS"]["options"] = "-c owl.flush=on"
# Tests speak the language of the code, so that a better German wording breaks none of them.
LANGUAGE_CODE = "en"
