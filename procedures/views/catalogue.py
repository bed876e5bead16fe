from django.http import HttpRequest, HttpResponse


def catalogue(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    return HttpResponse("")


def procedure(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    return HttpResponse("")
