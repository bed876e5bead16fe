from django.http import HttpRequest, HttpResponse


def officer_home(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    return HttpResponse("")


def queue(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    return HttpResponse("")
