"""Rehearsals: a scenario file played on the real engine in virtual time. Part of crg, the outermost room."""
