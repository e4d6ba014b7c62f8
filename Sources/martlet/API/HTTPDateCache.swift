import AWSWire
import Foundation
import Synchronization

/// The text of the `Date` header, made once a second.
final class HTTPDateCache: Sendable {
    private struct Current {
        var seconds = Int.min
        var text = ""
    }

    private let current = Mutex(Current())

    func now() -> String {
        let seconds = Int(Date().timeIntervalSince1970)
        return current.withLock { current in
            if current.seconds != seconds { current = Current(seconds: seconds, text: AmzDate(seconds: seconds).httpDate) }
            return current.text
        }
    }
}
