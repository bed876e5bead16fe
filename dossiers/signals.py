"""The one signal of this package.

`dossier_moved` is sent inside the transaction of the move, with `send`: an error in a
receiver rolls the move back. Receivers write only their own rows.
Arguments: `dossier` (moved, saved), `event` (Event).
"""

from django.dispatch import Signal

dossier_moved = Signal()
