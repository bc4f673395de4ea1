"""What the pages of the library show: frozen values for templates, tag colours, wording of rows."""
