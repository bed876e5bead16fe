"""The portal's WSGI application with one named guard taken out (FILING_TWIN), and with a pause
in the middle of filing (FILING_PAUSE, seconds), where a kill hurts most."""

import os
import threading
import time

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.db import connection, transaction  # noqa: E402
from django.http import HttpResponse  # noqa: E402

from dossiers.actions import filing  # noqa: E402
from portal.lib import hints  # noqa: E402
from portal.views import errors  # noqa: E402

TWIN = os.environ.get("FILING_TWIN", "")
PAUSE = float(os.environ.get("FILING_PAUSE", "0"))
next_code = filing.next_code


def paused_code(agency, at):
    code = next_code(agency, at)
    time.sleep(PAUSE)
    return code


def code_of_its_own(agency, at):
    """The code is taken in a transaction that ends before the filing's own."""
    taken = []

    def take():
        try:
            with transaction.atomic():
                taken.append(next_code(agency, at))
        finally:
            connection.close()

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    time.sleep(PAUSE)
    return taken[0]


if PAUSE:
    filing.next_code = paused_code
if TWIN == "one transaction":
    filing.next_code = code_of_its_own
if TWIN == "hints in a thread":
    hints._put = lambda note: hints.send(note[0], {})
if TWIN == "sentence for a database that is away":
    errors.unavailable = lambda request: HttpResponse(status=500)
