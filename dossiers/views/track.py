from django.http import HttpRequest, HttpResponse


def track(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    return HttpResponse("")
