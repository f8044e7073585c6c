"""An edition that a partnership writes itself, in a few lines."""

THIRD = """
id = "third-2026"
based_on = "doncaster-2018"
title = "Third"
dated = "2026"
source = "Sample"
deadlines.D-4 = { length = "2 working days", clause = "3.2" }
deadlines.D-6 = { length = "3 working days", clause = "3.4" }
deadlines.D-7 = { length = "12 working days", clause = "3.5" }
deadlines.D-8 = { length = "2 working days", clause = "3.6" }
[deadlines.D-6-known]
title = "Known or not"
counted_from = "request-sent"
length = "2 working days"
owner = "agency"
clause = "3.3"
"""
