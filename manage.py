#!/usr/bin/env python3
from xgz.config.shell import main

if __name__ == "__main__":
    main()
