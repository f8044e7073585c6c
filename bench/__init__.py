"""What is measured, side by side in one run: ratios say more than seconds, which differ from machine to machine.

the product, not part of it. `make bench` runs all of it in less than a minute.
"""
