extension FakeAPIServer {
    /// What can go wrong with one answer.
    package enum Fault: Sendable {
        /// The connection is cut before anything is said.
        case cut
        /// These bytes and then an orderly end, whatever was asked.
        case raw([UInt8])
        /// A Status with this code and reason.
        case status(Int, String, headers: [(String, String)] = [])
        /// The connection is cut behind so many bytes of the body, wherever that is.
        case cutAfter(bytes: Int)
        /// The stream ends in order behind so many events.
        case endAfter(events: Int)
        /// The body comes in chunks of so many bytes.
        case pieces(Int)
        /// The head comes, and nothing else.
        case stall
        /// Each event comes twice.
        case duplicate
        /// Behind each other event the first one of all comes once more.
        case outOfOrder
        /// Behind so many events comes a bookmark of long ago.
        case setBack(events: Int)
        /// Behind so many events comes what is no JSON.
        case garbage(events: Int)
        /// Behind so many events comes an ERROR.
        case error(events: Int, code: Int, reason: String)
    }

    /// The kinds of objects that are listed and watched.
    package enum Kind: String, CaseIterable, Sendable {
        case imagePolicy = "ImagePolicy"
        case clusterImagePolicy = "ClusterImagePolicy"

        /// Where all of them are.
        package var path: String { "/apis/portieris.cloud.ibm.com/v1/\(rawValue.lowercased().dropLast())ies" }

        init?(path: String) {
            guard let kind = Kind.allCases.first(where: { $0.path == path }) else { return nil }
            self = kind
        }
    }
}
