"""The pages: the register, one seal, its ledger, one line, the book of a year."""
