"""Papers: made in Word from templates (`making`), read (`reading`), printed (`pdf`), their templates checked."""
