"""Writing a draft's record on pages, all of it from the table procedures.records.RECORD.

sections   which fields stand on which page
reading    what a page sent, laid over the record it was made from
moves      rows added, doubled, moved and taken away
controls   a record as the controls of a page, with what is wrong beside each
merging    two people's words about one record, field by field

Between reading and saving a record may hold what cannot be a value ("ba ngày" as a number):
it stays as typed until somebody puts it right.
"""
