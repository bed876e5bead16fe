from django.urls import path

from notices import views

urlpatterns = [path("", views.inbox, name="inbox")]
