"""Papers as files: Word by reviewed templates, PDF by typst, both to the layout of GB/T 9704."""
