"""What `./dev bench` runs: starts the server and the limits, drives them in turn, judges."""
