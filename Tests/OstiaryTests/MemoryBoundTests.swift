import Testing

@testable import ostiary

@Suite struct MemoryBoundTests {
    private static let machine = "MemTotal:       24684092 kB\nMemFree:        20182556 kB\n"
    private static let groups = "1:cpu:/\n0::/kubepods.slice/pod1.slice/c1.scope\n"
    private static let root = "/sys/fs/cgroup"
    private static let old = "\(root)/memory/memory.limit_in_bytes"

    private func bound(_ files: [String: String]) -> MemoryBound {
        MemoryBound { files[$0] }
    }

    @Test(
        "The lowest bound counts, of the machine and of every control group above the process",
        arguments: [
            ([:], 0), (["/proc/meminfo": machine], 24_684_092 << 10),
            (
                ["/proc/meminfo": machine, "/proc/self/cgroup": "0::/\n", "\(root)/memory.max": "536870912\n"],
                512 << 20
            ),
            (
                ["/proc/meminfo": machine, "/proc/self/cgroup": "0::/\n", "\(root)/memory.max": "max\n"],
                24_684_092 << 10
            ),
            (["/proc/self/cgroup": groups, "\(root)/kubepods.slice/pod1.slice/c1.scope/memory.max": "7\n"], 7),
            (
                [
                    "/proc/self/cgroup": groups, "\(root)/kubepods.slice/pod1.slice/c1.scope/memory.max": "max\n",
                    "\(root)/kubepods.slice/pod1.slice/memory.max": "5\n", "\(root)/kubepods.slice/memory.max": "9\n",
                    "\(root)/memory.max": "6\n",
                ], 5
            ),
            (["/proc/meminfo": machine, old: "268435456\n"], 256 << 20),
            (["/proc/meminfo": machine, old: "9223372036854771712\n"], 24_684_092 << 10),
        ] as [([String: String], Int)])
    func readsBounds(_ files: [String: String], _ bytes: Int) {
        #expect(bound(files).bytes == bytes)
    }

    @Test(
        "A file that says something else bounds nothing",
        arguments: [
            "", "\n", "lots\n", "MemTotal:\n", "MemTotal: x kB\n", "MemTotal: -1 kB\n",
            "MemTotal: 9999999999999999999 kB",
        ])
    func passesOverOtherTexts(_ text: String) {
        let files = [
            "/proc/meminfo": text, "/proc/self/cgroup": text, Self.old: text, "\(Self.root)/memory.max": text,
        ]
        #expect(bound(files).bytes == 0)
    }

    @Test(
        "There is a place for each 24 MiB of memory, and neither too few nor too many",
        arguments: [
            (0, 8), (128, 8), (64 + 8 * 24, 8), (64 + 9 * 24 - 1, 8), (64 + 9 * 24, 9), (512, 18), (1024, 40),
            (64 + 512 * 24, 512), (1 << 20, 512),
        ])
    func countsPlaces(_ megabytes: Int, _ places: Int) {
        #expect(bound([Self.old: String(megabytes << 20)]).reviewsInFlight == places)
    }

    @Test(
        "What is remembered takes an eighth of the memory, and neither too little nor too much",
        arguments: [(0, 4), (16, 4), (128, 16), (256, 32), (512, 64), (1 << 20, 64)])
    func boundsFacts(_ megabytes: Int, _ facts: Int) {
        #expect(bound([Self.old: String(megabytes << 20)]).factBytes == facts << 20)
    }

    @Test("The machine that the tests run on has some")
    func readsThisMachine() {
        #expect(MemoryBound.ofThisProcess().bytes > 1 << 24)
    }
}
