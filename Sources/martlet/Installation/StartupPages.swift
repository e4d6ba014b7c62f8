internal import Foundation

/// Gives back the memory of program code that only starting up needed.
///
/// Starting a Swift program maps some 25 MB of code, most of which never runs again. Those pages are clean copies of files:
/// dropped, they cost nothing until they are needed, and then a page fault (Linux, madvise(2): MADV_DONTNEED on a private file
/// mapping that was never written). Only executable mappings are touched; data keeps its relocations.
enum StartupPages {
    /// A range of addresses, `start ..< end`.
    struct Mapping: Equatable {
        var start: UInt
        var end: UInt
    }

    /// The executable, unwritable mappings of files in the text of `/proc/PID/maps`.
    static func code(in maps: String) -> [Mapping] {
        maps.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count >= 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { return nil }
            let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard ends.count == 2, ends[0] < ends[1] else { return nil }
            return Mapping(start: ends[0], end: ends[1])
        }
    }

    /// Drops them now. Whatever the system refuses stays as it is: nothing depends on it.
    static func release() {
        #if os(Linux)
            // A file of /proc says that it is empty; it has to be read to its end.
            guard let file = FileHandle(forReadingAtPath: "/proc/self/maps"), let text = try? file.readToEnd() else { return }
            for mapping in code(in: String(decoding: text, as: UTF8.self)) {
                madvise(UnsafeMutableRawPointer(bitPattern: mapping.start), Int(mapping.end - mapping.start), MADV_DONTNEED)
            }
        #endif
    }

    /// Drops them once, after `delay`, from a thread of its own.
    static func releaseOnce(after delay: Double) {
        let thread = Thread {
            Thread.sleep(forTimeInterval: delay)
            release()
        }
        thread.stackSize = 128 << 10
        thread.start()
    }
}
