import Support

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
