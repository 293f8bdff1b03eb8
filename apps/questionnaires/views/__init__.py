"""Views: `filling` for people who answer, `editing` for people who make forms."""
