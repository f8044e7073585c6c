"""Store: how the tables came to be, one numbered step after another. A step that has been released is never edited."""
