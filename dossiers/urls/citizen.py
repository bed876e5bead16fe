"""From "Nộp hồ sơ" to the filing (under /ho-so/); after it: urls/mine.py."""

from django.urls import path

from dossiers.throttles import beginnings, uploads
from dossiers.views import (
    autosave,
    batches,
    drafts,
    filing,
    filing_eform,
    filing_papers,
    filing_start,
    filing_who,
    tus,
)

eform = uploads(filing_eform.eform)
urlpatterns = [
    path("nop/<str:code>/", filing_start.start, name="start-filing"),
    path("giay-to/<uuid:public_id>/", filing_papers.paper, name="paper"),
    # Under one address, for nginx: files that come in pieces.
    path("tai-len/ho-so/<uuid:public_id>/", beginnings(tus.creation), name="tus-creation"),
    path("tai-len/<uuid:public_id>/", tus.upload, name="tus-upload"),
    path("<uuid:public_id>/tiep-tuc/", filing.resume, name="filing"),
    path("<uuid:public_id>/nguoi-nop/", uploads(filing_who.owner), name="filing-owner"),
    path("<uuid:public_id>/truong-hop/", filing.case, name="filing-case"),
    path("<uuid:public_id>/to-khai/", eform, name="filing-eform"),
    path("<uuid:public_id>/to-khai/<str:section>/", eform, name="filing-eform"),
    path("<uuid:public_id>/giay-to/", uploads(filing_papers.papers), name="filing-papers"),
    path("<uuid:public_id>/nhan-ket-qua/", filing.delivery, name="filing-return"),
    path("<uuid:public_id>/kiem-tra/", filing.check, name="filing-check"),
    path("<uuid:public_id>/tu-luu/<path:part>/", autosave.autosave, name="filing-autosave"),
    path("<uuid:public_id>/khoa/", drafts.key, name="filing-key"),
    path("<uuid:public_id>/lam-tiep/", drafts.elsewhere, name="filing-elsewhere"),
    path("<uuid:public_id>/giu-them/", drafts.keep, name="filing-keep"),
    path("<uuid:public_id>/sao-chep/", drafts.copy, name="filing-copy"),
    path("<uuid:public_id>/nhieu-ho-so/", uploads(batches.batch), name="batch"),
    path("<uuid:public_id>/nhieu-ho-so/mau/", batches.template, name="batch-template"),
    path("<uuid:public_id>/nhieu-ho-so/tien-do/", batches.progress, name="batch-progress"),
    path("<uuid:public_id>/nhieu-ho-so/lam/", batches.run, name="batch-run"),
    path("<uuid:public_id>/nhieu-ho-so/thoi/", batches.drop, name="batch-drop"),
    path("<uuid:public_id>/xoa/", filing.discard, name="filing-discard"),
]
