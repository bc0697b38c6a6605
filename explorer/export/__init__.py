"""What is made of a checkpoint for others: a page in one file, ONNX, citations.

A room of its own, above `explore`: it takes what is drawn and described there, and nothing that draws needs it. The
page is made of the app's own styles and scripts, which it reads as files; of the app's Python it knows nothing.
"""
