import Foundation

/// The waiting for a server's answer to an administrator.
enum AnswerWait {
    /// Waits until one of `events` (poll(2)) has happened at a socket. Blocks.
    ///
    /// - Parameter asked: when the server was asked, for the error's text.
    /// - Returns: what has happened.
    /// - Throws: `EngineError.timedOut` at the deadline.
    static func events(
        _ events: Int32, at socket: Int32, asked: ContinuousClock.Instant, until deadline: ContinuousClock.Instant
    ) throws(EngineError) -> Int32 {
        while true {
            // Whoever was kept from looking until the deadline looks once nevertheless.
            let left = max(.zero, deadline - ContinuousClock.now)
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
            var waiting = pollfd(fd: socket, events: Int16(events), revents: 0)
            let count = poll(&waiting, 1, Int32(clamping: milliseconds))
            if count > 0 { return Int32(waiting.revents) }
            if count == 0, left == .zero {
                throw .timedOut(what: "an answer of the server", seconds: Int((deadline - asked).components.seconds))
            }
            if count < 0, errno != EINTR { throw .refused("wait for the server", errno) }
        }
    }
}
