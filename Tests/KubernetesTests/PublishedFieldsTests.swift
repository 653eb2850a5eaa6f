import Kubernetes
import Testing

/// Holds the table of images against the fields that Kubernetes publishes. The lists in Fixtures are made from its OpenAPI
/// documents by `list-image-fields.py`: the newest release, and the last that served the old versions of workloads. (Of
/// 1.36 it makes the same list as of 1.37.) A new release whose list has a field that the table misses fails here.
@Suite struct PublishedFieldsTests {
    static let releases = ["image-fields-1.14", "image-fields-1.37"]

    /// What has "image" in its name and names none.
    static let others: [String: String] = [
        "containers[].imagePullPolicy": "when to pull",
        "initContainers[].imagePullPolicy": "when to pull",
        "ephemeralContainers[].imagePullPolicy": "when to pull",
        "volumes[].image.pullPolicy": "when to pull",
        "imagePullSecrets[].name": "a Secret",
        "volumes[].rbd.image": "a block device of Ceph",
        "PersistentVolume spec.rbd.image": "a block device of Ceph",
        "VolumeAttachment spec.source.inlineVolumeSpec.rbd.image": "a block device of Ceph",
        "PodPreset spec.volumes[].rbd.image": "a block device of Ceph",
        "ServiceAccount imagePullSecrets[].name": "a Secret",
    ]

    @Test("Every image field of a pod specification is found in a pod, and nothing else is", arguments: releases)
    func findsEveryFieldOfPods(release: String) throws {
        let ways = try fixtureLines(release).filter { $0[0] == "PodSpec" }.map { $0[1] }
        #expect(ways.count >= 6)
        for way in ways {
            let workload = try workload(of: object(with: #""nginx""#, at: "spec.\(way)"))
            let expected = Self.others[way] == nil ? [pointer("spec.\(way)")] : []
            #expect(workload.images.map(\.pointer.description) == expected, "\(way)")
        }
    }

    @Test("Every place of a pod specification is found in every version of every kind", arguments: releases)
    func findsEveryPodSpecification(release: String) throws {
        let places = try fixtureLines(release).filter { $0.last == "PodSpec" }
        #expect(places.count >= 19)
        for place in places {
            let (kind, way) = ("\(place[0] == "-" ? "" : place[0])/\(place[1])/\(place[2])", place[4])
            let subResource = place[3] == "-" ? "" : place[3]
            let workload = try workload(
                of: object(with: #"{"containers":[{"image":"nginx"}]}"#, at: way), kind: kind,
                subResource: subResource, operation: subResource.isEmpty ? "CREATE" : "UPDATE")
            // The API server stores nothing but the status of an update of the status.
            let expected = subResource == "status" ? [] : [pointer(way + ".containers[].image")]
            #expect(workload.images.map(\.pointer.description) == expected, "\(place)")
        }
    }

    @Test("What else has to do with images is known not to name one", arguments: releases)
    func knowsAllOtherFields(release: String) throws {
        for place in try fixtureLines(release) where place.last == "text" {
            #expect(Self.others["\(place[2]) \(place[4])"] != nil, "\(place)")
            let workload = try workload(
                of: object(with: #""nginx""#, at: place[4]), kind: "\(place[0])/\(place[1])/\(place[2])")
            #expect(workload.images.isEmpty, "\(place)")
        }
    }
}

@Suite struct ImageTableTests {
    @Test("No kind has two rows")
    func hasEachKindOnce() {
        let kinds = ImageTable.kinds.map { "\($0.group)/\($0.kind)" }
        #expect(Set(kinds).count == kinds.count)
    }

    @Test("Every place of every row is found where it is, once, and under its role")
    func findsEveryPlaceOfTheTable() throws {
        for row in ImageTable.kinds {
            for (pattern, shape) in row.shapes {
                for place in shape.places {
                    let way = [pattern.description, place.pattern.description].filter { !$0.isEmpty }
                        .joined(separator: ".")
                    let workload = try workload(
                        of: object(with: #""nginx""#, at: way), kind: "\(row.group)/v1/\(row.kind)")
                    #expect(workload.images.map(\.pointer.description) == [pointer(way)], "\(row.kind) \(way)")
                    #expect(workload.images.map(\.role) == [place.role], "\(row.kind) \(way)")
                }
            }
        }
    }

    @Test("Who pulls is read for every row that says it")
    func findsEveryPullSource() throws {
        for row in ImageTable.kinds {
            for (pattern, shape) in row.shapes {
                for way in shape.pullSecrets.map({ "\(pattern).\($0)" }) {
                    let workload = try workload(
                        of: object(with: #""key""#, at: way), kind: "\(row.group)/v1/\(row.kind)")
                    #expect(workload.pullSources.contains(PullSource(secrets: ["key"])), "\(row.kind) \(way)")
                }
                for way in shape.serviceAccounts.map({ "\(pattern).\($0)" }) {
                    let workload = try workload(
                        of: object(with: #""web""#, at: way), kind: "\(row.group)/v1/\(row.kind)")
                    #expect(workload.pullSources.contains(PullSource(serviceAccount: "web")), "\(row.kind) \(way)")
                }
            }
        }
    }
}
