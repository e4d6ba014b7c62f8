internal import CMariaDB
internal import Foundation

/// Values on their way to MySQL, in memory that stays where it is until the statement was sent.
final class MariaDBParameters: @unchecked Sendable {
    let binds: UnsafeMutablePointer<MYSQL_BIND>
    private let count: Int
    private var buffers: [UnsafeMutableRawPointer] = []

    init(_ values: [SQLValue]) {
        count = values.count
        binds = .allocate(capacity: max(1, values.count))
        binds.initialize(repeating: MYSQL_BIND(), count: values.count)
        for (index, value) in values.enumerated() { bind(value, &binds[index]) }
    }

    deinit {
        binds.deinitialize(count: count)
        binds.deallocate()
        for buffer in buffers { buffer.deallocate() }
    }

    private func bind(_ value: SQLValue, _ bind: inout MYSQL_BIND) {
        switch value {
        case .null: bind.buffer_type = MYSQL_TYPE_NULL
        case .bool(let flag): fixed(Int64(flag ? 1 : 0), MYSQL_TYPE_LONGLONG, &bind)
        case .int(let number): fixed(number, MYSQL_TYPE_LONGLONG, &bind)
        case .double(let number): fixed(number, MYSQL_TYPE_DOUBLE, &bind)
        case .text(let text): bytes(Array(text.utf8), MYSQL_TYPE_STRING, &bind)
        case .bytes(let content): bytes(content, MYSQL_TYPE_BLOB, &bind)
        case .instant(let date): bytes(Array(Timestamp.text(date, digits: 6).utf8), MYSQL_TYPE_STRING, &bind)
        }
    }

    private func fixed<Value: BitwiseCopyable>(_ value: Value, _ type: enum_field_types, _ bind: inout MYSQL_BIND) {
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)
        buffer.storeBytes(of: value, as: Value.self)
        buffers.append(buffer)
        bind.buffer_type = type
        bind.buffer = buffer
    }

    private func bytes(_ content: [UInt8], _ type: enum_field_types, _ bind: inout MYSQL_BIND) {
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: max(1, content.count), alignment: 8)
        buffer.copyMemory(from: content, byteCount: content.count)
        buffers.append(buffer)
        bind.buffer_type = type
        bind.buffer = buffer
        bind.buffer_length = UInt(content.count)
        bind.length_value = UInt(content.count)
    }
}
