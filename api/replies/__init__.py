"""API: replies to mails. They come in (`receiving`), are kept as they came, and lead to an answer or to a person.

It runs in the process of the API, beside the relay, because an answer goes the way that a link's does: the inbox, then
the update. Any number of processes may do it at once: a mail is known by its hash, and an answer by the mail.
"""
