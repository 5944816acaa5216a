"""`python -m nurture`."""

from nurture.cli.main import main

if __name__ == "__main__":
    main()
