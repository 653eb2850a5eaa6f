import Support

/// Things that happen to an API server by chance: objects come, change and go, and answers go wrong.
struct RandomScript {
    private var chance: SeededGenerator
    private var isDown = false

    /// - Parameter seed: the same one makes the same script.
    init(seed: UInt64) {
        chance = SeededGenerator(seed: seed)
    }

    /// Runs the script, and ends it with a server that is well.
    ///
    /// - Parameters:
    ///   - steps: how many.
    ///   - object: the members of an object, made from a number.
    mutating func run(
        steps: Int, on server: FakeAPIServer, at kinds: [FakeAPIServer.Kind], object: (Int) -> String
    ) async throws {
        for step in 0..<steps {
            let kind = kinds[Int.random(in: 0..<kinds.count, using: &chance)]
            let (name, namespace) = self.name(at: kind)
            switch Int.random(in: 0..<20, using: &chance) {
            case 0...6: server.put(name, namespace: namespace, at: kind, object(step))
            case 7...10: server.remove(name, namespace: namespace, at: kind)
            case 11: server.forgetHistory()
            case 12:
                isDown.toggle()
                server.setDown(isDown)
            case 13: server.breakStreams()
            default: server.misbehave(at: kind.path, fault())
            }
            // Now and then the client gets time to see it so.
            if Bool.random(using: &chance) { await Task.yield() }
            if Int.random(in: 0..<8, using: &chance) == 0 { try await Task.sleep(for: .milliseconds(5)) }
        }
        server.setDown(false)
        server.heal()
    }

    /// Few names, so that objects come again; those of different namespaces may share one.
    private mutating func name(at kind: FakeAPIServer.Kind) -> (name: String, namespace: String) {
        let name = "p\(Int.random(in: 0..<4, using: &chance))"
        guard kind == .imagePolicy else { return (name, "") }
        return (name, Bool.random(using: &chance) ? "shop" : "web")
    }

    private mutating func fault() -> FakeAPIServer.Fault {
        let count = Int.random(in: 1..<5, using: &chance)
        return switch Int.random(in: 0..<17, using: &chance) {
        case 0: .cut
        case 1: .status(429, "TooManyRequests", headers: Bool.random(using: &chance) ? [("Retry-After", "0")] : [])
        case 2: .status(500, "InternalError")
        case 3: .status(410, "Expired")
        case 4: .status(422, "Invalid")
        case 5: .status(401, "Unauthorized")
        // Of a server that was restored from a backup, or is one of several and behind the others.
        case 6: .raw(Self.tooLargeVersion)
        case 7: .cutAfter(bytes: Int.random(in: 0..<900, using: &chance))
        case 8: .endAfter(events: count)
        case 9: .pieces(Int.random(in: 1..<300, using: &chance))
        case 10: .stall
        case 11: .duplicate
        case 12: .outOfOrder
        case 13: .setBack(events: count)
        case 14: .garbage(events: count)
        case 15: .error(events: count, code: 410, reason: "Expired")
        default: .error(events: count, code: 500, reason: "InternalError")
        }
    }

    private static let tooLargeVersion: [UInt8] = {
        let body =
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Too large resource version: "#
            + #"9, current: 1","reason":"Timeout","details":{"causes":[{"reason":"ResourceVersionTooLarge"}]},"code":504}"#
        let head = "HTTP/1.1 504 Gateway Timeout\r\nContent-Type: application/json\r\nConnection: close\r\n"
        return Array("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    }()
}
