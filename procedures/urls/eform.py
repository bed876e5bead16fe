"""The e-form of a draft: below /quan-tri/."""

from django.urls import URLPattern, path

from procedures.views.editor import eform, eform_panel, eform_start, eform_trial

HERE = "ban-soan/<int:pk>/bieu-mau/"

urlpatterns: list[URLPattern] = [
    path(HERE, eform.structure, name="editor-eform"),
    path(f"{HERE}bat-dau/", eform_start.start, name="editor-eform-start"),
    path(f"{HERE}ten/", eform_panel.head, name="editor-eform-head"),
    path(f"{HERE}phan/<slug:key>/", eform_panel.section, name="editor-eform-section"),
    path(f"{HERE}o/<slug:key>/", eform_panel.field, name="editor-eform-field"),
    path(f"{HERE}o/<slug:key>/<slug:column>/", eform_panel.column, name="editor-eform-column"),
    path(f"{HERE}gop/", eform.merge, name="editor-eform-merge"),
    path(f"{HERE}xem-truoc/", eform.preview, name="editor-eform-preview"),
    path(f"{HERE}xem-truoc/trang/", eform.frame, name="editor-eform-frame"),
    path(f"{HERE}tep/", eform.as_file, name="editor-eform-file"),
    path("ban-soan/<int:pk>/nop-thu/", eform_trial.trial, name="editor-eform-trial"),
]
