from lianxin.cli.main import main

main()
