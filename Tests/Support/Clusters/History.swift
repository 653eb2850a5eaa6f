import Primitives

/// The objects of a fake API server, and how they came about.
struct History: Sendable {
    /// An event, as it goes over the wire.
    struct Event: Sendable {
        let version: Int
        let text: String

        static func error(_ code: Int, _ reason: String) -> Event {
            Event(
                version: 0,
                text: #"{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","#
                    + #""message":"\#(reason) by script","reason":"\#(reason)","code":\#(code)}}"#)
        }

        static func bookmark(_ kind: String, _ version: Int, isEnd: Bool = false) -> Event {
            let end = isEnd ? #""annotations":{"k8s.io/initial-events-end":"true"},"# : ""
            return Event(
                version: version,
                text: #"{"type":"BOOKMARK","object":{"apiVersion":"portieris.cloud.ibm.com/v1","kind":"\#(kind)","#
                    + #""metadata":{\#(end)"resourceVersion":"\#(version)"}}}"#)
        }
    }

    /// Why there is no answer.
    struct Refusal: Error {
        let code: Int
        let reason: String
    }

    private struct Stored {
        let name: String
        let namespace: String
        var version: Int
        let rest: String
        var generation = 1
        var status = ""

        func text(_ kind: String, _ version: Int? = nil) -> String {
            let place = namespace.isEmpty ? "" : #","namespace":"\#(namespace)""#
            return
                #"{"apiVersion":"portieris.cloud.ibm.com/v1","kind":"\#(kind)","metadata":{"name":"\#(name)"\#(place),"#
                + #""uid":"\#(kind)-\#(namespace)-\#(name)","generation":\#(generation),"#
                + #""resourceVersion":"\#(version ?? self.version)"},\#(rest)\#(status)}"#
        }
    }

    private var version = 100
    private var forgotten = 0
    private var objects: [FakeAPIServer.Kind: [String: Stored]] = [:]
    private var events: [(kind: FakeAPIServer.Kind, event: Event)] = []
    private var unserved: Set<FakeAPIServer.Kind> = []
    private var others: [String: String] = [:]

    mutating func put(_ name: String, namespace: String, kind: FakeAPIServer.Kind, _ rest: String) {
        version += 1
        let key = namespace.isEmpty ? name : "\(namespace)/\(name)"
        let type = objects[kind]?[key] == nil ? "ADDED" : "MODIFIED"
        let old = objects[kind]?[key]
        let stored = Stored(
            name: name, namespace: namespace, version: version, rest: rest, generation: (old?.generation ?? 0) + 1,
            status: old?.status ?? "")
        objects[kind, default: [:]][key] = stored
        note(kind, type, stored.text(kind.rawValue))
    }

    mutating func remove(_ name: String, namespace: String, kind: FakeAPIServer.Kind) {
        let key = namespace.isEmpty ? name : "\(namespace)/\(name)"
        guard let stored = objects[kind]?.removeValue(forKey: key) else { return }
        version += 1
        note(kind, "DELETED", stored.text(kind.rawValue, version))
    }

    /// Puts a whole object at a path of its own; nil removes it.
    mutating func put(_ text: String?, at path: String) { others[path] = text }

    func object(at path: String) -> String? { others[path] }

    /// What a write leads to: the stored object.
    mutating func write(_ request: FakeAPIServer.Request) -> Result<String, Refusal> {
        let body = String(decoding: request.body, as: UTF8.self)
        if request.path.hasSuffix("/status") { return writeStatus(at: request.path.dropLast("/status".count), body) }
        guard let object = try? JSONDocument(parsing: request.body).root else {
            return .failure(Refusal(code: 400, reason: "BadRequest"))
        }
        if request.method == "PATCH" {
            // What is patched beside a status is looked at by the test, in the request.
            return others[request.path].map { .success($0) } ?? .failure(Refusal(code: 404, reason: "NotFound"))
        }
        guard let name = object["metadata"]?["name"]?.string else {
            return .failure(Refusal(code: 400, reason: "BadRequest"))
        }
        if request.path.hasSuffix("/events"),
            EventRules.problem(with: object, in: String(request.path.split(separator: "/").dropLast().last ?? ""))
                != nil
        {
            return .failure(Refusal(code: 422, reason: "Invalid"))
        }
        let path = request.method == "POST" ? "\(request.path)/\(name)" : request.path
        let old = others[path].flatMap { try? JSONDocument(parsing: Array($0.utf8)).root }
        let (known, expected) = (
            old?["metadata"]?["resourceVersion"]?.string, object["metadata"]?["resourceVersion"]?.string
        )
        guard (request.method == "POST") == (old == nil), known == expected else {
            return .failure(Refusal(code: 409, reason: request.method == "POST" ? "AlreadyExists" : "Conflict"))
        }
        version += 1
        let stored = body.replacing(expected.map { #","resourceVersion":"\#($0)""# } ?? "\u{0}", with: "")
            .replacing(#""metadata":{"#, with: #""metadata":{"resourceVersion":"\#(version)","#)
        others[path] = stored
        return .success(stored)
    }

    private mutating func writeStatus(at path: Substring, _ body: String) -> Result<String, Refusal> {
        let parts = path.split(separator: "/").map(String.init)
        guard let name = parts.last,
            let kind = FakeAPIServer.Kind.allCases.first(where: {
                parts.contains(String($0.path.split(separator: "/")[3]))
            })
        else { return .failure(Refusal(code: 404, reason: "NotFound")) }
        let key = parts.contains("namespaces") ? "\(parts[4])/\(name)" : name
        guard var stored = objects[kind]?[key] else { return .failure(Refusal(code: 404, reason: "NotFound")) }
        version += 1
        stored.status = "," + body.dropFirst().dropLast()
        stored.version = version
        objects[kind, default: [:]][key] = stored
        note(kind, "MODIFIED", stored.text(kind.rawValue))
        return .success(stored.text(kind.rawValue))
    }

    mutating func forget() { forgotten = version }

    mutating func serve(_ kind: FakeAPIServer.Kind, _ isServed: Bool) {
        if isServed { unserved.remove(kind) } else { unserved.insert(kind) }
    }

    func isServed(_ kind: FakeAPIServer.Kind) -> Bool { !unserved.contains(kind) }

    func contents(of kind: FakeAPIServer.Kind) -> [String: String] { (objects[kind] ?? [:]).mapValues(\.rest) }

    /// A page of the list.
    func list(_ kind: FakeAPIServer.Kind, _ query: [String: String]) -> Result<String, Refusal> {
        let all = (objects[kind] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
        let start = query["continue"].flatMap { Int($0.split(separator: "-").last ?? "") } ?? 0
        let moment = query["continue"].flatMap { Int($0.split(separator: "-").first ?? "") } ?? version
        // A real server would show the list as it was; one that cannot any more says so.
        guard moment == version else { return .failure(Refusal(code: 410, reason: "Expired")) }
        let page = all.dropFirst(start).prefix(query["limit"].flatMap { Int($0) } ?? all.count)
        let next = start + page.count
        let token = next < all.count ? "\(version)-\(next)" : ""
        return .success(
            #"{"apiVersion":"portieris.cloud.ibm.com/v1","items":[\#(page.map { $0.text(kind.rawValue) }.joined(separator: ","))],"#
                + #""kind":"\#(kind.rawValue)List","metadata":{"continue":"\#(token)","resourceVersion":"\#(version)"}}"#
        )
    }

    /// What a watch begins with, and where it goes on.
    func begin(
        _ kind: FakeAPIServer.Kind, _ query: [String: String]
    ) -> Result<(events: [Event], position: Int), Refusal> {
        guard query["sendInitialEvents"] != "true" else {
            let initial = (objects[kind] ?? [:]).values.map { stored in
                Event(
                    version: stored.version, text: #"{"type":"ADDED","object":\#(stored.text(kind.rawValue))}"#)
            }
            return .success((initial + [.bookmark(kind.rawValue, version, isEnd: true)], version))
        }
        let position = query["resourceVersion"].flatMap { Int($0) } ?? 0
        guard position >= forgotten else { return .failure(Refusal(code: 410, reason: "Expired")) }
        return .success(([], position))
    }

    func events(of kind: FakeAPIServer.Kind, since position: Int) -> [Event] {
        events.filter { $0.kind == kind && $0.event.version > position }.map(\.event)
    }

    private mutating func note(_ kind: FakeAPIServer.Kind, _ type: String, _ object: String) {
        events.append((kind, Event(version: version, text: #"{"type":"\#(type)","object":\#(object)}"#)))
    }
}
