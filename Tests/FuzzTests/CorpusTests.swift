import Foundation
import FuzzCases
import Testing

/// The inputs that `make fuzz` begins with, those that once broke something among them.
@Suite struct CorpusTests {
    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../Fuzz/Corpus").standardizedFileURL

    @Test("No input that was kept breaks its case", arguments: FuzzTarget.allCases)
    func triesKeptInputs(target: FuzzTarget) throws {
        let folder = Self.corpus.appending(path: target.rawValue)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files {
            let input = [UInt8](try Data(contentsOf: file))
            do throws(BrokenPromise) {
                try target.run(input)
            } catch {
                Issue.record("\(file.lastPathComponent): \(error)")
            }
        }
    }
}
