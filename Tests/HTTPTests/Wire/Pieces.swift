/// Numbers that look random and are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// Ways to cut bytes into pieces: all at once, one by one, and at random.
func cuts(of count: Int, seeds: Int = 20) -> [[Int]] {
    var all = [[count], Array(repeating: 1, count: count)]
    for seed in 0..<seeds {
        var generator = SeededGenerator(seed: UInt64(seed))
        var sizes: [Int] = []
        var left = count
        while left > 0 {
            let size = Int.random(in: 1...min(left, 40), using: &generator)
            sizes.append(size)
            left -= size
        }
        all.append(sizes)
    }
    return all
}
