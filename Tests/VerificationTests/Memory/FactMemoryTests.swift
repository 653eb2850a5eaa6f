import HTTP
import Policies
import Primitives
import Registry
import Testing

@testable import Verification

@Suite struct FactMemoryTests {
    private let keys = FactKeys()
    private let start = ContinuousClock.now

    private func memory(entries: Int, bytes: Int = 1 << 20) -> FactMemory<Int> {
        FactMemory("numbers", bound: MemoryBounds(entries: entries, bytes: bytes), Metrics())
    }

    private func key(_ number: Int) throws -> FactKey {
        keys.manifest(of: try ImageReference(parsing: "e.com/app:\(number)"), listing: .index, for: .anyone)
    }

    private func fact(_ value: Int, after seconds: Int = 0) -> Fact<Int> {
        Fact(value: value, asked: start + .seconds(seconds))
    }

    @Test("Whoever asks says what is too old")
    func asksForAge() throws {
        let memory = memory(entries: 10)
        memory.keep(fact(7), under: try key(1), bytes: 0)
        #expect(memory.fact(for: try key(1)) { $0.asked >= start }?.value == 7)
        #expect(memory.fact(for: try key(1)) { $0.asked > start } == nil)
        #expect(memory.fact(for: try key(2)) { _ in true } == nil)
    }

    @Test("A later answer takes the place of an earlier one, never the other way round")
    func keepsTheLatest() throws {
        let memory = memory(entries: 10)
        for (value, seconds) in [(1, 1), (3, 3), (2, 2)] {
            memory.keep(fact(value, after: seconds), under: try key(1), bytes: 0)
        }
        #expect(memory.fact(for: try key(1)) { _ in true }?.value == 3)
        #expect(memory.count == 1)
    }

    @Test("There are never more entries or bytes than the bound, and what is used stays")
    func isBounded() throws {
        for (entries, bytes) in [(100, 1 << 20), (1 << 20, 20_000)] {
            let memory = memory(entries: entries, bytes: bytes)
            for number in 0..<1000 {
                memory.keep(fact(number), under: try key(number), bytes: 10)
                #expect(memory.fact(for: try key(0)) { _ in true }?.value == 0)
                #expect(memory.count <= entries && memory.bytes <= bytes)
            }
            #expect(memory.count > 40)
            #expect(memory.fact(for: try key(999)) { _ in true }?.value == 999)
            #expect(memory.fact(for: try key(1)) { _ in true } == nil)
        }
    }

    @Test("What is so large that it would push out many others is not remembered")
    func refusesTheLarge() throws {
        let memory = memory(entries: 10, bytes: 16_000)
        memory.keep(fact(1), under: try key(1), bytes: 1000)
        #expect(memory.count == 0)
        memory.keep(fact(1), under: try key(1), bytes: 800)
        #expect(memory.count == 1)
    }
}

@Suite struct FactKeysTests {
    private let keys = FactKeys()

    private func login(_ name: String, _ password: String) throws -> Credential {
        try #require(Credential(username: name, password: Secret(password)))
    }

    @Test("An audience is exactly a list of credentials; without any it is everybody")
    func audiences() throws {
        let lists = [
            [try login("a", "b")], [try login("a", "c")], [try login("ab", "b")],
            [try login("a", "b"), try login("a", "c")],
            [try login("a", "c"), try login("a", "b")], [try #require(Credential(identityToken: Secret("b")))],
            [try #require(Credential(registryToken: Secret("b")))],
        ]
        #expect(Set(lists.map { keys.audience(having: $0) }).count == lists.count)
        for list in lists { #expect(keys.audience(having: list) == keys.audience(having: list)) }
        #expect(keys.audience(having: []) == .anyone)
        #expect(keys.audience(having: [], anonymously: false) != .anyone)
        #expect(keys.audience(having: lists[0], anonymously: false) != keys.audience(having: lists[0]))
        #expect(FactKeys().audience(having: lists[0]) != keys.audience(having: lists[0]), "another process")
    }

    @Test(
        "Questions differ by registry, repository, tag, digest, list and audience; tag and digest by the digest alone")
    func questions() throws {
        let names = ["e.com/a:1", "f.com/a:1", "e.com/b:1", "e.com/a:2", "e.com/a@\(digest)", "e.com:5000/a:1"]
        var known: Set<FactKey> = []
        for name in names {
            let image = try ImageReference(parsing: name)
            for audience in [.anyone, keys.audience(having: [try login("a", "b")])] {
                for multiArch in MultiArch.allCases {
                    known.insert(keys.manifest(of: image, listing: multiArch, for: audience))
                }
            }
        }
        #expect(known.count == names.count * 4)
        let both = try ImageReference(parsing: "e.com/a:1@\(digest)")
        #expect(known.contains(keys.manifest(of: both, listing: .index, for: .anyone)))
    }

    @Test("What a place said is said of that place, that repository and that digest")
    func places() throws {
        let urls = try ["https://s.com/x", "https://s.com/y", "http://s.com/x"].map { try URL(parsing: $0) }
        let stores = urls.map(SignatureLocation.server) + [.folder("/x")]
        let reader = try #require(Credential(username: "reader", password: Secret("1")))
        var known: [FactKey] = []
        for place in stores.map(SignaturePlace.store) + [.registry] {
            for image in try ["e.com/a:1", "e.com/b:1"].map({ try ImageReference(parsing: $0) }) {
                for digest in [digest, otherDigest] {
                    for audience in [.anyone, keys.audience(having: [reader])] {
                        known.append(keys.signatures(of: digest, as: image, in: place, for: audience))
                    }
                }
            }
        }
        #expect(Set(known).count == 5 * 2 * 2 * 2)
    }

    @Test("A store knows no registry, and a registry's own signatures are of that registry")
    func registries() throws {
        let images = try ["e.com/a:1", "f.com/a:1"].map { try ImageReference(parsing: $0) }
        let store = SignaturePlace.store(.folder("/x"))
        #expect(Set(images.map { keys.signatures(of: digest, as: $0, in: store, for: .anyone) }).count == 1)
        #expect(Set(images.map { keys.signatures(of: digest, as: $0, in: .registry, for: .anyone) }).count == 2)
        #expect(Set(images.map { keys.announcement(of: $0) }).count == 2)
    }
}
