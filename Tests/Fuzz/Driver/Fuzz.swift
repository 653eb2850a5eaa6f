import CFuzzer
import FuzzCases
import Glibc

/// Hands one fuzz case to libFuzzer.
///
/// usage: `Fuzz CASE [libFuzzer's options and folders]`
@main enum Fuzz {
    /// What the first argument names; the others are libFuzzer's.
    static let target = CommandLine.arguments.dropFirst().first.flatMap(FuzzTarget.init)

    static func main() {
        guard target != nil else {
            print("usage: Fuzz CASE [libFuzzer's options and folders]; CASE is one of:")
            for target in FuzzTarget.allCases { print(target.rawValue) }
            exit(64)
        }
        var count = CommandLine.argc - 1
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv + 1
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
                Fuzz.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            })
    }

    /// A broken promise ends the process, as a crash does: that is what libFuzzer looks for.
    private static func run(_ input: [UInt8]) {
        do {
            try target?.run(input)
        } catch {
            fatalError("\(error)")
        }
    }
}
