/// What a MySQL server says while a client logs in, after its greeting.
///
/// Format: MySQL Internals, "Authentication Method Switch Request Packet", "OK_Packet", "ERR_Packet"; MariaDB Knowledge Base,
/// "Connecting". Anything else is an authentication method's own question.
enum MySQLServerMessage: Equatable {
    /// The client is in.
    case ok
    /// SQLSTATE, where the server gives one.
    case error(SQLState)
    /// Use the method of that name; what follows the name is the method's. `method` is empty for MySQL 4.0's, which has none.
    case changeMethod(method: Range<Int>, data: Range<Int>)
    /// AuthMoreData.
    case more(Range<Int>)
    case question

    static func decode(_ payload: UnsafeRawBufferPointer) -> MySQLServerMessage? {
        switch payload.first {
        case nil: nil
        case 0x00: .ok
        case 0xFF: .error(state(of: payload))
        case 0xFE: change(payload)
        case 0x01: .more(1..<payload.count)
        default: .question
        }
    }

    /// `#` and five characters behind the code.
    private static func state(of payload: UnsafeRawBufferPointer) -> SQLState {
        var state = SQLState()
        guard payload.count >= 9, payload[3] == UInt8(ascii: "#") else { return state }
        for byte in payload[4..<9] { state.append(byte) }
        return state
    }

    private static func change(_ payload: UnsafeRawBufferPointer) -> MySQLServerMessage? {
        if payload.count == 1 { return .changeMethod(method: 1..<1, data: 1..<1) }
        guard let method = payload.terminated(at: 1) else { return nil }
        return .changeMethod(method: method, data: method.upperBound + 1..<payload.count)
    }
}
