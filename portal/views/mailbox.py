from django.http import HttpRequest, HttpResponse


def mailbox(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    return HttpResponse("")


def message(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    return HttpResponse("")
