"""Letters: mails that people write to us. Read safely, cut to what was written, and told where they come from."""
