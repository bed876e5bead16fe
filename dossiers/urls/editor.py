"""What editors of the catalogue try on dossiers (under /quan-tri/)."""

from django.urls import path

from dossiers.views import rehearsal

urlpatterns = [
    path("ban-soan/<int:pk>/dien-tap/", rehearsal.draft, name="editor-rehearsal"),
    path("dien-tap-ngay-nghi/", rehearsal.days, name="days-rehearsal"),
]
