"""The editor's desk for e-forms: panels of one question, rows inside them, the list of all.

targets     what a panel is about: a question, a column of a table, a section, the form's head
panel       its properties as a Django form
rows        its options, parts and columns, in an order people can change
conditions  "Hiện khi …" as controls
days        limits of days in words
listing     the whole form as the structure page shows it
"""
