/// Every bound of the house, in one place: a size, a count or a depth that outside bytes may not exceed.
///
/// Bounds that an operator may set arrive through configuration instead; these are the ones that hold always.
package enum Limits {
    /// Bytes of an AdmissionReview body: twice the API server's 3 MiB request bound (object and oldObject) and one
    /// for the envelope, as controller-runtime caps it.
    package static let reviewBytes = 7 << 20
    /// Bytes of an HTTP head, start line included.
    package static let headBytes = 32 << 10
    /// Fields of an HTTP head.
    package static let headFields = 128
    /// Bytes of all chunk extensions of one body; they are skipped.
    package static let chunkExtensionBytes = 8 << 10
    /// Bytes of the trailers of one body; they are dropped.
    package static let trailerBytes = 8 << 10
    /// TLS sessions that a client keeps to come back with, one for each server.
    package static let tlsSessions = 256
    /// How long it comes back with a session, which spares the server another proof of its certificate.
    package static let tlsSessionAge = Duration.seconds(3600)
    /// Bytes of a URL, such as a Location.
    package static let urlBytes = 8 << 10
    /// Nesting of arrays and objects in JSON.
    package static let jsonDepth = 512
    /// Values and keys of one JSON text. The table of them takes 20 bytes each, ten times the text of `[0,0,0…`; what
    /// the API server sends has one in ten bytes or so.
    package static let jsonValues = 1 << 20
    /// Bytes of one image manifest or index, as containers/image caps it.
    package static let manifestBytes = 4 << 20
    /// Manifests of one index that are looked at, each for its own signatures: Docker's official images have 16.
    package static let manifestsPerIndex = 64
    /// Manifests of one index whose signatures are asked for at the same time.
    package static let manifestsAtATime = 8
    /// Bytes of a token service's answer.
    package static let tokenBytes = 1 << 20
    /// Scopes of a challenge that a token is asked for beside the usual one.
    package static let tokenScopes = 4
    /// Host names whose addresses are remembered.
    package static let rememberedNames = 1024
    /// Tokens that are remembered, of all registries together.
    package static let rememberedTokens = 4096
    /// Repositories for which it is remembered how a registry let somebody in, of all registries together.
    package static let rememberedAdmittances = 8192
    /// Questions to one host that are asked again before it has given other answers.
    package static let retriesPerHost = 10
    /// Hosts whose retries are counted.
    package static let retryBudgets = 1024
    /// Bytes of a registry's error body that are kept for the message.
    package static let errorBodyBytes = 64 << 10
    /// Bytes of one stored signature.
    package static let signatureBytes = 4 << 20
    /// Signatures of one image; one more is an error, not a cut list.
    package static let signaturesPerImage = 128
    /// Bytes of all stored signatures of one image together: a usual one has under a thousand.
    package static let signatureBytesPerImage = 4 << 20
    /// Bytes of the list of signatures that a registry keeps for one image, base 64 included, as containers/image caps it.
    package static let signatureListBytes = 4 << 20
    /// Signature stores of one policy entry: all are asked for each image.
    package static let signatureStores = 8
    /// Secrets with keys of one requirement.
    package static let keySecrets = 64
    /// Bytes of the credentials in one pull secret: the API server keeps no larger Secret.
    package static let dockerConfigBytes = 1 << 20
    /// Bytes that a compressed OpenPGP message may inflate to.
    package static let inflatedMessageBytes = 1 << 20
    /// Packets of one OpenPGP message or key ring.
    package static let openPGPPackets = 10_000
    /// Subpackets of one area of an OpenPGP signature.
    package static let openPGPSubpackets = 256
    /// User IDs, subkeys and self-signatures of one OpenPGP key, each. A key with more is refused: each self-signature
    /// costs a verification, and a cut list could lose the revocation (CVE-2019-13050).
    package static let openPGPPartsPerKey = 256
    /// Self-signatures of a whole key ring. With the slowest keys, to verify as many takes one to two
    /// seconds.
    package static let openPGPSelfSignatures = 1024
    /// Keys of a ring that are tried for one message. More than one has its name only where a subkey stands under
    /// several primary keys, and each costs the hash of the whole message and a verification.
    package static let openPGPSigners = 8
    /// Bytes of a key ring.
    package static let keyRingBytes = 4 << 20
    /// Lines of a refusal; each is about one image and may have some hundred bytes.
    package static let complaintsPerObject = 64
    /// Images of one object. A pod template with more is refused: its review could not end in time.
    package static let imagesPerObject = 512
    /// Pull secrets and service accounts that one object names, in all of its pod templates together.
    package static let pullSecretsPerObject = 128
    /// Credentials that are tried for one image. More would let whoever writes the pull secrets guess passwords through
    /// this process.
    package static let credentialsPerImage = 16
    /// Images of one object that are examined at the same time.
    package static let imagesAtATime = 16
    /// Hours that what was found out about an image may count while nobody can be asked.
    package static let lastGoodHours = 7 * 24
    /// Facts of one kind that are remembered at the same time, however small they are.
    package static let rememberedFacts = 1 << 18
    /// Interim responses (1xx) before one response.
    package static let interimResponses = 8
    /// Redirects of one HTTP exchange.
    package static let redirects = 5
    /// Bytes of one file of policies, certificates or keys on disk.
    package static let fileBytes = 16 << 20
    /// Mirrors that are counted each for itself.
    package static let countedMirrors = 64
    /// Files of all hosts in one folder of certificates or mirrors.
    package static let hostFiles = 4096
    /// Bytes of one page of a list from the API server: 500 objects of usual size many times over.
    package static let listBytes = 64 << 20
    /// Objects of one page of a list.
    package static let listPage = 500
    /// Pages of one list; whoever sends more tells no end.
    package static let listPages = 10_000
    /// Bytes of one event of a watch: the API server keeps no object of more than 1.5 MiB; escapes and the fields that
    /// it manages make it longer.
    package static let watchEventBytes = 16 << 20
    /// Bytes of all events of one watch. A watch lasts ten minutes.
    package static let watchBytes = 1 << 40
    /// Bytes of one object that is read by name, as the API server caps it, base64 and managed fields included.
    package static let objectBytes = 8 << 20
    /// Secrets and ServiceAccounts that are remembered.
    package static let keptObjects = 1024
    /// How often the API server is asked again when it is too busy to answer, as client-go does.
    package static let busyAnswers = 10
    /// Events about policies that are counted, or wait to be written.
    package static let eventSeries = 1024
    /// Bytes of what the API server says when it does not do what it was asked.
    package static let statusBytes = 64 << 10
    /// Bytes of what a credential plugin prints.
    package static let pluginOutputBytes = 1 << 20
}
