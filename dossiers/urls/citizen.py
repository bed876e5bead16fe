"""From "Nộp hồ sơ" to the filing (under /ho-so/); after it: urls/mine.py."""

from django.urls import path

from dossiers.views import filing, filing_eform, filing_papers, filing_start

urlpatterns = [
    path("nop/<str:code>/", filing_start.start, name="start-filing"),
    path("giay-to/<uuid:public_id>/", filing_papers.paper, name="paper"),
    path("<uuid:public_id>/tiep-tuc/", filing.resume, name="filing"),
    path("<uuid:public_id>/nguoi-nop/", filing.owner, name="filing-owner"),
    path("<uuid:public_id>/truong-hop/", filing.case, name="filing-case"),
    path("<uuid:public_id>/to-khai/", filing_eform.eform, name="filing-eform"),
    path("<uuid:public_id>/to-khai/<str:section>/", filing_eform.eform, name="filing-eform"),
    path("<uuid:public_id>/giay-to/", filing_papers.papers, name="filing-papers"),
    path("<uuid:public_id>/nhan-ket-qua/", filing.delivery, name="filing-return"),
    path("<uuid:public_id>/kiem-tra/", filing.check, name="filing-check"),
    path("<uuid:public_id>/xoa/", filing.discard, name="filing-discard"),
]
