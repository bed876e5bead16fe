"""Questions: the asker's own (under /hoi-dap/) and the office's (under /mot-cua/hoi-dap/).
Those of a procedure stand below its page, the editors' below /quan-tri/."""

from django.urls import path

from procedures.views import office_questions, questions

urlpatterns = [
    path("hoi-dap/cua-toi/", questions.mine, name="my-questions"),
    path("hoi-dap/<uuid:public_id>/", questions.question, name="question"),
    path("hoi-dap/<uuid:public_id>/co-ich/", questions.helped, name="question-helped"),
    path("thu-tuc/<str:code>/hoi/", questions.ask, name="ask-question"),
    path("thu-tuc/<str:code>/hoi-dap/", questions.of_procedure, name="procedure-questions"),
    path("mot-cua/hoi-dap/", office_questions.index, name="office-questions"),
    path("mot-cua/hoi-dap/<uuid:public_id>/", office_questions.question, name="office-question"),
    path(
        "mot-cua/hoi-dap/<uuid:public_id>/tu-choi/",
        office_questions.reject,
        name="office-question-reject",
    ),
]
