import CFuzzer
import Synchronization

/// Counts the bytes that are allocated, as AddressSanitizer's allocator sees them; what the instruments themselves take is
/// not among them.
enum MemoryMeter {
    private static let allocated = Atomic<Int>(0)
    private static let peak = Atomic<Int>(0)

    /// Begins to count; false when nobody tells.
    static func install() -> Bool {
        start()
        return __sanitizer_install_malloc_and_free_hooks(
            { _, size in MemoryMeter.add(size) }, { MemoryMeter.remove($0) }) > 0
    }

    /// Counts from nothing again.
    static func start() {
        allocated.store(0, ordering: .relaxed)
        peak.store(0, ordering: .relaxed)
    }

    /// The most bytes that were allocated at the same time since the start.
    static var most: Int { peak.load(ordering: .relaxed) }

    // These run within malloc and free, and may not allocate.

    private static func add(_ size: Int) {
        let now = allocated.add(size, ordering: .relaxed).newValue
        _ = peak.max(now, ordering: .relaxed)
    }

    private static func remove(_ block: UnsafeRawPointer?) {
        guard let block else { return }
        _ = allocated.subtract(__sanitizer_get_allocated_size(block), ordering: .relaxed)
    }
}
