import Kubernetes
import Primitives

/// AdmissionReviews: every image that is found stands in the object where its pointer says.
enum ReviewCase {
    static func check(_ input: [UInt8]) throws(BrokenPromise) {
        guard let request = accepted({ try AdmissionReview(parsing: input).request }),
            let workload = accepted({ try Workload(request) }), let object = request.object
        else { return }
        for use in workload.images {
            let value = resolve(use.pointer, in: object)
            try promise(value?.isString(use.image) ?? false, "\(use.pointer) does not lead to \(use.image)")
        }
        for notice in workload.notices { try promise(notice.utf8.count <= 120, "a notice is too long: \(notice)") }
        try checkPatch(of: workload)
    }

    /// RFC 6901 §4.
    private static func unescaped(_ token: ArraySlice<UInt8>) -> String {
        var (bytes, rest) = ([UInt8](), token)
        while let byte = rest.popFirst() {
            switch (byte, byte == UInt8(ascii: "~") ? rest.popFirst() : nil) {
            case (_, UInt8(ascii: "0")): bytes.append(UInt8(ascii: "~"))
            case (_, UInt8(ascii: "1")): bytes.append(UInt8(ascii: "/"))
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// RFC 6901 §4, over a document that was read.
    private static func resolve(_ pointer: JSONPointer, in object: JSONValue) -> JSONValue? {
        var value: JSONValue? = object
        // By bytes: to `String` a slash with a mark behind it is no slash.
        let parts = Array(pointer.description.utf8).split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for part in parts.dropFirst() {
            let token = unescaped(part)
            guard let parent = value else { return nil }
            if parent.kind == .array {
                let elements = Array(parent.elements)
                value = Int(token).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            } else {
                value = parent[token]
            }
        }
        return value
    }

    private static func checkPatch(of workload: Workload) throws(BrokenPromise) {
        let patch = JSONPatch(replacing: workload.images.map { ($0.pointer, $0.image) })
        let operations = Base64.decode(patch.base64).flatMap { bytes in
            accepted { try JSONDocument(parsing: bytes).root.count }
        }
        try promise(operations == workload.images.count, "the patch has not one operation for each image")
    }
}
