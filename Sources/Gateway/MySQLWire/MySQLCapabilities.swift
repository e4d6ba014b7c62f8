/// What a client or a server says that it can do. Values: MariaDB's `include/mysql_com.h`, MySQL Internals, "Capability Flags".
struct MySQLCapabilities: OptionSet, Equatable {
    let rawValue: UInt32

    /// The first packet names a database.
    static let connectWithDatabase = MySQLCapabilities(rawValue: 1 << 3)
    /// The protocol since 4.1; what came before it is not spoken here.
    static let protocol41 = MySQLCapabilities(rawValue: 1 << 9)
    static let tls = MySQLCapabilities(rawValue: 1 << 11)
    /// The answer to the challenge has a length before it.
    static let secureConnection = MySQLCapabilities(rawValue: 1 << 15)
    static let pluginAuthentication = MySQLCapabilities(rawValue: 1 << 19)
    /// That length may be a length-encoded integer.
    static let encodedAnswer = MySQLCapabilities(rawValue: 1 << 21)
}
