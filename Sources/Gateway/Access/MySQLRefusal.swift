/// The packet with which a MySQL server turns a client away instead of greeting it: ERR, error 1130 (`ER_HOST_NOT_PRIVILEGED`).
///
/// Format: MySQL Internals, "ERR_Packet"; before the handshake there is no SQLSTATE marker.
enum MySQLRefusal {
    static func bytes(_ denial: AccessDenial) -> [UInt8] {
        let text = "Host '\(denial.host)' is not allowed to connect to this MySQL server. \(denial.message). \(denial.hint)"
        // The length has three bytes; the number of the packet is 0.
        let body: [UInt8] = [0xFF, 0x6A, 0x04] + Array(text.utf8.prefix(1_024))
        return [UInt8(truncatingIfNeeded: body.count), UInt8(truncatingIfNeeded: body.count >> 8), 0, 0] + body
    }
}
