"""`python -m cleanwire` is `cleanwire`."""

from cleanwire.cli import main

if __name__ == "__main__":
    main()
