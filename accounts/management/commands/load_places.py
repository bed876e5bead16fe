from typing import Any

from django.core.management.base import BaseCommand

from accounts.places import load_places


class Command(BaseCommand):
    help = "Nạp 34 tỉnh, thành phố và 3.321 xã, phường, đặc khu. Chạy lại không đổi gì."

    def handle(self, *args: Any, **options: Any) -> None:
        provinces, wards = load_places()
        self.stdout.write(f"Tỉnh, thành phố: {provinces} thay đổi; xã, phường: {wards} thay đổi.")
