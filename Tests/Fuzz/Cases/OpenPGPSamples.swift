import Primitives

/// Keys and messages that GnuPG made once. The private keys are gone.
enum OpenPGPSamples {
    /// When all of them were valid.
    static let now = Timestamp(secondsSince1970: 1795376369)

    /// Alice's Ed25519 key and Bob's RSA-2048 key, and one key of every other kind.
    static let ring = decode(alice) + decode(bob) + OpenPGPKinds.samples.flatMap { decode($0.0) }

    /// A signature by each of them over one simple-signing payload, not compressed.
    static let messages =
        [decode(messageOfAlice), decode(messageOfBob)] + OpenPGPKinds.samples.map { decode($0.1) }

    private static func decode(_ text: String) -> [UInt8] {
        Base64.decode(text, ignoringWhitespace: true) ?? []
    }

    private static let alice = """
        mDMEawHzcBYJKwYBBAHaRw8BAQdAoxLfs7eE6JSGLFRxb2SFIdQWCH9JSzanOKkGQCmPEk60GWFsaWNlIDxhbGljZUBleGFtcGxlLmNv
        bT6IkAQTFggAOBYhBFwoMv1Il2J8paQDhnlx/hakg5T7BQJrAfNwAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJEHlx/hakg5T7
        XvwA/3nqthQtwyBReFCNosfTDwXZkDs9bBJykI/mDJUA/dTxAP4jPuHU06Msp/MnMvM2sl5PfmrjVB/6XlmmP9f71DXQBw==
        """

    private static let bob = """
        mQENBGsB83ABCACTs0+OYwnM/Kp9C2qAZ1AYdoshW7buyiyaWqx5NX6it6oBW3K3aTTxFlMHRK2YL4pSQc0EzKtFbVBRpSMJlBaBKgy6
        Q1yJCMsNCYDNiTaZUNX1oYj2IBxVvxaxhrDqose4FFnvIZfXwr3rLXdAC8CNzCPhuoF1oayhGS7uDouCMMdidM6gZ3y63dy13lH8zC0l
        FDIflY7PNyf8IbyueR1+0YnvRi4+BQeHSg+2ma0qwplIYHu8T+Wjc2OUnKX2YVp0GZpvjaWcAreaAn6G/mzVuVY4DhMlmqsyYiR7VnGS
        M5OlwxxUVjEr2r44Zbca1pGIT5PveJUZIWY6WqV8Lz67ABEBAAG0FWJvYiA8Ym9iQGV4YW1wbGUuY29tPokBTgQTAQoAOBYhBB7gNvJA
        wPXfowAXncJUEA4DNnwQBQJrAfNwAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJEMJUEA4DNnwQdyEH/Rwq5m7jsXt/OVLkvxub
        bEU01+F1ExTAsn2btE53k/z0puz3TnxwGj+T8FnMnyKle2XYnF+tHnHTWg1iiRVyrlflamOc6qyagCHpJG2I/1hxlFZ2n1c9zr3FfegN
        U6t5GVwYhvOp7XvxeHviy8uOm0bPaSRwSkCVMXdSBJJRvqPYLQD0jDIjqxWNiJ73HRhu9xup4BceEJUua38K0AJVVK8UbiS3MSthPpuj
        qWhzlx/M2CgTuFFGgY+avyimSFfOijAdXRyASwz8N/K6m6kzfwdTIW/myAczzWNCEgLbQKKJk5LhBWbDNE6UkGvGocpe1rRQINdoV3I1
        rbg3Za7pDio=
        """

    private static let messageOfAlice = """
        kA0DAAgWeXH+FqSDlPsBrQElYgdwYXlsb2FkawHzcXsiY3JpdGljYWwiOnsiaWRlbnRpdHkiOnsiZG9ja2VyLXJlZmVyZW5jZSI6InJl
        Z2lzdHJ5LmV4YW1wbGUuY29tL3RlYW0vYXBwOjEuMCJ9LCJpbWFnZSI6eyJkb2NrZXItbWFuaWZlc3QtZGlnZXN0Ijoic2hhMjU2OjJk
        NzExNjQyYjcyNmIwNDQwMTYyN2NhOWZiYWMzMmY1Yzg1MzBmYjE5MDNjYzRkYjAyMjU4NzE3OTIxYTQ4ODEifSwidHlwZSI6ImF0b21p
        YyBjb250YWluZXIgc2lnbmF0dXJlIn0sIm9wdGlvbmFsIjp7ImNyZWF0b3IiOiJmdXp6IiwidGltZXN0YW1wIjoxNzkwMDAwMDAwfX2I
        iAQAFggAMBYhBFwoMv1Il2J8paQDhnlx/hakg5T7BQJrAfNxEhxhbGljZUBleGFtcGxlLmNvbQAKCRB5cf4WpIOU+0/4AQCfVRAesxH5
        TuDXAraKr5eWzRyJVBDAZlCmVhYqfMfiUgD+NbcEIAp/lbvolVAffXcWoMR08fEwMQ+AeomdoFNkHwU=
        """

    private static let messageOfBob = """
        kA0DAAoBwlQQDgM2fBABrQElYgdwYXlsb2FkawHzcXsiY3JpdGljYWwiOnsiaWRlbnRpdHkiOnsiZG9ja2VyLXJlZmVyZW5jZSI6InJl
        Z2lzdHJ5LmV4YW1wbGUuY29tL3RlYW0vYXBwOjEuMCJ9LCJpbWFnZSI6eyJkb2NrZXItbWFuaWZlc3QtZGlnZXN0Ijoic2hhMjU2OjJk
        NzExNjQyYjcyNmIwNDQwMTYyN2NhOWZiYWMzMmY1Yzg1MzBmYjE5MDNjYzRkYjAyMjU4NzE3OTIxYTQ4ODEifSwidHlwZSI6ImF0b21p
        YyBjb250YWluZXIgc2lnbmF0dXJlIn0sIm9wdGlvbmFsIjp7ImNyZWF0b3IiOiJmdXp6IiwidGltZXN0YW1wIjoxNzkwMDAwMDAwfX2J
        AUQEAAEKAC4WIQQe4DbyQMD136MAF53CVBAOAzZ8EAUCawHzcRAcYm9iQGV4YW1wbGUuY29tAAoJEMJUEA4DNnwQWzwH/38oHW1VxUzo
        UhNR4fTsTlT/cARMAkLATjhGOtoiKf2DRmjzJKZW5yLdvgkSh0dynA9gNOx+tEPGl6cXRM6b+0W5z6ZKg7HcN/N7X8q/E7gMJstq2WI9
        1Dii4ssAJ21upSVTb/L35ukXKncWSI4Cs+tCHTBj/WUK3wJ+uGR7xanNsFVk56cKQjhYoz6gFgFrS9YYNfs/6JSCGdMSyz+pm35kqhIB
        iJ+XudFsgVpzTThAqwWEfTFcKsw3EJ9gStq+4lzRBjdDpzGaYTdEMnMHsIbJFDxQydY6upVuNLlCGsDamwhqOX+j3Bj6yCQ9Ue6lFi8Q
        CwfX3DowjLdt6IOaabU=
        """
}
