internal import Glibc

/// The only owner of a file descriptor; closes it when it goes away.
struct Descriptor: ~Copyable {
    let number: Int32

    init(adopting number: Int32) {
        self.number = number
    }

    deinit {
        // Linux frees the number even when close(2) is interrupted, so it must not be tried again.
        close(number)
    }
}
