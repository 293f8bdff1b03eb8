"""What stands on certificates: templates, fields, merging, the sheet and its XML, batches."""
