/// One key and one message for each kind of key that Alice and Bob do not have. The private keys are gone.
enum OpenPGPKinds {
    /// A key ring and a message that it verifies, in base 64.
    static let samples = [
        (dsa2048, messageOfDsa2048), (nistp256, messageOfNistp256), (brainpoolP384r1, messageOfBrainpoolP384r1),
        (secp256k1, messageOfSecp256k1), (nistp521, messageOfNistp521), (ed448, messageOfEd448),
        (version6, messageOfVersion6),
    ]

    private static let dsa2048 = """
        mQMuBGsCGqARCACjo4Am3tuIHp35wkZqp1PM08tAH9CtpP9jvoVLPtU0mVkhSEMQO0z81gpCDfuaxNAqmWsTwDbCmL2e0+J4aOr66jK6
        f/upwxNdg66VjgxzBWo+wfZ4J1irElvNtPDsnIcaWpmt67ZYjX89VILEeyVu1sfNOg91GfaEXWr6rT7XooycBpBU2OsSPskwJ8MnF9GF
        eEaLXeeEpHc3b5/D3zlEtdE21KoJLnjY2s5KwpiA6NpTqJa4E9lE9TJ7Gaek9B6nQWg8mpH8CLj6RffjbLvaatxXn3MdenpxnmSHn+ax
        z+2BRWjF+BkOU+gZsgwrJxM8f30paIfr2mlVIyl6Iz+7AQDB8i9G+xhSV3ZoaxUWhcK0EwS9qzxMXnku1NIqcxIlnwf+Kx9+oQtKCgo1
        mabDKJ5flpYz5BvHO2IvRtepTEZ3AUdVWPuG3Ggaffmmmt9r2jrWimnJBpHVlcnfVjD9PQR9wy8zDDB8x1jp4jiSp53mhr+BfyOW6E1u
        CDbg7tKo2vq5k2Ukfjd6ETF3DOVj8WHHlV6tOIu8xcGdLZItraoGujJmpTS/u6rdn7m0OZ32cTwRSgFEe35o59uBm6yFNgkNi/UOf7ru
        IYGPO/KIyNEiW9yzr0MqwQ+imXdy4bkcx8RQ8npJXz9B9WtCzMGIFXuG5YzhkZI1roymQoHWyU7Zhc59KYHNZcHZmEeb8o3Q6kUhAZBZ
        MMH3oM53urZnk92gFQf/cBTJsCBImfiqu/nqo1JXvKEczMO2nohkmsyPcb9d+N/5qPvTuMWItcEgyyrNEAjj5byCE8eW32W2I9SxWszw
        fSMxrde6NVgUEz+v4wIcSdCygctu3oYT7ldCkGwNft3wPpAXs/Klyu8H44hBd/WdTTF8j/kH++RV9zqWuFPJZru43w9ADR2mRU6qZh2c
        2hMU3cK3eo+FNaIAI5V94gvCohsqHqXS2L1j4wTNotEBd7g75swgMHFoh4jNQZr57cb+2GmpbJszO+qV0HLmXodjPHKHNNhZaB8R3XTC
        zurziz214BuKv2lu745SeId4MfVEgBRVCIp19LSp94wCZOWGDrQTZHNhMjA0OEBleGFtcGxlLmNvbYiQBBMRCAA4FiEEGgwbB1AUQuZq
        LIU/Qv2nVxYdZYkFAmsCGqACGwMFCwkIBwIGFQoJCAsCBBYCAwECHgECF4AACgkQQv2nVxYdZYlDvAD/ZaxPKIIvBNqlR8ufTFxumDr9
        lb0MwoP/thsHqZERADkBAIQH2pBlgaPLDkJREyFczJ8PYEuFG+zc6f9hq0/3qKAY
        """

    private static let messageOfDsa2048 = """
        kA0DAAgRQv2nVxYdZYkBy8BeYgBrAhqgeyJjcml0aWNhbCI6eyJpZGVudGl0eSI6eyJkb2NrZXItcmVmZXJlbmNlIjoicmVnaXN0cnku
        ZXhhbXBsZS5jb20vdGVhbS9hcHA6MS4wIn0sImltYWdlIjp7ImRvY2tlci1tYW5pZmVzdC1kaWdlc3QiOiJzaGEyNTY6MmQ3MTE2NDJi
        NzI2YjA0NDAxNjI3Y2E5ZmJhYzMyZjVjODUzMGZiMTkwM2NjNGRiMDIyNTg3MTc5MjFhNDg4MSJ9LCJ0eXBlIjoiYXRvbWljIGNvbnRh
        aW5lciBzaWduYXR1cmUifSwib3B0aW9uYWwiOnsiY3JlYXRvciI6ImZ1enoiLCJ0aW1lc3RhbXAiOjE3OTAwMDAwMDB9fYiKBAARCAAy
        FiEEGgwbB1AUQuZqLIU/Qv2nVxYdZYkFAmsCGqAUHGRzYTIwNDhAZXhhbXBsZS5jb20ACgkQQv2nVxYdZYkjUAD8CfH997HUoTciaIke
        prUQ5Zn4zv7pahu8dMi0txe7CRQA/iF6Lbge0o5UsIbz+SXs3IikzPJUWN+Wp/l1bp8UbAEQ
        """

    private static let nistp256 = """
        mFIEawIaoBMIKoZIzj0DAQcCAwQcGS0VVecx9QBSoD0OkFKb3Q5uhbs3gr4zOBcL8LcEzhIFFFF+N6XGz9v1AVzNTQKBMrBri3ZJTtUk
        q9CvtCS/tBRuaXN0cDI1NkBleGFtcGxlLmNvbYiQBBMTCAA4FiEEdUgCfRYHy2BIuMLtH8II4F8bQCgFAmsCGqACGwMFCwkIBwIGFQoJ
        CAsCBBYCAwECHgECF4AACgkQH8II4F8bQCj5YwEA4NbZERNt8uv9qhFGwt4lQMWMJ7zfIo9ssEL4MB7FBdoA/RYFOF9kdpwwc/Dnhv4y
        LQgVAk/pHFTYxincJp6RGfdS
        """

    private static let messageOfNistp256 = """
        kA0DAAgTH8II4F8bQCgBy8BeYgBrAhqgeyJjcml0aWNhbCI6eyJpZGVudGl0eSI6eyJkb2NrZXItcmVmZXJlbmNlIjoicmVnaXN0cnku
        ZXhhbXBsZS5jb20vdGVhbS9hcHA6MS4wIn0sImltYWdlIjp7ImRvY2tlci1tYW5pZmVzdC1kaWdlc3QiOiJzaGEyNTY6MmQ3MTE2NDJi
        NzI2YjA0NDAxNjI3Y2E5ZmJhYzMyZjVjODUzMGZiMTkwM2NjNGRiMDIyNTg3MTc5MjFhNDg4MSJ9LCJ0eXBlIjoiYXRvbWljIGNvbnRh
        aW5lciBzaWduYXR1cmUifSwib3B0aW9uYWwiOnsiY3JlYXRvciI6ImZ1enoiLCJ0aW1lc3RhbXAiOjE3OTAwMDAwMDB9fYiLBAATCAAz
        FiEEdUgCfRYHy2BIuMLtH8II4F8bQCgFAmsCGqAVHG5pc3RwMjU2QGV4YW1wbGUuY29tAAoJEB/CCOBfG0Ao7QwA/1O6paFD0wkZNZ94
        +aJs6EBFl2MDgn4OpM+smWaJtaSNAQDoqmrcfvAesG8I0uK2cQ+HrW1IQfiPYLSIXQvXkQcqvQ==
        """

    private static let brainpoolP384r1 = """
        mHMEawIaoBMJKyQDAwIIAQELAwMERgPqtWlf/MjZDYFCPX2f8UWaJI0gTXZHG5rG1tac9ZDWIb8CADdpsIOKaDvr+uadCv1IfZI9g7Iz
        zJKsw3lLc4zF4ZcqlN6zqdB/oVUqBroQsvcHVcda3fQ8U0uXrrrctBticmFpbnBvb2xwMzg0cjFAZXhhbXBsZS5jb22IsAQTEwkAOBYh
        BC5yEtQNkOilr002vtavecTpGy+BBQJrAhqgAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJENavecTpGy+BzwEBf1hfXVRoqL1m
        NqxyxhItPf0SqMCDpMxMP0D3tbXLYFBM1vtmi6od6JPhtHvpKIVTpAF/VEr4AVxEn8ypH0iidKC1M3mYV+GkxK/NuMBCuiGXT/MGQYze
        AIFle7kgrYepxBqk
        """

    private static let messageOfBrainpoolP384r1 = """
        kA0DAAkT1q95xOkbL4EBy8BeYgBrAhqgeyJjcml0aWNhbCI6eyJpZGVudGl0eSI6eyJkb2NrZXItcmVmZXJlbmNlIjoicmVnaXN0cnku
        ZXhhbXBsZS5jb20vdGVhbS9hcHA6MS4wIn0sImltYWdlIjp7ImRvY2tlci1tYW5pZmVzdC1kaWdlc3QiOiJzaGEyNTY6MmQ3MTE2NDJi
        NzI2YjA0NDAxNjI3Y2E5ZmJhYzMyZjVjODUzMGZiMTkwM2NjNGRiMDIyNTg3MTc5MjFhNDg4MSJ9LCJ0eXBlIjoiYXRvbWljIGNvbnRh
        aW5lciBzaWduYXR1cmUifSwib3B0aW9uYWwiOnsiY3JlYXRvciI6ImZ1enoiLCJ0aW1lc3RhbXAiOjE3OTAwMDAwMDB9fYiyBAATCQA6
        FiEELnIS1A2Q6KWvTTa+1q95xOkbL4EFAmsCGqAcHGJyYWlucG9vbHAzODRyMUBleGFtcGxlLmNvbQAKCRDWr3nE6RsvgVwxAX9gJfKb
        P7On+1dGhwBp1crTA8xKgnoPSHZ0da4xSa0dT6FQxynfTFeS3LOoTimfPKABf1DltZa9E5dWyGyqYgVtm00314T5TKNnMOp6hfXgUugx
        1T/tpDGfSLnk5dEtljX/sg==
        """

    private static let secp256k1 = """
        mE8EawIaoBMFK4EEAAoCAwTM/EurGNPn04tf7CQHZ8wpaTIe6yp1FT9ia8pJOyP8FyoixMKWKfB2scDS1lAuoAwvjEu/qglhTTsj5V6e
        Gh9ytBVzZWNwMjU2azFAZXhhbXBsZS5jb22IkAQTEwgAOBYhBHDusG/3YkU9J4/75aK/X9ZBPzoWBQJrAhqgAhsDBQsJCAcCBhUKCQgL
        AgQWAgMBAh4BAheAAAoJEKK/X9ZBPzoW3zgA/3cgvhQ7f9aZFuA0piyH4h1SPoKKEfmmxeWdduzKSwTzAQDI1SO95pB3kiUwHwZpg9hy
        VCyRu5yd37GW/vEFM47iBg==
        """

    private static let messageOfSecp256k1 = """
        kA0DAAgTor9f1kE/OhYBy8BeYgBrAhqgeyJjcml0aWNhbCI6eyJpZGVudGl0eSI6eyJkb2NrZXItcmVmZXJlbmNlIjoicmVnaXN0cnku
        ZXhhbXBsZS5jb20vdGVhbS9hcHA6MS4wIn0sImltYWdlIjp7ImRvY2tlci1tYW5pZmVzdC1kaWdlc3QiOiJzaGEyNTY6MmQ3MTE2NDJi
        NzI2YjA0NDAxNjI3Y2E5ZmJhYzMyZjVjODUzMGZiMTkwM2NjNGRiMDIyNTg3MTc5MjFhNDg4MSJ9LCJ0eXBlIjoiYXRvbWljIGNvbnRh
        aW5lciBzaWduYXR1cmUifSwib3B0aW9uYWwiOnsiY3JlYXRvciI6ImZ1enoiLCJ0aW1lc3RhbXAiOjE3OTAwMDAwMDB9fYiMBAATCAA0
        FiEEcO6wb/diRT0nj/vlor9f1kE/OhYFAmsCGqAWHHNlY3AyNTZrMUBleGFtcGxlLmNvbQAKCRCiv1/WQT86Flz2AP9bCDZGWtOS35Ym
        ASiSIDkCRFNYlD39nucsP2GAxYYWlgEA7EiuUBvjXQI6BILZMo2l1i85O3CwrvAn08PAPRzYT6o=
        """

    private static let nistp521 = """
        mJMEawIaoBMFK4EEACMEIwQAuwCK9d/ANn/14sthSu2pO1G/n709aP/IXHJ5hzaSprd1UJlAJvotijBqn0lX6WayOoNm0hRFmtCoZen1
        hRfZtM0A9P+LenEGyySkvEHMQ6hjq7ptuuREoHb8dRJ3etp9YRDuN0NJyMjioMSZDyCGR7Nkc1nZby4L6RC8b0Grc5jocKm0FG5pc3Rw
        NTIxQGV4YW1wbGUuY29tiNMEExMKADgWIQSBIuvzaLa8MZT57yNeNdLmNmtBYAUCawIaoAIbAwULCQgHAgYVCgkICwIEFgIDAQIeAQIX
        gAAKCRBeNdLmNmtBYB3oAgUaW+Kihhx24sxiDw+QNcC6UYQYEDdK0QQZPD2lg7y06sQ22mYe6jFx2a8q7vi/5QaOm+QgmavnHFyoE48j
        kS32GwIJASH8KF0kI/JlPdz87XMJkjGpHK8Y0S71Mdi0S8LapYDIvYX/zkd+LXI09hp5a5md3n8oaMcnZYuSUX0JP/PPjpBD
        """

    private static let messageOfNistp521 = """
        kA0DAAoTXjXS5jZrQWABy8BeYgBrAhqgeyJjcml0aWNhbCI6eyJpZGVudGl0eSI6eyJkb2NrZXItcmVmZXJlbmNlIjoicmVnaXN0cnku
        ZXhhbXBsZS5jb20vdGVhbS9hcHA6MS4wIn0sImltYWdlIjp7ImRvY2tlci1tYW5pZmVzdC1kaWdlc3QiOiJzaGEyNTY6MmQ3MTE2NDJi
        NzI2YjA0NDAxNjI3Y2E5ZmJhYzMyZjVjODUzMGZiMTkwM2NjNGRiMDIyNTg3MTc5MjFhNDg4MSJ9LCJ0eXBlIjoiYXRvbWljIGNvbnRh
        aW5lciBzaWduYXR1cmUifSwib3B0aW9uYWwiOnsiY3JlYXRvciI6ImZ1enoiLCJ0aW1lc3RhbXAiOjE3OTAwMDAwMDB9fYjOBAATCgAz
        FiEEgSLr82i2vDGU+e8jXjXS5jZrQWAFAmsCGqAVHG5pc3RwNTIxQGV4YW1wbGUuY29tAAoJEF410uY2a0Fg530CCQHchXJH+H0cmUeQ
        jp8l8t8K9fOUhJHuvwrawQIwTtUAd5MiOr3YZq1x9rPfR7cCVaH1UCEPJULt2xQqYcASdd0YxgICAgjw7TRRKd4jNimpxRA3r9HVTnEr
        OeHYwzj8l+wb9u4n917ArTnMZQuTgfjqboJg0VpaaAnz/FelH270XxXZzmY=
        """

    private static let ed448 = """
        xj8EawIaoBwiRApx+b4BvZjvh+vc7wLii8lV8MLLg+FfduD1he3iCde4tYC7IUbJVsP0nyZGcFOJYVtG+yGIT4DNEGZ1enpAZXhhbXBs
        ZS5jb23CpgQTHAoAIBYhBFqBMRgCSYIIssuPcAPKRjlAkKiABQJrAhqqAhsDAAoJEAPKRjlAkKiAUaTxyZmfl3V/Anv1Rjbq0SB+Lkwl
        nRpBLe6yhpKWOGXj4H5K9UHZuJmu5cWXBVGvTJ0BcBIo7bH0rgBnhN3n7jM9zpYaqSnuMDXb3gdklDRjCiWW9k3DpDb2OBPb5QgOdTM2
        ceARavXhZMzwqqGGVZd2HgA=
        """

    private static let messageOfEd448 = """
        xA0DAAocA8pGOUCQqIABy8BeYgAAAAAAeyJjcml0aWNhbCI6eyJpZGVudGl0eSI6eyJkb2NrZXItcmVmZXJlbmNlIjoicmVnaXN0cnku
        ZXhhbXBsZS5jb20vdGVhbS9hcHA6MS4wIn0sImltYWdlIjp7ImRvY2tlci1tYW5pZmVzdC1kaWdlc3QiOiJzaGEyNTY6MmQ3MTE2NDJi
        NzI2YjA0NDAxNjI3Y2E5ZmJhYzMyZjVjODUzMGZiMTkwM2NjNGRiMDIyNTg3MTc5MjFhNDg4MSJ9LCJ0eXBlIjoiYXRvbWljIGNvbnRh
        aW5lciBzaWduYXR1cmUifSwib3B0aW9uYWwiOnsiY3JlYXRvciI6ImZ1enoiLCJ0aW1lc3RhbXAiOjE3OTAwMDAwMDB9fcKjBAAcCgAd
        FiEEWoExGAJJggiyy49wA8pGOUCQqIAFAmsCGqoACgkQA8pGOUCQqIChQfk5u+yBPmZNvN984pF18cutv/kckuwsakXixnGLjhq6Wbqm
        czsow0I9KIn5K846ePKD4Kj9dX6LAANJt20lG8M+A3ZmGv/2nRLWN+pFC1jHgZE6aaGs9RyeD6w8fPsbpn93nCW4ChZKuRW4VFsifxcn
        AA==
        """

    private static let version6 = """
        xioGawIaoBsAAAAg+PdIbUitZUtPoU0eqOIv9bN17ETTP+61/nZYeN42v0vCiwYfGwgAAAAsIiEGeIwV8Q6dvECiW2uBJRhPKbcaF2+T
        lQzvU1VrHoE3bq8FAmsCGqoCGwMAAAAAQToQAAECAwQFBgcICQoLDA0OD+kegLfldJ7eNkIq1r4623G7BHnlaEnsMwcBt+/JCmOy83Hf
        OC9xuVtAIlgEhYr+0hKFZtbNgxLBnjIr8JUJIwM=
        """

    private static let messageOfVersion6 = """
        xDYGAAgbEAABAgMEBQYHCAkKCwwNDg94jBXxDp28QKJba4ElGE8ptxoXb5OVDO9TVWsegTdurwHLwF5iAAAAAAB7ImNyaXRpY2FsIjp7
        ImlkZW50aXR5Ijp7ImRvY2tlci1yZWZlcmVuY2UiOiJyZWdpc3RyeS5leGFtcGxlLmNvbS90ZWFtL2FwcDoxLjAifSwiaW1hZ2UiOnsi
        ZG9ja2VyLW1hbmlmZXN0LWRpZ2VzdCI6InNoYTI1NjoyZDcxMTY0MmI3MjZiMDQ0MDE2MjdjYTlmYmFjMzJmNWM4NTMwZmIxOTAzY2M0
        ZGIwMjI1ODcxNzkyMWE0ODgxIn0sInR5cGUiOiJhdG9taWMgY29udGFpbmVyIHNpZ25hdHVyZSJ9LCJvcHRpb25hbCI6eyJjcmVhdG9y
        IjoiZnV6eiIsInRpbWVzdGFtcCI6MTc5MDAwMDAwMH19wogGABsIAAAAKSIhBniMFfEOnbxAoltrgSUYTym3Ghdvk5UM71NVax6BN26v
        BQJrAhqqAAAAALFkEAABAgMEBQYHCAkKCwwNDg+IHjHrBCqDZRZ/4WqxXAMRzowRRvLbjgd0pxzLvArmnAmZqr7Ea+P6FHsKL4eupwpU
        LOWLfKPeD2wuO+S/+KIF
        """
}
