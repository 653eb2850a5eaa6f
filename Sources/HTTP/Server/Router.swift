package import Primitives

/// Hands each request to the handler of its path and method.
package struct Router: RequestHandler {
    /// Answers a request; see `RequestHandler`.
    package typealias Action = @Sendable (Request, Deadline) async -> Response

    /// The methods of each path. There are few of both, so that looking one after the other is the quickest.
    private var routes: [(path: String, methods: [(method: Method, handler: any RequestHandler)])] = []

    /// A router without routes: everything is 404.
    package init() {}

    /// Adds a route. Paths are compared byte by byte as they were sent, without decoding. A route for GET also answers
    /// HEAD. A later route of the same path and method replaces the earlier.
    package mutating func add(_ method: Method, _ path: String, _ handler: any RequestHandler) {
        let index = routes.firstIndex { $0.path == path } ?? routes.endIndex
        if index == routes.endIndex { routes.append((path: path, methods: [])) }
        routes[index].methods.removeAll { $0.method == method }
        routes[index].methods.append((method: method, handler: handler))
    }

    /// Adds a route that is answered by a function.
    package mutating func add(_ method: Method, _ path: String, _ action: @escaping Action) {
        add(method, path, ActionHandler(action: action))
    }

    /// The answer of the route; 404 for an unknown path, and 405 with Allow (RFC 9110 §15.5.6) for an unknown method.
    package func respond(to request: Request, by deadline: Deadline) async -> Response {
        let path = request.path
        guard let methods = routes.first(where: { $0.path == path })?.methods else {
            return .text(.notFound, "there is nothing at this path")
        }
        let method = request.method == .head ? .get : request.method
        if let handler = methods.first(where: { $0.method == method })?.handler {
            return await handler.respond(to: request, by: deadline)
        }
        var response = Response.text(.methodNotAllowed, "\(request.method) is not possible here")
        let allowed = methods.flatMap { $0.method == .get ? [Method.get, .head] : [$0.method] }
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
