"""After filing (under /ho-so/)."""

from django.urls import path

from dossiers.throttles import uploads
from dossiers.views import additions, additions_saving, leaving, messages, mine, waiting

urlpatterns = [
    path("", mine.my_dossiers, name="my-dossiers"),
    path("phieu/<uuid:public_id>/", mine.slip, name="slip"),
    path("ket-qua/<uuid:public_id>/", mine.result, name="result"),
    path("<uuid:public_id>/", mine.dossier, name="dossier"),
    path("<uuid:public_id>/bien-nhan/", mine.receipt, name="receipt"),
    path("<uuid:public_id>/thoi-han/", waiting.deadline, name="dossier-deadline"),
    path("<uuid:public_id>/nhac/", waiting.nudge, name="nudge"),
    path("<uuid:public_id>/tin-nhan/", uploads(messages.citizen), name="messages"),
    path("<uuid:public_id>/tin-nhan/da-doc/", messages.citizen_read, name="messages-read"),
    path("tep-tin-nhan/<uuid:public_id>/", messages.file, name="message-file"),
    path("<uuid:public_id>/thu-hoi/", leaving.recall, name="recall"),
    path("<uuid:public_id>/rut/", leaving.withdraw, name="withdraw"),
    path(
        "<uuid:public_id>/bo-sung/",
        uploads(additions.answer_additions),
        name="answer-additions",
    ),
    path("<uuid:public_id>/bo-sung/tu-luu/", additions_saving.save, name="additions-autosave"),
    path("<uuid:public_id>/bo-sung/khoa/", additions_saving.key, name="additions-key"),
]
