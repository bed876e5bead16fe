"""How many dossiers are still being worked on: what the catalogue's editors ask before they
close something (slots of procedures)."""

from dossiers.models import Dossier
from procedures.models import Procedure, Service


def open_of_procedure(procedure: Procedure) -> int:
    return Dossier.objects.open().filter(procedure=procedure).count()


def open_of_service(service: Service) -> int:
    return Dossier.objects.open().filter(service=service).count()
