import CFuzzer
import FuzzCases
import Glibc

/// Hands one fuzz case to libFuzzer.
///
/// usage: `Fuzz CASE [libFuzzer's options and folders]`
@main enum Fuzz {
    /// What the first argument names; the others are libFuzzer's.
    static let target = CommandLine.arguments.dropFirst().first.flatMap(FuzzTarget.init)

    /// Bytes that one input may take at the same time, what the instruments add not counted.
    private static let mostBytes = 64 << 20

    static func main() {
        guard target != nil else {
            print("usage: Fuzz CASE [libFuzzer's options and folders]; CASE is one of:")
            for target in FuzzTarget.allCases { print(target.rawValue) }
            exit(64)
        }
        guard MemoryMeter.install() else { fatalError("the memory of an input cannot be measured") }
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
        MemoryMeter.start()
        do {
            try target?.run(input)
        } catch {
            fatalError("\(error)")
        }
        let bytes = MemoryMeter.most
        guard bytes <= mostBytes else { fatalError("it took \(bytes) bytes") }
    }
}
