"""What is done with articles: write, publish, check, retire; and what readers say of them."""
