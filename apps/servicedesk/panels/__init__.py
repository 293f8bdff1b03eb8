"""What the topics of a request show on its page: one module a topic, read by screens.Screen."""
