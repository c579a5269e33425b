"""Reports: a page with figures and tables out of files that runs wrote; nothing runs again."""
