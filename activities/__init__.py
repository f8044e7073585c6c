"""The effects, grouped by the outside world they touch: mail, documents, record. Means come through small ports."""
