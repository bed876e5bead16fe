"""Is this container's web server well? Used by Docker; exits 0 or 1.

Asks /healthz on port 8000 under the portal's own name: any other is refused.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit

connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=5)
try:
    host = urlsplit(os.environ.get("SITE_URL", "")).netloc or "127.0.0.1"
    connection.request("GET", "/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
    sys.exit(connection.getresponse().status != 200)
except (OSError, http.client.HTTPException) as error:
    sys.exit(f"no answer: {error}")
