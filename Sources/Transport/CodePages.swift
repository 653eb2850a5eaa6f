internal import CLinux

/// The pages of the program and its libraries, which are mapped from their files.
package enum CodePages {
    /// Takes them out of this process's resident memory. Most were touched by the start alone: by the dynamic linker, and by
    /// Swift's runtime in search of types. Those that are needed come back one by one, from the kernel's cache of the file.
    package static func forget() { ostiary_forget_code_pages() }
}
