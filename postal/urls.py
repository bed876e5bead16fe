from django.urls import path

from postal import callback, views

urlpatterns = [
    path("", views.desk, name="postal-desk"),
    path("<uuid:public_id>/", views.parcel, name="parcel"),
    path("<uuid:public_id>/ban-giao/", views.hand_over, name="parcel-hand-over"),
    path("<uuid:public_id>/gui-lai/", views.send_again, name="parcel-send-again"),
    path("<uuid:public_id>/huy/", views.cancel, name="parcel-cancel"),
    path("goi-lai/<slug:carrier>/", callback.carrier_callback, name="carrier-callback"),
]
