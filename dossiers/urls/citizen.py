from django.urls import path

from dossiers.views import mine

urlpatterns = [
    path("", mine.my_dossiers, name="my-dossiers"),
    path("<uuid:public_id>/", mine.dossier, name="dossier"),
]
