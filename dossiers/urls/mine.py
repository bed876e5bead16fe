"""After filing (under /ho-so/)."""

from django.urls import path

from dossiers.throttles import uploads
from dossiers.views import additions, leaving, mine

urlpatterns = [
    path("", mine.my_dossiers, name="my-dossiers"),
    path("phieu/<uuid:public_id>/", mine.slip, name="slip"),
    path("ket-qua/<uuid:public_id>/", mine.result, name="result"),
    path("<uuid:public_id>/", mine.dossier, name="dossier"),
    path("<uuid:public_id>/bien-nhan/", mine.receipt, name="receipt"),
    path("<uuid:public_id>/thu-hoi/", leaving.recall, name="recall"),
    path("<uuid:public_id>/rut/", leaving.withdraw, name="withdraw"),
    path(
        "<uuid:public_id>/bo-sung/",
        uploads(additions.answer_additions),
        name="answer-additions",
    ),
]
