"""The floor of the house: helpers that know nothing about procedures, dossiers or people."""
