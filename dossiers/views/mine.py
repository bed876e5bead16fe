from django.http import HttpRequest, HttpResponse


def my_dossiers(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    return HttpResponse("")


def dossier(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    return HttpResponse("")
