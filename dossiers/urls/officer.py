"""The officers' side (under /mot-cua/)."""

from django.urls import path

from dossiers.throttles import issues, uploads
from dossiers.views import (
    helping,
    officer,
    officer_beside,
    officer_bulk,
    officer_fees,
    officer_holding,
    officer_keeping,
    officer_messages,
    officer_moves,
    officer_queue,
    officer_slips,
    officer_withdrawal,
    register,
)

ONE = "ho-so/<uuid:public_id>/"

urlpatterns = [
    path("", officer.officer_home, name="officer-home"),
    path("nop-giup/", helping.start, name="help-start"),
    path("nop-giup/<uuid:public_id>/", uploads(helping.consent), name="help-consent"),
    path("nop-giup/<uuid:public_id>/xong/", helping.helped, name="helped"),
    path("ho-so/", officer_queue.queue, name="officer-queue"),
    path("nhan/", officer_keeping.own_labels, name="officer-labels"),
    path("nhan/<int:pk>/xoa/", officer_keeping.drop_label, name="officer-label-drop"),
    path("bo-loc/them/", officer_keeping.new_view, name="officer-view-new"),
    path("bo-loc/<int:pk>/", officer_keeping.view, name="officer-view"),
    path("bo-loc/<int:pk>/xoa/", officer_keeping.drop_view, name="officer-view-drop"),
    path("nhieu-ho-so/", officer_bulk.confirm, name="officer-bulk-confirm"),
    path("nhieu-ho-so/<int:pk>/", officer_bulk.result, name="officer-bulk"),
    path("nhieu-ho-so/<int:pk>/tien-do/", officer_bulk.progress, name="officer-bulk-progress"),
    path("nhieu-ho-so/<int:pk>/thu-lai/", officer_bulk.undo, name="officer-bulk-undo"),
    path("ban-giao/", officer_bulk.desk_over, name="officer-desk-over"),
    path("so-theo-doi/", register.page, name="register"),
    path("so-theo-doi/bang-tinh/", register.sheet, name="register-sheet"),
    path("so-theo-doi/lap-quyen/", issues(register.issue), name="register-issue"),
    path("so-theo-doi/quyen/<uuid:public_id>/", register.volume, name="register-volume"),
    path("dan-cho/", officer_messages.waiting, name="officer-waiting"),
    path(f"{ONE}tin-nhan/", uploads(officer_messages.thread), name="officer-messages"),
    path(f"{ONE}tin-nhan/da-doc/", officer_messages.thread_read, name="officer-messages-read"),
    path(ONE, officer.dossier, name="officer-dossier"),
    path(
        f"{ONE}giay-to/<uuid:paper_id>/doi-chieu/", officer_beside.compare, name="officer-compare"
    ),
    path(f"{ONE}ghi-chu/", officer_beside.note, name="officer-note"),
    path(f"{ONE}ghi-chu/<int:number>/go/", officer_beside.remove_note, name="officer-note-remove"),
    path(f"{ONE}xin-y-kien/", officer_beside.ask_opinion, name="officer-ask-opinion"),
    path("y-kien/", officer_beside.opinions, name="officer-opinions"),
    path("y-kien/<uuid:opinion_id>/", officer_beside.opinion, name="officer-opinion"),
    path(
        "y-kien/<uuid:opinion_id>/thoi/",
        officer_beside.cancel_opinion,
        name="officer-opinion-cancel",
    ),
    path(
        "y-kien/<uuid:opinion_id>/giay-to/<uuid:paper_id>/",
        officer_beside.opinion_paper,
        name="officer-opinion-paper",
    ),
    path(f"{ONE}nhan-viec/", officer_holding.claim, name="officer-claim"),
    path(f"{ONE}giao-viec/", officer_holding.assign, name="officer-assign"),
    path(f"{ONE}tra-hang-chung/", officer_holding.release, name="officer-release"),
    path(f"{ONE}thu-lai/", officer_holding.take_back, name="officer-take-back"),
    path(f"{ONE}dang-mo/", officer_holding.looking, name="officer-looking"),
    path(f"{ONE}nhan/", officer_holding.label, name="officer-label"),
    path(f"{ONE}tiep-nhan/", officer_moves.accept, name="officer-accept"),
    path(f"{ONE}tu-choi/", officer_moves.refuse, name="officer-refuse"),
    path(f"{ONE}yeu-cau-bo-sung/", officer_moves.ask, name="officer-ask"),
    path(f"{ONE}chuyen-xu-ly/", officer_moves.forward, name="officer-forward"),
    path(f"{ONE}hoan-thanh-bo-sung/", officer_moves.complete, name="officer-complete"),
    path(f"{ONE}dong-y-rut/", officer_withdrawal.agree, name="officer-agree-withdrawal"),
    path(f"{ONE}khong-dong-y-rut/", officer_withdrawal.decline, name="officer-decline-withdrawal"),
    path(f"{ONE}ket-qua/", officer_moves.result, name="officer-result"),
    path(f"{ONE}tra-ket-qua/", officer_moves.return_result, name="officer-return"),
    path(f"{ONE}phi/", officer_fees.fees, name="officer-fees"),
    path(f"{ONE}phieu-kiem-soat/", officer_slips.control, name="officer-control-slip"),
    path(f"{ONE}thu-phi/", officer_moves.payment, name="officer-payment"),
]
