"""What a list of the API costs, for everybody and with a token, beside a plain DRF list of the same rows."""
