"""The portal as an OpenID Connect issuer: signed words, good for minutes, about which run, phase and account asks a cloud."""
