"""What ganpaint can be asked, one file a thing: Qt-free generator functions `run`."""
