import Kubernetes
import Primitives
import Testing

@testable import Cluster

@Suite struct WatchReaderTests {
    private let cluster = WatchReader(.clusterImagePolicies) { value, _ in value["spec"]?.count ?? 0 }
    private let local = WatchReader(.imagePolicies) { value, _ in value["spec"]?.count ?? 0 }

    private func events<Object>(_ name: String, _ reader: WatchReader<Object>) throws -> [WatchEvent<Object>] {
        var splitter = JSONSplitter(limit: 1 << 20)
        return try splitter.feed(Recorded.parsed(name).body).map { try reader.event($0) }
    }

    @Test("The recorded watch is read: added, modified, deleted, bookmarks")
    func recordedWatch() throws {
        let lines = try events("watch-add-modify-delete-bookmark", cluster).map { event in
            switch event {
            case .set(let key, _, let version): "set \(key) \(version)"
            case .removed(let key, let version): "removed \(key) \(version)"
            case .bookmark(let version, let isEnd): "bookmark \(version) \(isEnd)"
            case .failed(let status): "failed \(status)"
            }
        }
        #expect(
            lines == [
                "set second 225", "set second 226", "removed second 227", "bookmark 230 false", "bookmark 246 false",
            ])
    }

    @Test("The recorded streaming list ends with its bookmark")
    func recordedStream() throws {
        let events = try events("watch-streaming-list", local)
        guard case .set(let key, _, _)? = events.first, case .bookmark(let version, true)? = events.last else {
            Issue.record("\(events)")
            return
        }
        #expect(key == ObjectKey(namespace: "shop", name: "shop"))
        #expect(version.description == "224")
    }

    @Test("The recorded end of a watch that is too old is an expiry")
    func recordedExpiry() throws {
        guard case .failed(let status)? = try events("watch-expired-410", cluster).first else {
            Issue.record("not a failure")
            return
        }
        #expect(status.isExpired)
        #expect("\(status)" == "410 Expired: too old resource version: 1 (219)")
    }

    @Test("The recorded lists are read, whole and in pages")
    func recordedLists() throws {
        let whole = try cluster.page(Recorded.json("list-clusterimagepolicies"))
        #expect(whole.continuation == nil && whole.version.description == "221" && !whole.objects.isEmpty)
        let page = try cluster.page(Recorded.json("list-page-1-of-2"))
        #expect(page.objects.count == 1 && page.continuation?.isEmpty == false)
        let namespaced = try local.page(Recorded.json("list-imagepolicies-all-namespaces"))
        #expect(namespaced.objects.keys.map(\.description) == ["shop/shop"])
    }

    @Test(
        "What is no event is refused",
        arguments: [
            "{}", #"{"type":"ADDED"}"#, #"{"type":"ADDED","object":{}}"#, #"{"type":1,"object":{}}"#,
            #"{"type":"OTHER","object":{}}"#, #"{"type":"BOOKMARK","object":{"metadata":{}}}"#,
            #"{"type":"ADDED","object":{"metadata":{"name":"a"}}}"#,
            #"{"type":"ADDED","object":{"metadata":{"name":"A/../b","resourceVersion":"1"}}}"#,
            #"{"type":"DELETED","object":{"metadata":{"name":"a","namespace":"b","resourceVersion":"1"}}}"#,
            #"{"type":"ERROR","object":{"code":1,"message":2}}"#,
        ])
    func refused(text: String) throws {
        let value = try JSONDocument(parsing: Array(text.utf8)).root
        #expect(throws: FieldError.self) { try cluster.event(value) }
    }

    @Test(
        "Versions are compared as numbers, and as nothing else",
        arguments: [
            ("9", "10", true), ("10", "9", false), ("10", "10", false), ("0", "1", true), ("01", "2", false),
            ("a", "b", false), ("", "1", false), ("99999999999999999999", "100000000000000000000", true),
            ("-1", "1", false),
        ])
    func versions(left: String, right: String, isBefore: Bool) {
        #expect(ResourceVersion(left).isBefore(ResourceVersion(right)) == isBefore)
    }
}
