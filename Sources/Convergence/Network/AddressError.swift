/// Why an endpoint has nowhere to listen.
enum AddressError: Error, Sendable, Equatable, CustomStringConvertible {
    case noneFree(range: String, port: Int)
    case notListening(address: String, port: Int, reason: String)

    var description: String {
        switch self {
        case .noneFree(let range, let port): "no address of \(range) is free for port \(port)"
        case .notListening(let address, let port, let reason): "cannot listen on \(address):\(port): \(reason)"
        }
    }
}
