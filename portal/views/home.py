from django.http import HttpRequest, HttpResponse


def home(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    return HttpResponse("")


def help_page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    return HttpResponse("")
