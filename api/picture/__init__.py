"""The timeline picture of a case: what is due and when, what was done, what is late, over the days that count.

`scale` says which day stands where and which are closed; `rows` what each line says and where its marks stand; `made`
puts a case's lines together; `draw` writes them as SVG. All but `draw` know nothing of SVG, none asks what time it is.
"""
