from django.urls import path

from dossiers.views import officer

urlpatterns = [
    path("", officer.officer_home, name="officer-home"),
    path("ho-so/", officer.queue, name="officer-queue"),
]
