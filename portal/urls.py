"""Where each part of the portal is; addresses in Vietnamese without marks."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from portal.views import errors, gallery, health, home, mailbox

admin.site.site_header = admin.site.site_title = f"Quản trị {settings.PORTAL_NAME}"
admin.site.index_title = "Danh mục"
# One door for all: the admin's own sign-in knows no limits and no second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("tro-giup/", home.help_page, name="help"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("tai-khoan/", include("accounts.urls")),
    path("hop-thu/", include("notices.urls")),
    path("", include("procedures.urls.public")),
    path("", include("procedures.urls.questions")),
    path("quan-tri/", include("procedures.urls.editor")),
    path("quan-tri/", include("dossiers.urls.editor")),
    path("ho-so/", include("dossiers.urls.mine")),
    path("ho-so/", include("dossiers.urls.citizen")),
    path("tra-cuu/", include("dossiers.urls.track")),
    path("mot-cua/", include("dossiers.urls.officer")),
    path("bao-cao/", include("reports.urls")),
    path("buu-chinh/", include("postal.urls")),
    path(f"{settings.ADMIN_PATH}/", admin.site.urls),
]
if settings.DEMO:
    urlpatterns += [
        path("thanh-phan/", gallery.gallery, name="gallery"),
        path("thu-da-gui/", mailbox.mailbox, name="demo-mail"),
        path("thu-da-gui/<str:name>/", mailbox.message, name="demo-mail-message"),
    ]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
