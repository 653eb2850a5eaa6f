private import Primitives

/// What a client does with an answer that sends it elsewhere (RFC 9110 §15.4).
enum Redirects {
    /// The request to send next; nil if the answer is one to hand back: not 301, 302, 303, 307 or 308, or without
    /// exactly one Location.
    ///
    /// 303 asks with GET (HEAD stays HEAD), 301 and 302 turn POST into GET, 307 and 308 keep method and body. Refuses
    /// to follow more than `Limits.redirects`, to leave TLS, and to send a body to another origin, since it may hold a
    /// token. `Authorization` and cookies stay with the origin they were meant for and do not come back when a later
    /// redirect returns there.
    ///
    /// - Parameter taken: how many redirects led to `request`.
    static func next(
        after status: Status, _ headers: Headers, for request: ClientRequest, taken: Int
    ) throws(HTTPError) -> ClientRequest? {
        guard followed.contains(status), let location = headers["Location"] else { return nil }
        let authority = request.url.authority
        guard taken < Limits.redirects else {
            throw .redirectRefused(from: authority, .tooMany(limit: Limits.redirects))
        }
        let url = try target(location, from: request.url)
        guard request.url.scheme == .http || url.scheme == .https else {
            throw .redirectRefused(from: authority, .leavesTLS(to: url.authority))
        }
        var next = request
        next.url = url
        if asksAgainWithGet(status, request.method) { removeBody(&next) }
        if url.origin != request.url.origin {
            guard next.body.isEmpty else {
                throw .redirectRefused(from: authority, .carriesBodyElsewhere(to: url.authority))
            }
            removeCredentials(&next)
        }
        return next
    }

    private static let followed: Set<Status> = [
        .movedPermanently, .found, .seeOther, .temporaryRedirect, .permanentRedirect,
    ]

    private static func target(_ location: String, from url: URL) throws(HTTPError) -> URL {
        do throws(HTTPError) {
            return try url.resolving(location)
        } catch {
            guard case .invalidURL(let fault) = error else { throw error }
            throw .redirectRefused(from: url.authority, .invalidLocation(fault))
        }
    }

    private static func asksAgainWithGet(_ status: Status, _ method: Method) -> Bool {
        switch status {
        case .seeOther: !method.isSafe
        case .movedPermanently, .found: method == .post
        default: false
        }
    }

    private static func removeBody(_ request: inout ClientRequest) {
        request.method = .get
        request.body = []
        for name in ["Content-Type", "Content-Encoding", "Content-Language", "Content-Location"] {
            request.headers.remove(name)
        }
    }

    private static func removeCredentials(_ request: inout ClientRequest) {
        request.authorization = nil
        // Any other field may be a secret of the first origin, such as a mirror's own.
        request.headers.keepOnly("Accept")
    }
}
