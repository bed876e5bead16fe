from django.urls import path

from dossiers.views import track

urlpatterns = [path("", track.track, name="track")]
