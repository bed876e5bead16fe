"""Is the ledger as it was written? `manage.py verify_audit` asks, a task anchors every day."""
