"""Forecasts as pictures: shapes on a sheet, which is written as SVG, or as PNG by Graphviz."""
