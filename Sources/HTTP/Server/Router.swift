package import Primitives

/// Hands each request to the handler of its path and method.
package struct Router: RequestHandler {
    /// Answers a request; see `RequestHandler`.
    package typealias Action = @Sendable (Request, Deadline) async -> Response

    private var routes: [String: [Method: any RequestHandler]] = [:]

    /// A router without routes: everything is 404.
    package init() {}

    /// Adds a route. Paths are compared byte by byte as they were sent, without decoding. A route for GET also answers
    /// HEAD. A later route of the same path and method replaces the earlier.
    package mutating func add(_ method: Method, _ path: String, _ handler: any RequestHandler) {
        routes[path, default: [:]][method] = handler
    }

    /// Adds a route that is answered by a function.
    package mutating func add(_ method: Method, _ path: String, _ action: @escaping Action) {
        add(method, path, ActionHandler(action: action))
    }

    /// The answer of the route; 404 for an unknown path, and 405 with Allow (RFC 9110 §15.5.6) for an unknown method.
    package func respond(to request: Request, by deadline: Deadline) async -> Response {
        guard let methods = routes[request.path] else { return .text(.notFound, "there is nothing at this path") }
        if let handler = methods[request.method == .head ? .get : request.method] {
            return await handler.respond(to: request, by: deadline)
        }
        var response = Response.text(.methodNotAllowed, "\(request.method) is not possible here")
        let allowed = methods.keys.flatMap { $0 == .get ? [Method.get, .head] : [$0] }
        response.headers.add("Allow", allowed.map(\.rawValue).sorted().joined(separator: ", "))
        return response
    }
}

private struct ActionHandler: RequestHandler {
    let action: Router.Action

    func respond(to request: Request, by deadline: Deadline) async -> Response {
        await action(request, deadline)
    }
}
