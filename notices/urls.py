from django.urls import path

from notices import views

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("da-doc/", views.read_all, name="inbox-read-all"),
    path("<int:pk>/", views.notice, name="notice"),
    path("<int:pk>/mo/", views.open_notice, name="notice-open"),
]
