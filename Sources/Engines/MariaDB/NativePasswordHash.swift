import Crypto
import Foundation

/// A password as `mysql_native_password` keeps it: `*` and the SHA-1 of the SHA-1, in capital hexadecimal digits
/// (MariaDB Knowledge Base, "Authentication Plugin - mysql_native_password").
///
/// It is what every MySQL and MariaDB client can log in with. ed25519 would be harder to guess from a stolen table, but
/// neither MySQL's clients nor pymysql's and JDBC's defaults know it.
struct NativePasswordHash: Equatable, CustomStringConvertible {
    let description: String

    init(password: String) {
        let once = Data(Insecure.SHA1.hash(data: Data(password.utf8)))
        description = "*" + Array(Insecure.SHA1.hash(data: once)).hexadecimal.uppercased()
    }

    /// Nil unless `text` is a whole hash: it goes into statements.
    init?(_ text: String) {
        let digits = text.dropFirst()
        guard text.first == "*", digits.utf8.count == 40,
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x46).contains($0) })
        else { return nil }
        description = text
    }
}
